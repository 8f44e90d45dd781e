import type { CorsIssue, IssueCollector } from '../problems/issues.js';
import type { MergedPolicy } from './merge-policy.js';
import type { OriginChecks } from '../origins/origin-checks.js';
import { checkOriginPattern } from '../origins/origin-pattern.js';
import type { FieldName, OriginTerm } from './policy-fields.js';

/**
 * The checks that need more than one field (DESIGN 3.7), on a merged policy. A mistake is reported where its fields came
 * together, so that a shared policy is blamed once and not for every route that uses or refines it.
 */
export function checkPolicy(merged: MergedPolicy, checks: OriginChecks, issues: IssueCollector): void {
  const { fields, broken } = merged;
  const report = (field: FieldName, involved: FieldName[], problem: Omit<CorsIssue, 'place' | 'field'>): void => {
    issues.add({ place: blame(merged, [field, ...involved]), field, ...problem });
  };
  if (fields.origin === undefined && !broken.has('origin')) {
    issues.add({
      place: merged.place,
      field: 'origin',
      value: undefined,
      code: 'origin-missing',
      reason: 'No policy further out brings an `origin`, so this one must.',
      suggestion: "origin: ['https://app.example.com'], or origin: false for nobody",
    });
  }
  if (broken.has('credentials') || broken.has('dangerously')) {
    return;
  }
  if (fields.credentials === true && fields.exposedHeaders === '*') {
    report('exposedHeaders', ['credentials'], {
      value: '*',
      code: 'exposed-any-with-credentials',
      reason: 'With credentials browsers take "*" as the name of one header (Fetch, 3.3.3): nothing would be exposed.',
      suggestion: "name the headers: exposedHeaders: ['X-Total-Count']",
    });
  }
  for (const term of fields.origin ?? []) {
    if (term.kind === 'expression' || term.kind === 'provider') {
      continue;
    }
    // A term that was read elsewhere, from the configuration, is blamed there.
    const isHere = term.place === merged.provenance.origin;
    const place = isHere ? blame(merged, ['origin', 'credentials', 'dangerously']) : term.place;
    for (const problem of problemsOf(term, checks)) {
      issues.add({ place, field: 'origin', ...problem });
    }
  }
}

function problemsOf(
  term: Exclude<OriginTerm, { kind: 'expression' | 'provider' }>,
  checks: OriginChecks,
): readonly Omit<CorsIssue, 'place' | 'field'>[] {
  if (term.kind === 'pattern') {
    return checkOriginPattern(term.pattern, checks).map((problem) => ({ value: term.value, ...problem }));
  }
  if (term.kind === 'any' && checks.credentials && checks.dangerously.reflectAnyOriginWithCredentials !== true) {
    return [ANY_WITH_CREDENTIALS];
  }
  return term.kind === 'null' && checks.dangerously.allowNullOrigin !== true ? [NULL_ORIGIN] : [];
}

const ANY_WITH_CREDENTIALS = {
  value: '*',
  code: 'any-origin-with-credentials',
  reason:
    'Every site on the web could read responses with the cookies of your users; browsers refuse it (Fetch, 3.3.5).',
  suggestion: 'list the origins, or leave credentials out for public data',
};

const NULL_ORIGIN = {
  value: 'null',
  code: 'null-origin',
  reason: 'Any site can take the origin "null" by a sandboxed frame.',
  suggestion: 'leave it out, or say dangerously: { allowNullOrigin: true }',
};

/** The place where these fields came together: the innermost of those that wrote one of them. */
function blame(merged: MergedPolicy, fields: readonly FieldName[]): string {
  const involved = new Set(fields.map((field) => merged.provenance[field]));
  return merged.places.findLast((place) => involved.has(place)) ?? merged.place;
}

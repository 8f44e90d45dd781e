import type { CorsIssue, IssueCollector } from '../issues/issues.js';
import type { MergedPolicy } from './merge.js';
import type { Dangerously, OriginChecks } from '../origin/origin-checks.js';
import type { SharedOrigin } from '../origin/origin.js';
import { checkOriginPattern } from '../origin/parse-pattern.js';
import type { FieldName, OriginTerm } from './options.js';
import { quote } from '../issues/text.js';

/**
 * The checks that need more than one field (rule 3.7), on a merged policy. An error is reported at the place where its
 * fields meet, so that a shared policy is reported once and not for every route that uses or refines it.
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
      reason:
        'This policy has no `origin`, and inherits none. An `origin` that is undefined, for example from a variable that ' +
        'is not set, is none.',
      suggestion: "origin: ['https://app.example.com'], or origin: false to allow no origin",
    });
  }
  if (broken.has('credentials') || broken.has('dangerously')) {
    return;
  }
  if (fields.credentials === true && fields.exposedHeaders === '*') {
    report('exposedHeaders', ['credentials'], {
      value: '*',
      code: 'exposed-any-with-credentials',
      reason:
        'With credentials browsers read "*" as the name of a header, so nothing would be exposed ' +
        '(https://fetch.spec.whatwg.org/#http-new-header-syntax).',
      suggestion: "list the headers: exposedHeaders: ['X-Total-Count']",
    });
  }
  for (const term of fields.origin ?? []) {
    if (term.kind === 'provider') {
      continue;
    }
    // An error in a term from the configuration is reported there.
    const isHere = term.place === merged.provenance.origin;
    const place = isHere ? blame(merged, ['origin', 'credentials', 'dangerously']) : term.place;
    for (const problem of problemsOf(term, checks)) {
      issues.add({ place, field: 'origin', ...problem });
    }
  }
}

function problemsOf(
  term: Exclude<OriginTerm, { kind: 'provider' }>,
  checks: OriginChecks,
): readonly Omit<CorsIssue, 'place' | 'field'>[] {
  if (term.kind === 'pattern') {
    return checkOriginPattern(term.pattern, checks).map((problem) => ({ value: term.value, ...problem }));
  }
  if (term.kind === 'expression') {
    return checks.credentials ? expressionProblems(term, checks.dangerously) : [];
  }
  if (term.kind === 'any' && checks.credentials && checks.dangerously.reflectAnyOriginWithCredentials !== true) {
    return [ANY_WITH_CREDENTIALS];
  }
  return term.kind === 'shared' && checks.dangerously.allowNullOrigin !== true ? [sharedOrigin(term.value)] : [];
}

const ANY_WITH_CREDENTIALS = {
  value: '*',
  code: 'any-origin-with-credentials',
  reason:
    'Every site on the web could read responses with the cookies of your users; browsers refuse it ' +
    '(https://fetch.spec.whatwg.org/#cors-protocol-and-credentials).',
  suggestion:
    'list the origins, or leave credentials out for public data; ' +
    'dangerously: { reflectAnyOriginWithCredentials: true } allows every site anyway',
};

/** An expression gets the errors of the string that allows the same (rule 3.7). */
function expressionProblems(
  { expression, effect }: Extract<OriginTerm, { kind: 'expression' }>,
  dangerously: Dangerously,
): readonly Omit<CorsIssue, 'place' | 'field'>[] {
  const text = quote(String(expression));
  const problem = (code: string, reason: string, suggestion: string): Omit<CorsIssue, 'place' | 'field'> => ({
    value: expression,
    code,
    reason: `${text} ${reason}`,
    suggestion,
  });
  const found: Omit<CorsIssue, 'place' | 'field'>[] = [];
  if (effect.any !== undefined && dangerously.reflectAnyOriginWithCredentials !== true) {
    const { code, reason, suggestion } = ANY_WITH_CREDENTIALS;
    found.push(problem(code, `allows ${quote(effect.any)}, and so any origin. ${reason}`, suggestion));
  }
  if (effect.neighbour !== undefined && dangerously.allowPublicSuffixes !== true) {
    found.push(
      problem(
        'origin-public-suffix',
        `allows ${quote(effect.neighbour)}: sites of strangers below a public suffix, with credentials.`,
        'list a domain of yours, or set dangerously: { allowPublicSuffixes: true }',
      ),
    );
  }
  if (effect.insecure !== undefined && dangerously.allowInsecureOrigins !== true) {
    found.push(
      problem(
        'origin-insecure',
        `allows the http: origin ${quote(effect.insecure)} with credentials: anyone on the network can pose as it.`,
        'allow https: only, or set dangerously: { allowInsecureOrigins: true }',
      ),
    );
  }
  return found;
}

function sharedOrigin(value: SharedOrigin): Omit<CorsIssue, 'place' | 'field'> {
  return {
    value,
    code: 'null-origin',
    reason:
      value === 'null'
        ? 'Any site can have the origin "null": a sandboxed frame is enough.'
        : 'Every page that is opened from a file, in an app shell or a browser that sends "file://", has this origin.',
    suggestion: 'leave it out, or set dangerously: { allowNullOrigin: true }',
  };
}

/** The place where these fields meet: the innermost place that has one of them. */
function blame(merged: MergedPolicy, fields: readonly FieldName[]): string {
  const involved = new Set(fields.map((field) => merged.provenance[field]));
  return merged.places.findLast((place) => involved.has(place)) ?? merged.place;
}

import type { OriginQuestion } from '../origins/admission.js';
import type { Decision } from '../decisions/decision.js';
import { withoutMemory } from '../origins/expressions.js';
import {
  ALLOW_CREDENTIALS,
  ALLOW_ORIGIN,
  EXPOSE_HEADERS,
  type HeaderField,
  MAX_AGE,
  ORIGIN,
} from '../protocol/fields.js';
import type { GrantKeys } from './grant-keys.js';
import type { MergedPolicy } from './merge-policy.js';
import type { OriginChecks } from '../origins/origin-checks.js';
import { OriginMatcherBuilder } from '../origins/origin-matcher.js';
import type { HeaderGrant, OriginRule, Policy } from './policy.js';
import type { OriginTerm, ReadFields } from './policy-fields.js';

const DEFAULT_STATUS = 204;

/** The checks under which a merged policy's origins stand. */
export function checksOf(merged: MergedPolicy, isPublicSuffix: OriginChecks['isPublicSuffix']): OriginChecks {
  return Object.freeze({
    credentials: merged.fields.credentials ?? false,
    dangerously: merged.fields.dangerously ?? {},
    isPublicSuffix,
  });
}

/**
 * Compiles a merged policy into its frozen form.
 *
 * Precondition: `checkPolicy` found nothing.
 */
export function compilePolicy(
  merged: MergedPolicy,
  checks: OriginChecks,
  keys: GrantKeys,
  reportOnly?: Policy,
): Policy {
  const { fields } = merged;
  const credentials = fields.credentials ?? false;
  const origin = compileOrigin(fields.origin ?? [], checks);
  const plain = origin.any && !credentials;
  const responseHeaders = compileResponseHeaders(fields, credentials);
  return Object.freeze({
    kind: 'policy',
    name: merged.name,
    origin,
    plain,
    credentials,
    methods: fields.methods && new Set(fields.methods),
    allowedHeaders: compileHeaderGrant(fields.allowedHeaders, credentials),
    enforce: fields.enforce ?? false,
    privateNetwork: fields.privateNetwork ?? false,
    status: fields.optionsSuccessStatus ?? DEFAULT_STATUS,
    preflightHeaders: compilePreflightHeaders(fields, credentials),
    responseHeaders,
    vary: Object.freeze(plain ? [] : [ORIGIN]),
    plainDecision: plain ? plainDecision(responseHeaders) : undefined,
    reportOnly,
    grantKey: keys.of(fields),
  });
}

function compileOrigin(terms: readonly OriginTerm[], checks: OriginChecks): OriginRule {
  const any = terms.some((term) => term.kind === 'any');
  const builder = new OriginMatcherBuilder();
  const expressions: RegExp[] = [];
  const questions: OriginQuestion[] = [];
  let allowNull = false;
  // In an array `'*'` stands for the whole array: nobody is asked where everybody is let in.
  for (const term of any ? [] : terms) {
    if (term.kind === 'pattern') {
      builder.add(term.pattern);
    } else if (term.kind === 'expression') {
      expressions.push(withoutMemory(term.expression));
    } else if (term.kind === 'provider') {
      questions.push(term.provider.under(checks));
    } else {
      allowNull = true;
    }
  }
  return Object.freeze({
    any,
    allowNull,
    matcher: builder.build(),
    expressions: Object.freeze(expressions),
    questions: Object.freeze(questions),
    usesContext: questions.some((question) => question.usesContext),
  });
}

function compileHeaderGrant(allowed: ReadFields['allowedHeaders'], credentials: boolean): HeaderGrant {
  if (allowed === undefined || (allowed === '*' && credentials)) {
    // With credentials browsers take `*` literally (Fetch, 4.8): what was asked is named instead.
    return Object.freeze({ kind: 'any' });
  }
  if (allowed === '*') {
    return Object.freeze({ kind: 'star' });
  }
  return Object.freeze({
    kind: 'names',
    names: new Set(allowed.map((name) => name.toLowerCase())),
    value: allowed.join(', '),
  });
}

function compilePreflightHeaders(fields: ReadFields, credentials: boolean): readonly HeaderField[] {
  const headers: HeaderField[] = credentials ? [[ALLOW_CREDENTIALS, 'true']] : [];
  if (fields.maxAge !== undefined) {
    headers.push([MAX_AGE, String(Math.max(0, fields.maxAge))]);
  }
  return Object.freeze(headers);
}

function compileResponseHeaders(fields: ReadFields, credentials: boolean): readonly HeaderField[] {
  const headers: HeaderField[] = credentials ? [[ALLOW_CREDENTIALS, 'true']] : [];
  const exposed = fields.exposedHeaders === '*' ? ['*'] : (fields.exposedHeaders ?? []);
  if (exposed.length > 0) {
    headers.push([EXPOSE_HEADERS, exposed.join(', ')]);
  }
  return Object.freeze(headers);
}

function plainDecision(responseHeaders: readonly HeaderField[]): Decision {
  const headers: HeaderField[] = [[ALLOW_ORIGIN, '*'], ...responseHeaders];
  return Object.freeze({ allowed: true, reason: 'allowed', headers: Object.freeze(headers), vary: Object.freeze([]) });
}

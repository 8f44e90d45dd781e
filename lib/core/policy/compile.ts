import type { BoundProvider } from './origin-provider.js';
import { type Decision, PREFLIGHT_STATUS } from '../decision.js';
import { withoutMemory } from '../origin/regexp.js';
import {
  ALLOW_CREDENTIALS,
  ALLOW_ORIGIN,
  EXPOSE_HEADERS,
  type HeaderField,
  MAX_AGE,
  TIMING_ALLOW_ORIGIN,
} from '../http/headers.js';
import { booleanFields } from './boolean-fields.js';
import type { GrantKeys } from './grant-keys.js';
import type { MergedPolicy } from './merge.js';
import type { OriginChecks } from '../origin/origin-checks.js';
import { OriginMatcherBuilder } from '../origin/matcher.js';
import { type HeaderGrant, type OriginRule, type Policy, varyOfPolicy } from './policy.js';
import type { OriginTerm, ReadFields } from './options.js';

/** The checks that apply to a merged policy's origins. */
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
  const booleans = booleanFields((field) => fields[field] ?? false);
  const { credentials, timing } = booleans;
  const origin = compileOrigin(fields.origin ?? [], checks);
  const plain = origin.any && !credentials;
  const responseHeaders = compileResponseHeaders(fields, credentials);
  const enforce = fields.enforce ?? false;
  const vary = varyOfPolicy(plain, fields.methods !== undefined, enforce);
  return Object.freeze({
    ...booleans,
    kind: 'policy',
    name: merged.name,
    origin,
    plain,
    methods: fields.methods && new Set(fields.methods),
    allowedHeaders: compileHeaderGrant(fields.allowedHeaders, credentials),
    enforce,
    resourcePolicy: fields.resourcePolicy,
    status: fields.optionsSuccessStatus ?? PREFLIGHT_STATUS,
    preflightHeaders: compilePreflightHeaders(fields, credentials),
    responseHeaders,
    vary,
    plainDecision: plain ? plainDecision(responseHeaders, vary, timing) : undefined,
    reportOnly,
    grantKey: keys.of(fields),
    numbering: keys,
  });
}

function compileOrigin(terms: readonly OriginTerm[], checks: OriginChecks): OriginRule {
  const any = terms.some((term) => term.kind === 'any');
  const builder = new OriginMatcherBuilder();
  const expressions: RegExp[] = [];
  const providers: BoundProvider[] = [];
  const shared = new Set<string>();
  // In an array `'*'` replaces the whole array: no provider is called where every origin is allowed.
  for (const term of any ? [] : terms) {
    if (term.kind === 'pattern') {
      builder.add(term.pattern);
    } else if (term.kind === 'expression') {
      expressions.push(withoutMemory(term.expression));
    } else if (term.kind === 'provider') {
      providers.push(term.provider.under(checks));
    } else if (term.kind === 'shared') {
      shared.add(term.value);
    }
  }
  return Object.freeze({
    any,
    shared,
    matcher: builder.build(),
    expressions: Object.freeze(expressions),
    providers: Object.freeze(providers),
    usesContext: providers.some((provider) => provider.usesContext),
  });
}

function compileHeaderGrant(allowed: ReadFields['allowedHeaders'], credentials: boolean): HeaderGrant {
  if (allowed === undefined || (allowed === '*' && credentials)) {
    // With credentials browsers read `*` literally (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0): the
    // requested names are sent instead.
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
  // Not frozen: each response copies them, and to copy a frozen array takes twice as long.
  return headers;
}

/** The answer to every allowed request of a policy for any origin without credentials. */
export function plainDecision(
  responseHeaders: readonly HeaderField[],
  vary: readonly string[],
  timing: boolean,
): Decision {
  const headers: HeaderField[] = [[ALLOW_ORIGIN, '*'], ...responseHeaders];
  if (timing) {
    headers.push([TIMING_ALLOW_ORIGIN, '*']);
  }
  return Object.freeze({ allowed: true, reason: 'allowed', headers: Object.freeze(headers), vary });
}

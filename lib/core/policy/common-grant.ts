import { ALLOW_CREDENTIALS, EXPOSE_HEADERS, type HeaderField, MAX_AGE } from '../http/headers.js';
import { splitList } from '../http/lists.js';
import { commonBooleanFields } from './boolean-fields.js';
import { plainDecision } from './compile.js';
import {
  allowsMethod,
  enforcementOf,
  type HeaderGrant,
  noCors,
  type OriginRule,
  type Policy,
  type RoutePolicy,
  stricter,
  varyOfPolicy,
} from './policy.js';

/** Seconds that a browser keeps a preflight's answer without `Access-Control-Max-Age`. */
const DEFAULT_MAX_AGE = 5;

/**
 * The policy that grants only what all of some policies grant, and enforces if one of them enforces (rule 3.3). It
 * applies to a path that may be read in several ways, each of which leads to another policy.
 *
 * @param policies at least one
 */
export function commonGrant(policies: readonly RoutePolicy[]): RoutePolicy {
  const different = [...new Set(policies)];
  const [first] = different;
  if (different.length === 1) {
    return first;
  }
  const enforce = different.map(enforcementOf).reduce(stricter);
  const granting = different.flatMap((policy) => (policy?.kind === 'policy' ? [policy] : []));
  return granting.length < different.length ? noCors(enforce) : intersection(granting, enforce);
}

function intersection(parts: readonly Policy[], enforce: Policy['enforce']): Policy {
  const [first] = parts as readonly [Policy, ...Policy[]];
  const booleans = commonBooleanFields(parts);
  const { credentials, timing } = booleans;
  const plain = parts.every((each) => each.plain);
  const methods = commonMethods(parts);
  const allowed: readonly HeaderField[] = credentials ? [[ALLOW_CREDENTIALS, 'true']] : [];
  const responseHeaders = Object.freeze([...allowed, ...commonExposed(parts)]);
  const vary = varyOfPolicy(plain, methods !== undefined, enforce);
  return Object.freeze({
    ...first,
    ...booleans,
    name: [...new Set(parts.map(({ name }) => name))].join(' and '),
    origin: commonOrigin(parts.map(({ origin }) => origin)),
    plain,
    methods,
    allowedHeaders: parts.map(({ allowedHeaders }) => allowedHeaders).reduce(commonHeaders),
    enforce,
    preflightHeaders: Object.freeze([...allowed, ...shortestMaxAge(parts)]),
    responseHeaders,
    vary,
    resourcePolicy: RESOURCE_POLICIES.find((each) => parts.some(({ resourcePolicy }) => resourcePolicy === each)),
    plainDecision: plain ? plainDecision(responseHeaders, vary, timing) : undefined,
    reportOnly: undefined,
    grantKey: JSON.stringify(parts.map(({ grantKey }) => grantKey).sort()),
    parts,
  });
}

function commonOrigin(rules: readonly OriginRule[]): OriginRule {
  return Object.freeze({
    ...rules[0]!,
    any: rules.every(({ any }) => any),
    providers: Object.freeze(rules.flatMap(({ providers }) => providers)),
    usesContext: rules.some(({ usesContext }) => usesContext),
    all: rules,
  });
}

/** `GET` includes `HEAD`, so names are compared by what they allow. */
function commonMethods(parts: readonly Policy[]): Policy['methods'] {
  const lists = parts.flatMap(({ methods }) => (methods === undefined ? [] : [[...methods]]));
  const isAllowed = (method: string): boolean => parts.every((policy) => allowsMethod(policy, method));
  return lists.length === 0 ? undefined : new Set(lists.flat().filter(isAllowed));
}

function commonHeaders(a: HeaderGrant, b: HeaderGrant): HeaderGrant {
  if (a.kind !== 'names') {
    return b.kind === 'names' || a.kind === 'any' ? b : a;
  }
  if (b.kind !== 'names') {
    return a;
  }
  const names = splitList(a.value).filter((name) => b.names.has(name.toLowerCase()));
  return Object.freeze({
    kind: 'names',
    names: new Set(names.map((name) => name.toLowerCase())),
    value: names.join(', '),
  });
}

/** From the narrowest to the widest; `undefined` leaves the header to the app. */
const RESOURCE_POLICIES: readonly Policy['resourcePolicy'][] = ['same-origin', 'same-site', undefined, 'cross-origin'];

function commonExposed(parts: readonly Policy[]): readonly HeaderField[] {
  const lists = parts.map(({ responseHeaders }) => splitList(valueOf(responseHeaders, EXPOSE_HEADERS) ?? ''));
  const named = lists.filter((list) => !list.includes('*'));
  const [shortest = ['*'], ...others] = named;
  const common = shortest.filter(
    (name) => name !== '' && others.every((list) => list.some((each) => each.toLowerCase() === name.toLowerCase())),
  );
  return common.length === 0 ? [] : [[EXPOSE_HEADERS, common.join(', ')]];
}

function shortestMaxAge(parts: readonly Policy[]): readonly HeaderField[] {
  const ages = parts.map(({ preflightHeaders }) => valueOf(preflightHeaders, MAX_AGE));
  const isGiven = ages.some((age) => age !== undefined);
  return isGiven ? [[MAX_AGE, String(Math.min(...ages.map((age) => Number(age ?? DEFAULT_MAX_AGE))))]] : [];
}

function valueOf(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find(([each]) => each === name)?.[1];
}

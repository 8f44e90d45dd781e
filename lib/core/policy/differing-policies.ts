import { AUTHORIZATION, COOKIE } from '../http/headers.js';
import { splitList } from '../http/lists.js';
import { enforcementOf, grantKeyOf, type Policy, type RoutePolicy, stricter, varyOfEnforcement } from './policy.js';

/** Policies that could have answered one preflight, and do not grant the same (rule 3.4). */
export interface DifferingPolicies {
  readonly policies: readonly RoutePolicy[];
  /** The request fields that a 403 may depend on, as far as they are known by name. */
  readonly vary: readonly string[];
}

/**
 * The policies that could have answered a preflight, if they do not grant the same; `undefined`: they do, or none of
 * them grants anything.
 */
export function differingPolicies(policies: readonly RoutePolicy[]): DifferingPolicies | undefined {
  if (policies.every((policy) => grantSame(policy, policies[0]))) {
    return undefined;
  }
  const granting = policies.filter((policy): policy is Policy => policy?.kind === 'policy');
  const enforcement = policies.map(enforcementOf).reduce(stricter);
  const byCookies = granting.some(({ credentials }) => credentials) && granting.some(({ credentials }) => !credentials);
  const vary = [
    ...varyOfEnforcement(enforcement || true),
    ...(byCookies ? [COOKIE, AUTHORIZATION] : []),
    ...differingHeaders(granting),
  ];
  return Object.freeze({ policies, vary: Object.freeze([...new Set(vary)]) });
}

function grantSame(a: RoutePolicy, b: RoutePolicy): boolean {
  return grantKeyOf(a) === grantKeyOf(b) && numberingOf(a) === numberingOf(b);
}

/** Only a policy with a provider or a function has numbers in its key. */
function numberingOf(policy: RoutePolicy): object | undefined {
  return policy?.kind === 'policy' && policy.origin.providers.length > 0 ? policy.numbering : undefined;
}

/** The request headers that are in some of the lists and not in others. */
function differingHeaders(policies: readonly Policy[]): readonly string[] {
  const lists = policies.flatMap(({ allowedHeaders }) => (allowedHeaders.kind === 'names' ? [allowedHeaders] : []));
  return lists.flatMap(({ value }) =>
    splitList(value).filter((name) => name !== '' && !lists.every(({ names }) => names.has(name.toLowerCase()))),
  );
}

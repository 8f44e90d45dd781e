import { bareDecision, type CorsReason, type Decision, NO_POLICY_DECISION } from './decision.js';
import { ALLOW_ORIGIN } from '../protocol/fields.js';
import { parseOrigin } from '../origins/origin.js';
import type { Policy, RoutePolicy } from '../policies/policy.js';

const NO_CORS_DECISION = bareDecision('no-cors');

/**
 * Decides an actual request (Fetch, 3.3.3; DESIGN 3.5): which fields its response carries, whatever becomes of it.
 *
 * @param origin value of `Origin`, `undefined` where there is none
 * @param admitted whether the policy's origin rule admits it
 */
export function decideActual(
  policy: RoutePolicy,
  origin: string | undefined,
  method: string,
  admitted: boolean,
): Decision {
  if (policy === undefined) {
    return NO_POLICY_DECISION;
  }
  if (policy.kind === 'no-cors') {
    return NO_CORS_DECISION;
  }
  if (!admitsMethod(policy, method)) {
    return bareDecision('method-not-allowed', policy.vary);
  }
  if (policy.plainDecision !== undefined) {
    return policy.plainDecision;
  }
  if (origin === undefined) {
    return bareDecision('no-origin', policy.vary);
  }
  if (!admitted) {
    return bareDecision(refusalOf(origin), policy.vary);
  }
  return {
    allowed: true,
    reason: 'allowed',
    headers: [[ALLOW_ORIGIN, origin], ...policy.responseHeaders],
    vary: policy.vary,
  };
}

/** Reports whether a policy's `methods` let a method through; `HEAD` goes wherever `GET` may. */
export function admitsMethod(policy: Policy, method: string): boolean {
  const { methods } = policy;
  return methods === undefined || methods.has(method) || (method === 'HEAD' && methods.has('GET'));
}

/** Why an origin that a policy does not admit was not admitted. */
export function refusalOf(origin: string): CorsReason {
  if (origin === 'null') {
    return 'origin-null';
  }
  return parseOrigin(origin) === undefined ? 'origin-malformed' : 'origin-not-allowed';
}

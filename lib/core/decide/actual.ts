import { isSharedOrigin, parseOrigin } from '../origin/origin.js';
import { allowsMethod, type RoutePolicy } from '../policy/policy.js';
import { ALLOW_ORIGIN, TIMING_ALLOW_ORIGIN } from '../http/headers.js';
import { bareDecision, type CorsReason, type Decision, NO_POLICY_DECISION } from '../decision.js';

const NO_ORIGIN_DECISION = bareDecision('no-origin');

/**
 * Decides an actual request (https://fetch.spec.whatwg.org/#http-responses; rule 3.5): the CORS fields of its response,
 * whatever its status. A request without `Origin` is never refused.
 *
 * @param origin value of `Origin`, `undefined` where there is none
 * @param originAllowed whether the policy's origin rule allows it
 */
export function decideActual(
  policy: RoutePolicy,
  origin: string | undefined,
  method: string,
  originAllowed: boolean,
): Decision {
  if (policy?.kind !== 'policy') {
    return decideClosed(policy, origin);
  }
  if (!allowsMethod(policy, method)) {
    return bareDecision(origin === undefined ? 'no-origin' : 'method-not-allowed', policy.vary);
  }
  if (policy.plainDecision !== undefined) {
    return policy.plainDecision;
  }
  if (origin === undefined) {
    return bareDecision('no-origin', policy.vary);
  }
  if (!originAllowed) {
    return bareDecision(refusalOf(origin), policy.vary);
  }
  return {
    allowed: true,
    reason: 'allowed',
    headers: policy.timing
      ? [[ALLOW_ORIGIN, origin], ...policy.responseHeaders, [TIMING_ALLOW_ORIGIN, origin]]
      : [[ALLOW_ORIGIN, origin], ...policy.responseHeaders],
    vary: policy.vary,
  };
}

function decideClosed(policy: Exclude<RoutePolicy, { kind: 'policy' }>, origin: string | undefined): Decision {
  if (policy === undefined) {
    return origin === undefined ? NO_ORIGIN_DECISION : NO_POLICY_DECISION;
  }
  return bareDecision(origin === undefined ? 'no-origin' : 'no-cors', policy.vary);
}

/** The reason why a policy does not allow an origin. */
export function refusalOf(origin: string): CorsReason {
  if (isSharedOrigin(origin)) {
    return 'origin-null';
  }
  return parseOrigin(origin) === undefined ? 'origin-malformed' : 'origin-not-allowed';
}

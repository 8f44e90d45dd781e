import { admits, type RouteAsked } from '../../core/decisions/admits.js';
import type { PreflightAsked } from '../../core/decisions/decide-preflight.js';
import { isCrossOrigin } from '../../core/decisions/enforcement.js';
import type { PolicyReached } from '../../core/decisions/preflight-plan.js';
import { type ReportReason, secondOnActual, secondOnPreflight } from '../../core/decisions/second-opinion.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Outcome } from './outcome.js';

/** Asks the policy that is only reported about an actual request that the policy in force admits. */
export function secondOfActual(policy: RoutePolicy, request: CorsRequest, asked: RouteAsked): Outcome['second'] {
  const second = policy?.kind === 'policy' ? policy.reportOnly : undefined;
  // To a request of the same origin no browser holds a policy.
  if (second === undefined || policy?.kind !== 'policy' || !isCrossOrigin(request)) {
    return undefined;
  }
  const conclude = (admitted: boolean): ReportReason | undefined => secondOnActual(second, policy, request, admitted);
  const admitted = admits(second.origin, request, request.method, asked, false);
  return typeof admitted === 'boolean' ? conclude(admitted) : admitted.then(conclude);
}

/** The same of a preflight. */
export function secondOfPreflight(
  { policy, method, asked }: PolicyReached,
  request: CorsRequest,
  about: PreflightAsked,
): Outcome['second'] {
  const second = policy?.kind === 'policy' ? policy.reportOnly : undefined;
  if (second === undefined) {
    return undefined;
  }
  const conclude = (admitted: boolean): ReportReason | undefined => secondOnPreflight(second, method, about, admitted);
  const admitted = admits(second.origin, request, method, asked, true);
  return typeof admitted === 'boolean' ? conclude(admitted) : admitted.then(conclude);
}

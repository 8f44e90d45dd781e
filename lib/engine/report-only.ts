import { allows, type RouteAsked } from '../core/decide/allow-origin.js';
import type { PreflightAsked } from '../core/decide/preflight.js';
import { isFromOtherOrigin } from '../core/decide/enforcement.js';
import type { MethodPolicy } from '../core/decide/preflight-plan.js';
import { type ReportReason, reportedOnActual, reportedOnPreflight } from '../core/decide/report-only.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import type { RequestDecision } from './request-decision.js';

/** Evaluates the report-only policy for an actual request that the policy in force allows. */
export function reportOnActual(
  policy: RoutePolicy,
  request: CorsRequest,
  asked: RouteAsked,
): RequestDecision['reportOnly'] {
  // No browser applies a policy to a same-origin request.
  if (policy?.kind !== 'policy' || policy.reportOnly === undefined || !isFromOtherOrigin(request)) {
    return undefined;
  }
  const { reportOnly } = policy;
  const conclude = (allowed: boolean): ReportReason | undefined =>
    reportedOnActual(reportOnly, policy, request, allowed);
  const allowed = allows(reportOnly.origin, request, request.method, asked, false);
  return typeof allowed === 'boolean' ? conclude(allowed) : allowed.then(conclude);
}

/** Evaluates the report-only policy for a preflight that the policy in force grants. */
export function reportOnPreflight(
  { policy, method, asked }: MethodPolicy,
  request: CorsRequest,
  about: PreflightAsked,
): RequestDecision['reportOnly'] {
  const reportOnly = policy?.kind === 'policy' ? policy.reportOnly : undefined;
  if (reportOnly === undefined) {
    return undefined;
  }
  const conclude = (allowed: boolean): ReportReason | undefined =>
    reportedOnPreflight(reportOnly, method, about, allowed);
  const allowed = allows(reportOnly.origin, request, method, asked, true);
  return typeof allowed === 'boolean' ? conclude(allowed) : allowed.then(conclude);
}

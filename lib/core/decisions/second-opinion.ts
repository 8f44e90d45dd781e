import type { OriginQuestion } from '../origins/admission.js';
import type { Policy } from '../policies/policy.js';
import type { CorsRequest } from '../requests/request.js';
import { decideActual } from './decide-actual.js';
import { NO_ROUTE_ASKED } from './admits.js';
import { decidePreflight, type PreflightAsked } from './decide-preflight.js';
import { planPreflight } from './preflight-plan.js';
import type { CorsReason } from './decision.js';

/**
 * Why a `reportOnly` policy would refuse what the policy in force admits: the codes of a decision, and
 * - `credentials-not-allowed`: the request carries cookies, which the policy in force admits and the second does not
 * - `provider-failing`: the origin is not admitted, while a provider that the second policy asks cannot answer
 */
export type ReportReason = CorsReason | 'credentials-not-allowed' | 'provider-failing';

/** What the second policy would refuse of an actual request; `undefined`: nothing. */
export function secondOnActual(
  second: Policy,
  inForce: Policy,
  request: CorsRequest,
  admitted: boolean,
): ReportReason | undefined {
  const { allowed, reason } = decideActual(second, request.origin, request.method, admitted);
  if (!allowed) {
    return blamed(second, reason);
  }
  const losesCookies = inForce.credentials && !second.credentials && request.header('cookie') !== undefined;
  return losesCookies ? 'credentials-not-allowed' : undefined;
}

/** What the second policy would refuse of a preflight; `undefined`: nothing. */
export function secondOnPreflight(
  second: Policy,
  method: string,
  asked: PreflightAsked,
  admitted: boolean,
): ReportReason | undefined {
  const plan = planPreflight(method, [{ policy: second, route: undefined, method, asked: NO_ROUTE_ASKED }], [])!;
  const { decision } = decidePreflight(plan, asked, [admitted]);
  return decision.allowed ? undefined : blamed(second, decision.reason);
}

/** What keeps the providers of a policy from answering at the moment, a sentence each. */
export function troublesOf(policy: Policy): readonly string[] {
  return policy.origin.questions.flatMap((question: OriginQuestion) => question.trouble ?? []);
}

function blamed(second: Policy, reason: CorsReason): ReportReason {
  return reason === 'origin-not-allowed' && troublesOf(second).length > 0 ? 'provider-failing' : reason;
}

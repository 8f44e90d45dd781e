import type { BoundProvider } from '../policy/origin-provider.js';
import type { Policy } from '../policy/policy.js';
import type { CorsRequest } from '../request.js';
import { decideActual } from './actual.js';
import { hasCredentials } from './enforcement.js';
import { NO_ROUTE_ASKED } from './allow-origin.js';
import { decidePreflight, type PreflightAsked } from './preflight.js';
import { planPreflight } from './preflight-plan.js';
import type { CorsReason } from '../decision.js';

/**
 * The reason why a `reportOnly` policy would refuse what the policy in force allows: the codes of a decision, and
 * - `credentials-not-allowed`: the request has cookies, which the policy in force allows and the other does not
 * - `provider-failing`: the origin is not allowed, while a provider of the report-only policy cannot answer
 */
export type ReportReason = CorsReason | 'credentials-not-allowed' | 'provider-failing';

/** The reason why the report-only policy would refuse an actual request; `undefined`: it would not. */
export function reportedOnActual(
  reportOnly: Policy,
  inForce: Policy,
  request: CorsRequest,
  originAllowed: boolean,
): ReportReason | undefined {
  const { allowed, reason } = decideActual(reportOnly, request.origin, request.method, originAllowed);
  if (!allowed) {
    return blamed(reportOnly, reason);
  }
  const losesCookies = inForce.credentials && !reportOnly.credentials && hasCredentials(request);
  return losesCookies ? 'credentials-not-allowed' : undefined;
}

/** The reason why the report-only policy would refuse a preflight; `undefined`: it would not. */
export function reportedOnPreflight(
  reportOnly: Policy,
  method: string,
  asked: PreflightAsked,
  originAllowed: boolean,
): ReportReason | undefined {
  const plan = planPreflight(method, [{ policy: reportOnly, route: undefined, method, asked: NO_ROUTE_ASKED }], [])!;
  const { decision } = decidePreflight(plan, asked, [originAllowed]);
  return decision.allowed ? undefined : blamed(reportOnly, decision.reason);
}

/** Lists why providers of a policy cannot answer at the moment, one sentence for each. */
export function troublesOf(policy: Policy): readonly string[] {
  return policy.origin.providers.flatMap((provider: BoundProvider) => provider.trouble ?? []);
}

function blamed(reportOnly: Policy, reason: CorsReason): ReportReason {
  return reason === 'origin-not-allowed' && troublesOf(reportOnly).length > 0 ? 'provider-failing' : reason;
}

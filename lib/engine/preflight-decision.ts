import { allows } from '../core/decide/allow-origin.js';
import { decidePreflight } from '../core/decide/preflight.js';
import type { PreflightPlan } from '../core/decide/preflight-plan.js';
import { NO_POLICY_DECISION, NO_ROUTE_DECISION } from '../core/decision.js';
import { isToken } from '../core/http/lists.js';
import { parseRequestHeaders } from '../core/http/request-headers.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { CorsRequest } from '../core/request.js';
import { reportOnPreflight } from './report-only.js';
import type { RequestDecision, RouteTarget } from './request-decision.js';
import type { PlannedPreflight } from './route-policies.js';

/** Longer than the name of any method that a server knows. */
const MAX_METHOD = 64;

/** The method that a preflight asks for; `undefined` if no browser would send such a request. */
export function methodAskedFor(request: CorsRequest): string | undefined {
  const { origin } = request;
  const method = request.header('access-control-request-method');
  const isOne = origin !== undefined && !origin.includes(',');
  return isOne && method !== undefined && method.length <= MAX_METHOD && isToken(method) ? method : undefined;
}

/** Decides a preflight with the prepared answer of its route. Returns a promise only if a provider has to wait. */
export function decideByPlan(
  request: CorsRequest,
  plan: PreflightPlan,
  target: RouteTarget | undefined,
): MaybePromise<RequestDecision> {
  const answers: MaybePromise<boolean>[] = [];
  for (const { policy, method, asked } of plan.subjects) {
    answers.push(allows(policy.origin, request, method, asked, true));
  }
  return areAllKnown(answers)
    ? requestDecisionOf(request, plan, target, answers)
    : requestDecisionLater(request, plan, target, answers);
}

function areAllKnown(answers: readonly MaybePromise<boolean>[]): answers is readonly boolean[] {
  for (const answer of answers) {
    if (typeof answer !== 'boolean') {
      return false;
    }
  }
  return true;
}

async function requestDecisionLater(
  request: CorsRequest,
  plan: PreflightPlan,
  target: RouteTarget | undefined,
  answers: readonly MaybePromise<boolean>[],
): Promise<RequestDecision> {
  return requestDecisionOf(request, plan, target, await Promise.all(answers.map(async (answer) => answer)));
}

function requestDecisionOf(
  request: CorsRequest,
  plan: PreflightPlan,
  target: RouteTarget | undefined,
  allowed: readonly boolean[],
): RequestDecision {
  const origin = request.origin ?? '';
  const asked = {
    origin,
    headers: parseRequestHeaders(request.header('access-control-request-headers')),
    privateNetwork: plan.privateNetwork && request.header('access-control-request-private-network') === 'true',
  };
  const { decision, candidate } = decidePreflight(plan, asked, allowed);
  const { from } = candidate;
  return {
    kind: 'preflight',
    decision,
    policy: from.policy,
    target,
    route: from.route,
    asked: plan.method,
    reportOnly: decision.allowed ? reportOnPreflight(from, request, asked) : undefined,
    provisional: false,
    request,
  };
}

/**
 * The decision about a preflight that no policy answers. It passes on to the app, which may have a handler for `OPTIONS`
 * with a policy of its own.
 */
export function passedOn(
  decision: RequestDecision,
  { target, name }: PlannedPreflight,
  method: string,
): RequestDecision {
  const { reason } = decision.decision;
  return reason === 'no-policy' || reason === 'no-route'
    ? {
        ...decision,
        kind: 'preflight',
        decision: name === undefined ? NO_ROUTE_DECISION : NO_POLICY_DECISION,
        target,
        route: name,
        asked: method,
      }
    : decision;
}

import { allows, type RouteAsked } from '../core/decide/allow-origin.js';
import { decideActual } from '../core/decide/actual.js';
import {
  enforce,
  enforceFetchMetadata,
  enforces,
  exceedsOwnGrant,
  isFromOtherOrigin,
} from '../core/decide/enforcement.js';
import { bareDecision, type Decision, NO_POLICY_DECISION, NO_ROUTE_DECISION } from '../core/decision.js';
import type { DifferingPolicies } from '../core/policy/differing-policies.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import { enforcementOf, type RoutePolicy, varyOfEnforcement } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import { reportOnActual } from './report-only.js';
import type { RequestDecision, RouteTarget } from './request-decision.js';
import type { Candidate } from './route-policies.js';

/** The facts that decide an actual request when its route is known. */
export interface ActualFacts {
  readonly candidate: Candidate;
  readonly target: RouteTarget | undefined;
  readonly asked: RouteAsked;
  /** The policies that could have answered the preflight instead; `undefined`: all of them grant the same. */
  readonly differing: DifferingPolicies | undefined;
  readonly trusted: boolean;
  readonly provisional: boolean;
}

/** Decides an actual request. Returns a promise only if a provider has to wait. */
export function decideBy(facts: ActualFacts, request: CorsRequest): MaybePromise<RequestDecision> {
  const { policy, enforcing } = facts.candidate;
  const allowed = allowsOrigin(policy, request, facts);
  const enforcingAllows = allowsOrigin(enforcing, request, facts);
  return typeof allowed === 'boolean' && typeof enforcingAllows === 'boolean'
    ? requestDecisionOf(request, facts, allowed, enforcingAllows)
    : requestDecisionLater(request, facts, allowed, enforcingAllows);
}

// A separate function: a closure in decideBy() would slow down each of its calls, even those that do not wait.
async function requestDecisionLater(
  request: CorsRequest,
  facts: ActualFacts,
  allowed: MaybePromise<boolean>,
  enforcingAllows: MaybePromise<boolean>,
): Promise<RequestDecision> {
  // One after the other takes less time than both by Promise.all(); neither rejects.
  return requestDecisionOf(request, facts, await allowed, await enforcingAllows);
}

function allowsOrigin(policy: RoutePolicy, request: CorsRequest, { asked }: ActualFacts): MaybePromise<boolean> {
  return policy?.kind === 'policy' && allows(policy.origin, request, request.method, asked, false);
}

function requestDecisionOf(
  request: CorsRequest,
  facts: ActualFacts,
  allowed: boolean,
  enforcingAllows: boolean,
): RequestDecision {
  const { candidate, target, asked, provisional } = facts;
  const { policy, name } = candidate;
  const { method } = request;
  const decided = decisionOn(request, facts, allowed, enforcingAllows);
  const decision = decided === NO_POLICY_DECISION && name === undefined ? NO_ROUTE_DECISION : decided;
  return {
    kind: 'actual',
    decision,
    policy,
    target,
    route: name,
    asked: method,
    reportOnly: decision.allowed ? reportOnActual(policy, request, asked) : undefined,
    provisional,
    request,
  };
}

function decisionOn(request: CorsRequest, facts: ActualFacts, allowed: boolean, enforcingAllows: boolean): Decision {
  const { candidate, differing, trusted } = facts;
  const { policy, enforcing } = candidate;
  const { origin, method } = request;
  const own = enforced(decideActual(policy, origin, method, allowed), policy, differing, request);
  const decision = trusted && !trusts(policy, own) ? exceeding(varyingBy(own, varyOfEnforcement(true)), request) : own;
  if (enforcing === undefined || decision.status !== undefined) {
    return decision;
  }
  const other = enforced(decideActual(enforcing, origin, method, enforcingAllows), enforcing, undefined, request);
  return other.status === undefined ? varyingBy(decision, other.vary) : other;
}

/** Reports whether a decision trusts a request's origin with cookies: never by `'*'`. */
export function trusts(policy: RoutePolicy, { allowed, reason }: Decision): boolean {
  return policy?.kind === 'policy' && policy.credentials && !policy.origin.any && allowed && reason === 'allowed';
}

/** Turns a refusal into one that the server itself enforces, if the policy or rule 3.4 requires it. */
function enforced(
  decision: Decision,
  policy: RoutePolicy,
  differing: DifferingPolicies | undefined,
  request: CorsRequest,
): Decision {
  const settled = differing === undefined ? decision : varyingBy(decision, differing.vary);
  if (!settled.allowed) {
    return differing !== undefined || enforces(policy) ? enforce(settled, request) : settled;
  }
  if (settled.reason === 'no-origin') {
    return enforcementOf(policy) === 'fetch-metadata' ? enforceFetchMetadata(settled, policy, request) : settled;
  }
  return differing !== undefined &&
    policy?.kind === 'policy' &&
    isFromOtherOrigin(request) &&
    exceedsOwnGrant(policy, differing.policies, request)
    ? exceeding(settled, request)
    : settled;
}

/** Refuses a request that got a wider grant than the policy of its route gives. */
function exceeding({ vary }: Decision, request: CorsRequest): Decision {
  return enforce(bareDecision('beyond-own-grant', vary), request);
}

function varyingBy(decision: Decision, vary: readonly string[]): Decision {
  return vary.every((name) => decision.vary.includes(name))
    ? decision
    : { ...decision, vary: Object.freeze([...new Set([...decision.vary, ...vary])]) };
}

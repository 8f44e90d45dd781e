import { allows, type RouteAsked } from '../core/decide/allow-origin.js';
import { decideActual } from '../core/decide/actual.js';
import type { Decision } from '../core/decision.js';
import { enforce, enforceFetchMetadata, isFromOtherOrigin } from '../core/decide/enforcement.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import { type MethodPolicy, planPreflight, type PreflightPlan } from '../core/decide/preflight-plan.js';
import { enforcementOf, type RoutePolicy } from '../core/policy/policy.js';
import type { CorsRequest, CorsRoute } from '../core/request.js';
import { decideByPlan } from './preflight-decision.js';
import type { RequestDecision } from './request-decision.js';
import { reportOnActual } from './report-only.js';

/** The route of a WebSocket handshake, and the policy that applies to it. */
export interface SocketRoute {
  readonly info: CorsRoute;
  /** `undefined`: no policy reaches it, and every handshake passes. */
  readonly policy: RoutePolicy;
}

const NO_PARAMS = Object.freeze({});
const asked = new WeakMap<SocketRoute, RouteAsked>();

/**
 * Decides a WebSocket handshake, or a request of a transport in its place (rule 8.2). A browser hides nothing of an
 * open socket, so the server always enforces the policy, even without `enforce`.
 */
export function decideHandshake(route: SocketRoute, request: CorsRequest): MaybePromise<RequestDecision> {
  const { policy } = route;
  const originAllowed =
    policy?.kind === 'policy' && allows(policy.origin, request, request.method, askedAt(route), false);
  return typeof originAllowed === 'boolean'
    ? conclude(route, request, originAllowed)
    : originAllowed.then((answer) => conclude(route, request, answer));
}

/** The facts about a socket's route for the policy's providers. */
function askedAt(route: SocketRoute): RouteAsked {
  const known = asked.get(route) ?? Object.freeze({ route: route.info, paramsOf: () => NO_PARAMS });
  asked.set(route, known);
  return known;
}

/** Reports whether the page of a handshake is of another origin than the server. */
function isForeignHandshake(request: CorsRequest): boolean {
  return isFromOtherOrigin(request) && request.origin !== request.ownOrigin();
}

function conclude(route: SocketRoute, request: CorsRequest, originAllowed: boolean): RequestDecision {
  const { policy, info } = route;
  const decision = refused(decideActual(policy, request.origin, request.method, originAllowed), policy, request);
  return {
    kind: 'actual',
    webSocket: true,
    decision,
    policy,
    target: undefined,
    route: info.name,
    asked: request.method,
    reportOnly: decision.allowed ? reportOnActual(policy, request, askedAt(route)) : undefined,
    provisional: false,
    request,
  };
}

function refused(decision: Decision, policy: RoutePolicy, request: CorsRequest): Decision {
  if (policy === undefined) {
    return decision;
  }
  if (decision.reason === 'no-origin') {
    return enforcementOf(policy) === 'fetch-metadata' ? enforceFetchMetadata(decision, policy, request) : decision;
  }
  return decision.allowed || !isForeignHandshake(request) ? decision : enforce(decision, request);
}

/** The methods that socket.io's polling transport uses. */
const POLLING_METHODS = ['GET', 'POST'];

/**
 * Decides a preflight for a request of socket.io's polling transport (rule 8.3). It carries no namespace, so it is
 * granted if the policy of one of them grants it: each namespace asks its own policy when a client joins it.
 *
 * @param method `Access-Control-Request-Method`
 * @returns `undefined` where no policy reaches any of the namespaces
 */
export function decidePollingPreflight(
  routes: readonly SocketRoute[],
  request: CorsRequest,
  method: string,
): Promise<RequestDecision> | undefined {
  const policiesOf = (name: string): readonly MethodPolicy[] =>
    routes.map((route) => ({ policy: route.policy, route: route.info.name, method: name, asked: askedAt(route) }));
  const plan = planPreflight(method, policiesOf(method), POLLING_METHODS.flatMap(policiesOf));
  return plan && decideForSockets(request, plan);
}

async function decideForSockets(request: CorsRequest, plan: PreflightPlan): Promise<RequestDecision> {
  return { ...(await decideByPlan(request, plan, undefined)), webSocket: true };
}

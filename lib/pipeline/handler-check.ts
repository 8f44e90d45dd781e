import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { RequestDecision, RouteTarget } from '../engine/request-decision.js';
import type { HandlerCheck } from '../platform/adapter.js';
import { type Exchange, exchangeOf } from '../platform/exchange.js';
import type { Route } from '../routing/route.js';
import { refusalOf, undecidedRefusal } from './refusal.js';
import type { HookObserver } from './request-hook.js';
import { beginExchange, type CorsRuntime, grantsOf } from './runtime.js';

/**
 * Makes the check that runs before a route's handler and before guards, when the router has chosen the route.
 *
 * The request hook decided for the route that it expected, or left the decision to this check. If the expected route was
 * reached, its decision stays. Otherwise (a version extractor, a host, middleware or an external route led elsewhere)
 * this check decides again. So responses of guards have the right headers, and a request that an enforcing policy refuses
 * never reaches guards.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 * @param observer told of requests that could not be decided, and of those that are refused
 * @returns a check whose refusals follow rules 3.4 and 3.6
 */
export function handlerCheck(
  route: Route<RouteTarget>,
  running: () => CorsRuntime | undefined,
  observer: Pick<HookObserver, 'failed' | 'refused'>,
): HandlerCheck {
  return (native, response) => {
    const cors = running();
    return cors === undefined ? undefined : check(cors, route, native, response, observer);
  };
}

function check(
  cors: CorsRuntime,
  route: Route<RouteTarget>,
  native: object,
  response: object,
  observer: Pick<HookObserver, 'failed' | 'refused'>,
): MaybePromise<Error | undefined> {
  const { platform, engine, decider } = cors;
  const exchange = exchangeOf(platform.messageOf(native));
  const isUnchanged = exchange !== undefined && platform.isUnchanged(native, exchange.request);
  if (isUnchanged && !exchange.isDecided && exchange.decider === decider) {
    exchange.decision = decider.decide(exchange.request, route);
    return undefined;
  }
  const decision = exchange?.decision;
  const isExpected = isUnchanged && decision?.target === route.target;
  if (isExpected && decision.decision.status === undefined) {
    return undefined;
  }
  if (!engine.serves(route, platform.request(native))) {
    // Middleware gave the request another host or version: this route answers 404, without the grant that it had.
    const isLed = exchange !== undefined && !isUnchanged && decision?.kind === 'actual';
    return isLed ? decideAgain(cors, undefined, native, response, exchange, observer) : undefined;
  }
  return isExpected ? refusalOf(decision, observer) : decideAgain(cors, route, native, response, exchange, observer);
}

/** @param route the route that serves the request; `undefined`: the one that is expected for it now */
async function decideAgain(
  cors: CorsRuntime,
  route: Route<RouteTarget> | undefined,
  native: object,
  response: object,
  exchange: Exchange | undefined,
  observer: Pick<HookObserver, 'failed' | 'refused'>,
): Promise<Error | undefined> {
  const { platform, engine, enforces } = cors;
  const request = platform.request(native, exchange?.request);
  let decision: RequestDecision;
  try {
    const grants = grantsOf(exchange, request, engine);
    decision = await (route === undefined ? engine.decide(request, grants) : engine.decideFor(route, request, grants));
  } catch (error) {
    observer.failed(error);
    return undecidedRefusal(enforces, request);
  }
  beginExchange(cors, native, response, request, decision);
  return decision.provisional ? undefined : refusalOf(decision, observer);
}

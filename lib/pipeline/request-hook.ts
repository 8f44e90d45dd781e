import type { CorsRequest } from '../core/request.js';
import type { RequestDecision } from '../engine/request-decision.js';
import type { Platform, RequestHook, Stop } from '../platform/adapter.js';
import { type Exchange, exchangeOf } from '../platform/exchange.js';
import { onHead } from '../platform/response-head.js';
import { sentDecisionOf } from './events/as-sent.js';
import type { DecisionObserver } from './events/observer.js';
import { refusalOf, undecidedRefusal } from './refusal.js';
import { beginExchange, type CorsRuntime, grantsOf } from './runtime.js';

/** The observer of the hook. */
export interface HookObserver extends Pick<DecisionObserver, 'listens' | 'wants' | 'settled'> {
  failed(error: unknown): void;
  /** Told of each request that is answered with 403. */
  refused(request: CorsRequest): void;
}

/**
 * Begins the exchange of each request before body parsers, middleware and guards. Answers preflights. Decides everything
 * else where a policy enforces, reports or may have to wait, and refuses what an enforcing policy refuses. Synchronous
 * wherever the decision is.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 */
export function requestHook(running: () => CorsRuntime | undefined, observer: HookObserver): RequestHook {
  return (native, response, done) => {
    const cors = running();
    if (cors === undefined) {
      done();
      return;
    }
    let stop: Stop | undefined;
    let request: CorsRequest | undefined;
    try {
      const { platform, engine, isLazy } = cors;
      request = platform.request(native);
      // The exchange of an outer app: the routes of this app have to grant what the outer one granted.
      const outer = exchangeOf(platform.messageOf(native));
      if (isLazy && outer === undefined && request.method !== 'OPTIONS') {
        const exchange = beginExchange(cors, native, response, request);
        if (observer.listens) {
          tellAtHead(exchange, platform, response, observer);
        }
      } else {
        const decision = engine.decide(request, outer && grantsOf(outer, request));
        if (decision instanceof Promise) {
          void carryOutLater(cors, native, response, decision, observer)
            .catch((error: unknown) => giveUp(error, cors, request, observer))
            .then(ending(done));
          return;
        }
        stop = carryOutAndTell(cors, native, response, decision, observer);
      }
    } catch (error) {
      stop = giveUp(error, cors, request, observer);
    }
    // Errors of the app in the request are not caught here.
    proceed(stop, done);
  };
}

// Waiting is in separate functions: a closure in a function slows down each of its calls, even those that do not wait.

async function carryOutLater(
  cors: CorsRuntime,
  native: object,
  response: object,
  decision: Promise<RequestDecision>,
  observer: HookObserver,
): Promise<Stop | undefined> {
  return carryOutAndTell(cors, native, response, await decision, observer);
}

function ending(done: Parameters<RequestHook>[2]): (stop: Stop | undefined) => void {
  return (stop) => proceed(stop, done);
}

function proceed(stop: Stop | undefined, done: Parameters<RequestHook>[2]): void {
  if (stop !== 'answered') {
    done(stop);
  }
}

function carryOutAndTell(
  cors: CorsRuntime,
  native: object,
  response: object,
  decision: RequestDecision,
  observer: HookObserver,
): Stop | undefined {
  if (decision.kind === 'preflight' && decision.decision.status === undefined) {
    observer.settled(decision);
  }
  const stop = carryOut(cors, native, response, decision, observer);
  if (decision.kind === 'actual' && observer.wants(decision)) {
    const exchange = exchangeOf(cors.platform.messageOf(native))!;
    tellAtHead(exchange, cors.platform, response, observer);
  }
  return stop;
}

/** Reports a decision when it is final. The handler check may change it until then. */
function tellAtHead(exchange: Exchange, platform: Platform, response: object, observer: HookObserver): void {
  onHead(exchange, platform.responseOf(response), () => observer.settled(sentDecisionOf(exchange)));
}

/**
 * Carries a decision out: answers a preflight, refuses a request, or lets its response carry the decision.
 *
 * @returns `undefined`: the request goes on
 */
export function carryOut(
  cors: CorsRuntime,
  native: object,
  response: object,
  decision: RequestDecision,
  observer: HookObserver,
): Stop | undefined {
  if (decision.kind === 'preflight' && decision.decision.status !== undefined) {
    observer.settled(decision);
    cors.platform.answer(native, response, decision, cors.decider);
    return 'answered';
  }
  beginExchange(cors, native, response, decision.request, decision);
  return decision.provisional ? undefined : refusalOf(decision, observer);
}

/** Gives up a request that could not be decided. Nothing is granted: it gets no header, or 403 if a policy enforces. */
export function giveUp(
  error: unknown,
  { enforces }: CorsRuntime,
  request: CorsRequest | undefined,
  observer: HookObserver,
): Error | undefined {
  observer.failed(error);
  return undecidedRefusal(enforces, request);
}

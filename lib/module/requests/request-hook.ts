import type { RequestHook } from '../boot/nest-internals.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { RunningCors } from '../boot/running.js';
import type { Platform } from '../../platform/platform.js';
import type { DecisionObserver } from '../observing/observer.js';
import { outcomeOf } from './decisions.js';
import type { Outcome } from './outcome.js';
import { PostponedOutcome } from './postponed-outcome.js';
import { refusalError } from './refusal-error.js';
import { undecidedRefusal } from './undecided.js';

/** What the hook reports besides doing its work. */
export interface HookObserver extends Pick<DecisionObserver, 'listens' | 'wants' | 'settled'> {
  failed(error: unknown): void;
}

/** How a request goes on: into the app, into its exception layer, or no further as it has been answered. */
type Continuation = 'app' | 'answered' | Error;

/**
 * Decides each request before body parsers, middleware and guards, or leaves that to the head of its response where it
 * can wait: answers preflights, sets the fields of everything else, and refuses what an enforced policy refuses.
 * Synchronous wherever the decision is.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 */
export function requestHook(running: () => RunningCors | undefined, observer: HookObserver): RequestHook {
  // Without a decision nothing is granted: no header is the closed answer of CORS, and 403 that of an enforced policy.
  const giveUp = (error: unknown, { enforces }: RunningCors, request: CorsRequest | undefined): Continuation => {
    observer.failed(error);
    return undecidedRefusal(enforces, request) ?? 'app';
  };
  return (native, response, done) => {
    const cors = running();
    if (cors === undefined) {
      done();
      return;
    }
    let next: Continuation;
    let request: CorsRequest | undefined;
    try {
      request = cors.platform.request(native);
      if (cors.postpones && request.method !== 'OPTIONS' && !observer.listens) {
        cors.platform.postpone?.(native, response, new PostponedOutcome(cors.engine, request, observer));
        next = 'app';
      } else {
        const outcome = cors.engine.decide(request);
        if (outcome instanceof Promise) {
          void carryOutLater(cors, native, response, outcome, observer)
            .catch((error: unknown) => giveUp(error, cors, request))
            .then(ending(done));
          return;
        }
        next = carryOut(cors, native, response, outcome, observer);
      }
    } catch (error) {
      next = giveUp(error, cors, request);
    }
    // What the app does with the request is not ours to catch.
    proceed(next, done);
  };
}

/** Tells of a decision when nothing can change it any more: the handler, once it is known, may correct it. */
function telling(platform: Platform, native: object, outcome: Outcome, observer: HookObserver): () => void {
  return () => observer.settled(outcomeOf(platform, native) ?? outcome);
}

async function carryOutLater(
  cors: RunningCors,
  native: object,
  response: object,
  outcome: Promise<Outcome>,
  observer: HookObserver,
): Promise<Continuation> {
  return carryOut(cors, native, response, await outcome, observer);
}

function ending(done: Parameters<RequestHook>[2]): (next: Continuation) => void {
  return (next) => proceed(next, done);
}

function proceed(next: Continuation, done: Parameters<RequestHook>[2]): void {
  if (next !== 'answered') {
    done(next === 'app' ? undefined : next);
  }
}

function carryOut(
  { platform }: RunningCors,
  native: object,
  response: object,
  outcome: Outcome,
  observer: HookObserver,
): Continuation {
  const isWanted = observer.wants(outcome);
  if (outcome.kind === 'preflight') {
    if (isWanted) {
      observer.settled(outcome);
    }
    platform.answer(native, response, outcome);
    return 'answered';
  }
  // In an app that is mounted in another: the inner one knows the route, and takes back what the outer one granted.
  platform.carry(native, response, outcome);
  if (isWanted) {
    platform.onHead(native, response, telling(platform, native, outcome, observer));
  }
  const { status } = outcome.decision;
  return status === undefined || outcome.provisional ? 'app' : refusalError(outcome.decision);
}

import type { DecisionObserver } from '../observing/observer.js';
import { outcomeOf, rememberOutcome } from './decisions.js';
import type { Outcome } from './engine.js';
import type { RequestHook } from '../boot/nest-internals.js';
import { refusalError } from './refusal-error.js';
import type { RunningCors } from '../boot/running.js';

/** What the hook reports besides doing its work. */
export interface HookObserver extends Pick<DecisionObserver, 'wants' | 'settled'> {
  failed(error: unknown): void;
}

/** How a request goes on: into the app, into its exception layer, or no further as it has been answered. */
type Continuation = 'app' | 'answered' | Error;

/**
 * Decides each request before body parsers, middleware and guards: answers preflights, sets the fields of everything
 * else, and refuses what an enforced policy refuses. Synchronous wherever the decision is.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 */
export function requestHook(running: () => RunningCors | undefined, observer: HookObserver): RequestHook {
  return (native, response, done) => {
    const cors = running();
    if (cors === undefined) {
      done();
      return;
    }
    // Without a decision nothing is granted and the app goes on: no header is the closed answer of CORS.
    const giveUp = (error: unknown): Continuation => {
      observer.failed(error);
      return 'app';
    };
    const proceed = (next: Continuation): void => {
      if (next !== 'answered') {
        done(next === 'app' ? undefined : next);
      }
    };
    const carryOut = (outcome: Outcome): Continuation => {
      try {
        if (observer.wants(outcome)) {
          observe(cors, native, response, outcome, observer);
        }
        return apply(cors, native, response, outcome);
      } catch (error) {
        return giveUp(error);
      }
    };
    let next: Continuation | Promise<Continuation>;
    try {
      const outcome = cors.engine.decide(cors.platform.request(native));
      next = outcome instanceof Promise ? outcome.then(carryOut, giveUp) : carryOut(outcome);
    } catch (error) {
      next = giveUp(error);
    }
    // What the app does with the request is not ours to catch.
    if (next instanceof Promise) {
      void next.then(proceed);
    } else {
      proceed(next);
    }
  };
}

/** Tells of a decision when nothing can change it any more: the handler, once it is known, may correct it. */
function observe(
  { platform }: RunningCors,
  native: object,
  response: object,
  outcome: Outcome,
  observer: HookObserver,
): void {
  if (outcome.kind === 'preflight') {
    observer.settled(outcome);
    return;
  }
  const identity = platform.identity(native);
  platform.onHead(response, () => observer.settled(outcomeOf(identity) ?? outcome));
}

function apply({ platform }: RunningCors, native: object, response: object, outcome: Outcome): Continuation {
  const { decision } = outcome;
  if (outcome.kind === 'preflight') {
    platform.answer(response, decision);
    return 'answered';
  }
  const identity = platform.identity(native);
  const outer = outcomeOf(identity);
  rememberOutcome(identity, outcome);
  if (outer === undefined) {
    platform.write(response, decision);
  } else {
    // An app that is mounted in another: the inner one knows the route, and takes back what the outer one granted.
    platform.correct(response, outer.decision, decision);
  }
  return decision.status === undefined || outcome.provisional ? 'app' : refusalError(decision);
}

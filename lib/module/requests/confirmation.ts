import type { MaybePromise } from '../../core/origins/admission.js';
import type { HandlerCheck } from '../../platform/platform.js';
import type { Route } from '../../routing/route.js';
import type { RunningCors } from '../boot/running.js';
import { outcomeOf } from './decisions.js';
import type { Outcome, RouteTarget } from './outcome.js';
import { PostponedOutcome } from './postponed-outcome.js';
import { refusalError } from './refusal-error.js';
import { undecidedRefusal } from './undecided.js';

/**
 * What stands before the handler of a route, ahead of all guards, and knows for certain what the early decision could
 * only foresee: confirms that decision, or corrects it where a version extractor, a host, middleware or a route of the
 * app's own led elsewhere. So what guards refuse carries the right headers, and what an enforced policy refuses never
 * reaches them.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 * @param failed told of a request that could not be decided
 * @returns a check whose refusals follow DESIGN 3.4 and 3.6
 */
export function confirmation(
  route: Route<RouteTarget>,
  running: () => RunningCors | undefined,
  failed: (error: unknown) => void,
): HandlerCheck {
  return (native, response) => {
    const cors = running();
    return cors === undefined ? undefined : confirm(cors, route, native, response, failed);
  };
}

function confirm(
  cors: RunningCors,
  route: Route<RouteTarget>,
  native: object,
  response: object,
  failed: (error: unknown) => void,
): MaybePromise<Error | undefined> {
  const { platform, engine } = cors;
  const postponed = platform.postponedOf?.(native);
  if (
    postponed instanceof PostponedOutcome &&
    postponed.engine === engine &&
    // Of several handlers that pass the request on, a preflight was answered for the first.
    postponed.reached === undefined &&
    platform.isUnchanged(native, postponed.request)
  ) {
    postponed.reached = route;
    return undefined;
  }
  const early = outcomeOf(platform, native);
  const foreseen = early?.target === route.target && platform.isUnchanged(native, early.request);
  if ((foreseen && early.decision.status === undefined) || !engine.serves(route, platform.request(native))) {
    return undefined;
  }
  return foreseen ? refusalOf(early) : correct(cors, route, native, response, early, failed);
}

async function correct(
  { platform, engine, enforces }: RunningCors,
  route: Route<RouteTarget>,
  native: object,
  response: object,
  early: Outcome | undefined,
  failed: (error: unknown) => void,
): Promise<Error | undefined> {
  const request = platform.request(native, early?.request);
  let later: Outcome;
  try {
    later = await engine.decideFor(route, request, early);
  } catch (error) {
    failed(error);
    return undecidedRefusal(enforces, request);
  }
  platform.carry(native, response, later);
  return refusalOf(later);
}

function refusalOf({ decision }: Outcome): Error | undefined {
  return decision.status === undefined ? undefined : refusalError(decision);
}

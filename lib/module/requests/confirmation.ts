import type { MaybePromise } from '../../core/origins/admission.js';
import type { HandlerCheck } from '../../platform/platform.js';
import type { Route } from '../../routing/route.js';
import type { RunningCors } from '../boot/running.js';
import { outcomeOf } from './decisions.js';
import type { Outcome, RouteTarget } from './outcome.js';
import { PostponedOutcome } from './postponed-outcome.js';
import { refusalError } from './refusal-error.js';
import { UNDECIDED } from './undecided.js';

/**
 * What stands before the handler of a route, ahead of all guards, where the early decision could only foresee it: confirms
 * that decision, or corrects it where a version extractor, middleware or a route of the app's own led elsewhere. So what
 * guards refuse carries the right headers, and what an enforced policy refuses never reaches them.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 * @param failed told of a request that could not be decided
 * @returns a check whose refusals follow DESIGN 3.6
 */
export function confirmation(
  route: Route<RouteTarget>,
  running: () => RunningCors | undefined,
  failed: (error: unknown) => void,
): HandlerCheck {
  return (native, response) => {
    const cors = running();
    return cors === undefined || !isServedBy(route, cors, native)
      ? undefined
      : confirm(cors, route, native, response, failed);
  };
}

/** Whether Nest will not pass the request on to the next route: it looks at host and version once a route is reached. */
function isServedBy(
  { matchesHost, matchesVersion }: Route<RouteTarget>,
  { platform }: RunningCors,
  native: object,
): boolean {
  if (matchesHost === undefined && matchesVersion === undefined) {
    return true;
  }
  const request = platform.request(native);
  return (matchesHost?.(request.hostname) ?? true) && (matchesVersion?.(request) ?? true);
}

function confirm(
  cors: RunningCors,
  route: Route<RouteTarget>,
  native: object,
  response: object,
  failed: (error: unknown) => void,
): MaybePromise<Error | undefined> {
  const { platform, engine } = cors;
  const postponed = platform.postponedOf(native);
  if (
    postponed instanceof PostponedOutcome &&
    postponed.engine === engine &&
    platform.isUnchanged(native, postponed.request)
  ) {
    postponed.reached = route;
    return undefined;
  }
  const early = outcomeOf(platform, native);
  return early?.target === route.target && platform.isUnchanged(native, early.request)
    ? refusalOf(early)
    : correct(cors, route, native, response, early, failed);
}

async function correct(
  { platform, engine }: RunningCors,
  route: Route<RouteTarget>,
  native: object,
  response: object,
  early: Outcome | undefined,
  failed: (error: unknown) => void,
): Promise<Error | undefined> {
  let later: Outcome;
  try {
    later = await engine.decideFor(route, platform.request(native), early);
  } catch (error) {
    failed(error);
    const { policy } = route.target;
    return policy?.kind === 'policy' && policy.enforce ? refusalError(UNDECIDED) : undefined;
  }
  platform.carry(native, response, later);
  return refusalOf(later);
}

function refusalOf({ decision }: Outcome): Error | undefined {
  return decision.status === undefined ? undefined : refusalError(decision);
}

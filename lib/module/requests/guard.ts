import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { bareDecision } from '../../core/decisions/decision.js';
import type { RunningCors } from '../boot/running.js';
import { outcomeOf, stillHolds } from './decisions.js';
import type { Outcome, RouteTarget } from './outcome.js';
import { refusalError } from './refusal-error.js';

/** Of a request that could not be decided: closed, as if its origin were not allowed. */
const UNDECIDED = bareDecision('origin-not-allowed');

/**
 * Knows the exact handler, which the early decision could only foresee: confirms that decision, or corrects it where a
 * version extractor, middleware or a route of the app's own led elsewhere. It stands before every other guard, so that
 * what these refuse carries the right headers, and what an enforced policy refuses never reaches them.
 */
export class CorsGuard implements CanActivate {
  /**
   * @param running what to decide with; `undefined` until the app's routes are known
   * @param failed told of a request that could not be decided
   */
  constructor(
    private readonly running: () => RunningCors | undefined,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** @throws ForbiddenException where the server itself refuses the request (DESIGN 3.6) */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const running = context.getType() === 'http' ? this.running() : undefined;
    const targets: readonly RouteTarget[] | undefined = running?.targetsOf(context.getClass(), context.getHandler());
    if (running === undefined || targets === undefined || targets.length === 0) {
      return true;
    }
    const native = context.switchToHttp().getRequest<object>();
    const early = outcomeOf(running.platform, native);
    if (
      early?.target !== undefined &&
      targets.includes(early.target) &&
      stillHolds(early, running.platform.request(native))
    ) {
      return carryOut(early);
    }
    return this.correct(running, targets, context, early);
  }

  private async correct(
    { platform, engine }: RunningCors,
    targets: readonly RouteTarget[],
    context: ExecutionContext,
    early: Outcome | undefined,
  ): Promise<boolean> {
    const http = context.switchToHttp();
    const native = http.getRequest<object>();
    let later: Outcome;
    try {
      later = await engine.decideFor(platform.request(native), targets, early);
    } catch (error) {
      this.failed(error);
      if (targets.some(({ policy }) => policy?.kind === 'policy' && policy.enforce)) {
        throw refusalError(UNDECIDED);
      }
      return true;
    }
    platform.carry(native, http.getResponse<object>(), later);
    return carryOut(later);
  }
}

function carryOut({ decision }: Outcome): true {
  if (decision.status !== undefined) {
    throw refusalError(decision);
  }
  return true;
}

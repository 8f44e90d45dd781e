import type { RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Postponed } from '../../platform/decided.js';
import type { Route } from '../../routing/route.js';
import type { CorsEngine } from './engine.js';
import type { Outcome, RouteTarget } from './outcome.js';
import { undecidedOutcome } from './undecided.js';

/**
 * A decision that waits until its response's head is written, or someone asks for it: by then the handler is known, and
 * no route has to be looked for.
 */
export class PostponedOutcome implements Postponed {
  /** The route whose handler the request has reached; `undefined`: none so far. */
  reached: Route<RouteTarget> | undefined;

  /**
   * @param request as it was before anything else ran
   * @param observer told of a request that could not be decided
   */
  constructor(
    readonly engine: CorsEngine,
    readonly request: CorsRequest,
    private readonly observer: { failed(error: unknown): void },
  ) {}

  decide(): Outcome {
    try {
      const { engine, request, reached } = this;
      const outcome = reached === undefined ? engine.decide(request) : engine.decideAt(reached, request);
      if (!(outcome instanceof Promise)) {
        return outcome;
      }
      throw new Error('A decision that was to be at hand is not.');
    } catch (error) {
      this.observer.failed(error);
      return undecidedOutcome(this.request);
    }
  }
}

/** Whether nothing that comes before the head, and nothing that takes time, depends on what a policy decides. */
export function canWait(policy: RoutePolicy): boolean {
  return (
    policy?.kind !== 'policy' ||
    (!policy.enforce && policy.reportOnly === undefined && policy.origin.questions.every(({ atOnce }) => atOnce))
  );
}

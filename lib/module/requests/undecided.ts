import { bareDecision } from '../../core/decisions/decision.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Outcome } from './outcome.js';

/** Of a request that could not be decided: closed, as if its origin were not allowed. */
export const UNDECIDED = bareDecision('origin-not-allowed');

export function undecidedOutcome(request: CorsRequest): Outcome {
  return {
    kind: 'actual',
    decision: UNDECIDED,
    policy: undefined,
    target: undefined,
    route: undefined,
    asked: request.method,
    second: undefined,
    provisional: false,
    request,
  };
}

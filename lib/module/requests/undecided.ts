import { bareDecision } from '../../core/decisions/decision.js';
import { ORIGIN } from '../../core/protocol/fields.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Outcome } from './outcome.js';
import { refusalError } from './refusal-error.js';

/** Of a request that could not be decided: closed, as if its origin were not allowed. */
export const UNDECIDED = bareDecision('origin-not-allowed', Object.freeze([ORIGIN]));

/**
 * What a request that could not be decided is refused with, in an app that enforces policies (DESIGN 3.6); `undefined`:
 * it goes on.
 *
 * @param request `undefined`: not even that could be read
 */
export function undecidedRefusal(enforces: boolean, request: CorsRequest | undefined): Error | undefined {
  const isNobodys = request !== undefined && request.origin === undefined;
  return enforces && !isNobodys ? refusalError(UNDECIDED) : undefined;
}

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

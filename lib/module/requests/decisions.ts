import type { CorsRequest } from '../../core/requests/request.js';
import type { Outcome } from './engine.js';

/** Under which a request in flight keeps what was decided about it. */
const OUTCOME = Symbol.for('nestjs-cors-policy:outcome');

type Bearer = { [OUTCOME]?: Outcome };

export function rememberOutcome(request: object, outcome: Outcome): void {
  (request as Bearer)[OUTCOME] = outcome;
}

export function outcomeOf(request: object): Outcome | undefined {
  return (request as Bearer)[OUTCOME];
}

/** Reports whether a request still asks for what was decided: middleware may have rewritten its method or its path. */
export function stillHolds(outcome: Outcome, request: CorsRequest): boolean {
  return outcome.method === request.method && outcome.path === request.path;
}

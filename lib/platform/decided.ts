import type { Decision } from '../core/decisions/decision.js';

/** Something that was decided about a request. */
export interface Decided {
  readonly decision: Decision;
}

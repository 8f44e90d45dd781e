import type { Decision } from '../core/decisions/decision.js';

/** Something that was decided about a request. */
export interface Decided {
  readonly decision: Decision;
}

/** A decision that is taken when it is needed. */
export interface Postponed {
  /** Must not throw. */
  decide(): Decided;
}

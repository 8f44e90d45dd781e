import type { CorsReason } from '../../core/decision.js';
import type { CorsDecisionMessage } from './channels.js';

/**
 * The number of decisions of one kind since startup (`CorsInspector.counters()`). Nothing in it comes from a client.
 */
export interface DecisionCount {
  /** As in `CorsDecisionMessage`; absent where no route serves the request. */
  readonly route?: string;
  readonly policy?: string;
  readonly preflight: boolean;
  readonly allowed: boolean;
  readonly reason: CorsReason;
  readonly count: number;
}

/**
 * Counts decisions by route, policy, kind and reason. All of them are names in the app or codes of the library, so
 * their number does not depend on clients.
 */
export class DecisionCounters {
  private readonly counts = new Map<string, { -readonly [Key in keyof DecisionCount]: DecisionCount[Key] }>();

  note({ route, policy, preflight, allowed, reason }: CorsDecisionMessage): void {
    const key = `${route ?? ''} ${policy ?? ''} ${preflight} ${allowed} ${reason}`;
    const known = this.counts.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    this.counts.set(key, {
      ...(route === undefined ? {} : { route }),
      ...(policy === undefined ? {} : { policy }),
      preflight,
      allowed,
      reason,
      count: 1,
    });
  }

  read(): readonly DecisionCount[] {
    return [...this.counts.values()].map((count) => ({ ...count }));
  }
}

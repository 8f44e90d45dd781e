import type { CorsReason } from '../../core/decisions/decision.js';
import type { CorsDecisionMessage } from './channels.js';

/** How often one kind of decision was taken since the boot (`CorsInspector.counters()`). Nothing in it is a client's. */
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
 * Counts decisions by route, policy, kind and reason. All of them are names of the app's own or codes of ours, so that
 * there are no more counts than routes times policies times reasons, whatever clients send.
 */
export class DecisionCounters {
  private readonly counts = new Map<string, { -readonly [Key in keyof DecisionCount]: DecisionCount[Key] }>();

  note({ route, policy, preflight, allowed, reason }: CorsDecisionMessage): void {
    const key = `${route ?? ''} ${policy ?? ''} ${preflight} ${reason}`;
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

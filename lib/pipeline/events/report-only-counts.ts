import type { ReportReason } from '../../core/decide/report-only.js';
import type { CorsReportMessage } from './channels.js';

/** The number of times that a `reportOnly` policy would have refused something (`CorsInspector.reports()`). */
export interface ReportCount {
  /** As in `CorsReportMessage`; absent where no route serves the request. */
  readonly route?: string;
  /** The policy in force, which allowed it. */
  readonly policy?: string;
  /** The policy that would have refused it. */
  readonly reportOnly: string;
  /**
   * `others` is the sum of all that came after the bound was reached: 100 origins of one row of this table, 5,000 in
   * all.
   */
  readonly origin: string;
  readonly preflight: boolean;
  readonly reason: ReportReason;
  readonly count: number;
}

const MOST_OF_ONE = 100;
const MOST_IN_ALL = 5_000;

/** The name for all further origins; no origin is written like this. */
const OTHERS = 'others';

interface CountedGroup {
  readonly about: Omit<ReportCount, 'origin' | 'count'>;
  readonly byOrigin: Map<string, number>;
}

/** Counts what would have been refused by route and origin, within fixed bounds. */
export class Reports {
  private readonly groups = new Map<string, CountedGroup>();
  private origins = 0;

  note({ route, policy, reportOnly, origin, preflight, reason }: CorsReportMessage): void {
    const key = `${route ?? ''} ${policy ?? ''} ${reportOnly} ${preflight} ${reason}`;
    let group = this.groups.get(key);
    if (group === undefined) {
      const named = { ...(route === undefined ? {} : { route }), ...(policy === undefined ? {} : { policy }) };
      group = { about: { ...named, reportOnly, preflight, reason }, byOrigin: new Map() };
      this.groups.set(key, group);
    }
    const { byOrigin } = group;
    const known = byOrigin.get(origin);
    if (known !== undefined) {
      byOrigin.set(origin, known + 1);
    } else if (byOrigin.size < MOST_OF_ONE && this.origins < MOST_IN_ALL) {
      this.origins += 1;
      byOrigin.set(origin, 1);
    } else {
      byOrigin.set(OTHERS, (byOrigin.get(OTHERS) ?? 0) + 1);
    }
  }

  read(): readonly ReportCount[] {
    return [...this.groups.values()].flatMap(({ about, byOrigin }) =>
      [...byOrigin].map(([origin, count]) => ({ ...about, origin, count })),
    );
  }
}

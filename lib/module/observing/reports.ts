import type { ReportReason } from '../../core/decisions/second-opinion.js';
import type { CorsReportMessage } from './channels.js';

/** How often a `reportOnly` policy would have refused something (`CorsInspector.reports()`). */
export interface ReportCount {
  /** As in `CorsReportMessage`; absent where no route serves the request. */
  readonly route?: string;
  /** The policy in force, which admitted it. */
  readonly policy?: string;
  /** The policy that would have refused it. */
  readonly reportOnly: string;
  /** `others` stands for all that came after the bound was reached: 100 origins of one row of this table, 5,000 in all. */
  readonly origin: string;
  readonly preflight: boolean;
  readonly reason: ReportReason;
  readonly count: number;
}

const MOST_OF_ONE = 100;
const MOST_IN_ALL = 5_000;

/** What all further origins are counted as; no origin is written so. */
const OTHERS = 'others';

interface Group {
  readonly about: Omit<ReportCount, 'origin' | 'count'>;
  readonly byOrigin: Map<string, number>;
}

/** Counts what would have been refused by route and origin, within bounds that no client can move. */
export class Reports {
  private readonly groups = new Map<string, Group>();
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

import type { Asked, Site } from './domain.js';
import type { Visit } from './page.js';
import type { PureApp } from './pure-app.js';
import { boots, judge, type Verdict } from './reference.js';

/** The result for a part of the domain. */
export interface Comparison {
  readonly judged: number;
  /** The first differences in words. They are the smallest ones of the domain. */
  readonly differences: readonly string[];
  /** The number of each outcome, for each value of each dimension: `origin https://a.test` -> outcomes. */
  readonly tally: Tally;
}

export type Tally = Map<string, { reads: number; blocked: number; runs: number; stopped: number }>;

/**
 * Compares the library with the reference, for every visit to every site.
 *
 * @param most the maximum number of differences; then no further site is visited
 */
export function compare(
  sites: readonly Site[],
  visits: readonly Visit[],
  appOf: (site: Site) => Pick<PureApp, 'answer'> | undefined,
  most = 5,
): Comparison {
  const differences: string[] = [];
  const tally: Tally = new Map();
  const byVisit = visits.map(({ asked }) => labelsOf(asked).map((label) => outcomesOf(tally, label)));
  let judged = 0;
  for (const site of sites) {
    if (differences.length >= most) {
      break;
    }
    const app = appOf(site);
    if ((app !== undefined) !== boots(site)) {
      differences.push(`${textOf(site)} ${app === undefined ? 'does not boot' : 'boots'}`);
    }
    if (app === undefined || !boots(site)) {
      continue;
    }
    const bySite = siteLabels(site).map((label) => outcomesOf(tally, label));
    visits.forEach((visit, at) => {
      const expected = judge(site, visit.asked);
      const seen = visit.to(app);
      judged++;
      if (differences.length < most && (seen.reads !== expected.reads || seen.runs !== expected.runs)) {
        differences.push(differenceOf(site, visit.asked, expected, seen));
      }
      for (const outcomes of [...bySite, ...byVisit[at]!]) {
        outcomes[expected.reads ? 'reads' : 'blocked']++;
        outcomes[expected.runs ? 'runs' : 'stopped']++;
      }
    });
  }
  return { judged, differences, tally };
}

/** One difference in words. */
export function differenceOf(site: Site, asked: Asked, expected: Verdict, seen: Verdict): string {
  const { method, origin, credentials, mode, headers } = asked;
  const request = `${method} of ${origin}, ${mode}, ${credentials}, ${headers.map((field) => field.join(': ')).join(', ')}`;
  return `${textOf(site)} ${request}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`;
}

function textOf({ defaultPolicy, entry, handlers }: Site): string {
  return JSON.stringify({ defaultPolicy, entry, handlers });
}

function outcomesOf(tally: Tally, label: string): { reads: number; blocked: number; runs: number; stopped: number } {
  const known = tally.get(label) ?? { reads: 0, blocked: 0, runs: 0, stopped: 0 };
  tally.set(label, known);
  return known;
}

function labelsOf({ origin, credentials, method, headers, mode, version, fetchMetadata }: Asked): string[] {
  const names = headers.map(([name]) => name).join(' ');
  return [
    `origin ${origin}`,
    `credentials ${credentials}`,
    `method ${method}`,
    `headers ${names}`,
    `mode ${mode}`,
    `version ${version}`,
    `fetch metadata ${fetchMetadata}`,
  ];
}

function siteLabels({ defaultPolicy, entry, handlers }: Site): string[] {
  const text = (value: unknown): string => JSON.stringify(value) ?? 'none';
  const [first, second] = handlers;
  return [
    `default ${text(defaultPolicy)}`,
    `entry ${text(entry)}`,
    `class ${text(first?.onClass)}`,
    `method's ${text(first?.onMethod)}`,
    `second class ${text(second?.onClass)}`,
  ];
}

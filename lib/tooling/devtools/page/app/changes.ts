import type { OverviewAnswer, OverviewRoute } from '../../protocol.js';

/** The changes of one kind, a line each. */
export interface Changes {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Finds what a restart of the app has changed in its overview; empty: nothing. */
export function changesBetween(before: OverviewAnswer, after: OverviewAnswer): readonly Changes[] {
  const old = new Map(before.routes.map((route) => [nameOf(route), route]));
  const now = new Map(after.routes.map((route) => [nameOf(route), route]));
  const both = [...now].flatMap(([name, route]) => (old.has(name) ? [{ name, was: old.get(name)!, is: route }] : []));
  return [
    ...linesOf('Routes that are new', missingIn(old, now)),
    ...linesOf('Routes that are gone', missingIn(now, old)),
    ...linesOf(
      'Routes with another policy',
      both
        .filter(({ was, is }) => policyOf(was) !== policyOf(is))
        .map(({ name, was, is }) => `${name}: ${policyOf(was)} → ${policyOf(is)}`),
    ),
    ...linesOf('Fields of policies', fieldLines(both.filter(({ was, is }) => policyOf(was) === policyOf(is)))),
    ...linesOf('New findings', notIn(findingsOf(before), findingsOf(after))),
    ...linesOf('Findings that are gone', notIn(findingsOf(after), findingsOf(before))),
  ];
}

/** Lists each change of a field once for a policy, and the number of its routes where it is not for one alone. */
function fieldLines(pairs: readonly { was: OverviewRoute; is: OverviewRoute }[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { was, is } of pairs) {
    const [from, to] = [fieldsOf(was), fieldsOf(is)];
    for (const field of new Set([...Object.keys(from), ...Object.keys(to)])) {
      const [one, other] = [shown(from[field]), shown(to[field])];
      if (one !== other) {
        const line = `${policyOf(is)}: ${field} ${one} → ${other}`;
        counts.set(line, (counts.get(line) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} (${count} routes)`));
}

const fieldsOf = ({ policy }: OverviewRoute): Readonly<Record<string, unknown>> =>
  (policy ?? {}) as Readonly<Record<string, unknown>>;

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.join(', ');
  }
  return value === undefined ? 'default' : typeof value === 'string' ? value : JSON.stringify(value);
}

const policyOf = ({ policy }: OverviewRoute): string => policy?.name ?? 'no policy';

function nameOf({ methods, path, version, host, port, namespace, handler }: OverviewRoute): string {
  const others = [version && `version ${version.join()}`, host?.join(), port && `port ${port}`, namespace];
  return [methods.join(), path, ...others.filter(Boolean), `(${handler})`].join(' ').trim();
}

const findingsOf = ({ findings }: OverviewAnswer): readonly string[] =>
  findings.map(({ code, place, detail }) => [code, place, detail].filter(Boolean).join(' '));

const notIn = (known: readonly string[], lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !known.includes(line));

const missingIn = (known: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): readonly string[] =>
  [...others.keys()].filter((name) => !known.has(name));

const linesOf = (title: string, lines: readonly string[]): readonly Changes[] =>
  lines.length === 0 ? [] : [{ title, lines }];

import type { RouteReport } from '../../../inspect/policy-report.js';
import { harmless, type Styles } from '../text/terminal.js';
import type { Column } from '../text/table.js';

/** The columns of the table of routes; what may give way on a narrow terminal, and how far. */
export function routeColumns(styles: Styles): readonly Column[] {
  const quiet = (cell: string, shown: string): string => (cell === '-' ? styles.dim(shown) : shown);
  return [
    { title: 'Method', style: (_cell, shown) => styles.bold(shown) },
    { title: 'Path', least: 12 },
    {
      title: 'Policy',
      least: 8,
      style: (cell, shown) => (cell === '@NoCors()' ? styles.good(shown) : quiet(cell, shown)),
    },
    { title: 'Origins', least: 12, style: (cell, shown) => (cell === '*' ? styles.warn(shown) : quiet(cell, shown)) },
    {
      title: 'Credentials',
      least: 4,
      style: (cell, shown) => (cell === 'yes' ? styles.warn(shown) : quiet(cell, shown)),
    },
    { title: 'Max age', least: 5, style: quiet },
    { title: 'Enforced', least: 4, style: quiet },
    { title: 'Handler', least: 8, style: (_cell, shown) => styles.dim(shown) },
  ];
}

/** A route as the cells of these columns. */
export function routeRow({
  kind,
  methods,
  path,
  version,
  host,
  port,
  namespace,
  policy,
  handler,
}: RouteReport): readonly string[] {
  const selected = [
    ...(version ?? []).map((each) => `v${each}`),
    ...(host ?? []),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  const joined = namespace === undefined || namespace === '/' ? [] : [`namespace ${namespace}`];
  const cells = [
    kind === 'gateway' ? 'WS' : methods.join(', '),
    [...selected, ...joined].length === 0 ? path : `${path} (${[...selected, ...joined].join(', ')})`,
    policy?.name ?? '-',
    policy === null ? '-' : policy.origin.join(', ') || 'no origin',
    policy?.credentials ? 'yes' : '-',
    policy?.maxAge === undefined ? '-' : `${policy.maxAge} s`,
    policy?.enforce || (kind === 'gateway' && policy !== null) ? 'yes' : '-',
    handler,
  ];
  return cells.map(harmless);
}

import type { DecisionEvent, DecisionsMessage } from '../../protocol.js';

/** Rows that the page keeps; older ones are dropped. */
export const MAX_ROWS = 500;

/** One call of a page: a request, a preflight, or both. */
export interface DecisionRow {
  /** Id of the first decision. */
  readonly id: number;
  readonly preflight?: DecisionEvent;
  /** Absent where only a preflight has come. */
  readonly request?: DecisionEvent;
}

/** The recent decisions. Immutable: each function returns another one. */
export interface DecisionList {
  /** The run of the app that they are of; absent before the first message. */
  readonly run?: string;
  /** The newest first. */
  readonly rows: readonly DecisionRow[];
  /** Id of the newest decision. */
  readonly last: number;
  /** Decisions of this run that did not come, since the first that did. */
  readonly leftOut: number;
  /** The list at the time of the pause, while there is one. */
  readonly paused?: Pick<DecisionList, 'run' | 'rows' | 'last'>;
}

export const NO_DECISIONS: DecisionList = { rows: [], last: 0, leftOut: 0 };

/**
 * Adds what a message brings. Another run of the app begins the list anew; what is there already is not added again.
 *
 * The ids tell what is missing. A stream that begins anew counts as left out what an earlier one has brought.
 */
export function withMessage(list: DecisionList, { run, decisions }: DecisionsMessage): DecisionList {
  const base = list.run === run ? list : { ...NO_DECISIONS, run, ...(list.paused ? { paused: list.paused } : {}) };
  const added = decisions.filter(({ id }) => id > base.last);
  const [first] = added;
  if (first === undefined) {
    return base;
  }
  // The first message of a run begins with the recent decisions: those before it are not missing.
  const leftOut = base.last === 0 ? 0 : first.id - base.last - 1;
  return {
    ...base,
    rows: withDecisions(base.rows, added),
    last: added.at(-1)?.id ?? base.last,
    leftOut: base.leftOut + leftOut,
  };
}

function withDecisions(rows: readonly DecisionRow[], added: readonly DecisionEvent[]): readonly DecisionRow[] {
  const all = [...rows].reverse();
  for (const decision of added) {
    const { id, pair, preflight } = decision;
    // A preflight that the browser keeps may belong to several requests. It is in a row with the first.
    const at = pair === undefined ? -1 : all.findLastIndex((row) => row.id === pair && row.request === undefined);
    const partner = all[at];
    if (partner === undefined) {
      all.push(preflight ? { id, preflight: decision } : { id, request: decision });
    } else {
      all[at] = { ...partner, request: decision };
    }
  }
  return all.slice(-MAX_ROWS).reverse();
}

/** Keeps what is shown; further decisions are still added behind it. */
export function pause(list: DecisionList): DecisionList {
  const { run, rows, last } = list;
  return { ...list, paused: { rows, last, ...(run === undefined ? {} : { run }) } };
}

export function resume({ paused: _paused, ...list }: DecisionList): DecisionList {
  return list;
}

/** Removes all rows; the next decisions are still recognized as new. */
export function clear({ run, last }: DecisionList): DecisionList {
  return { ...NO_DECISIONS, last, ...(run === undefined ? {} : { run }) };
}

/** The number of rows that have come since the list was paused. */
export function waiting({ run, rows, paused }: DecisionList): number {
  const known = paused === undefined ? Infinity : paused.run === run ? paused.last : 0;
  return rows.filter(({ id }) => id > known).length;
}

export type DecisionKind = 'preflight' | 'request' | 'websocket';

/** Conditions on rows. An empty text fits every row. */
export interface DecisionFilter {
  readonly verdict: '' | 'allowed' | 'refused';
  readonly kind: '' | DecisionKind;
  /** A part of the origin. */
  readonly origin: string;
  /** A part of the route, the policy, the method or the address. */
  readonly route: string;
}

export const NO_FILTER: DecisionFilter = { verdict: '', kind: '', origin: '', route: '' };

/** The rows to show: those at the time of the pause, as far as they fit the filter. */
export function shownRows({ rows, paused }: DecisionList, filter: DecisionFilter): readonly DecisionRow[] {
  return (paused?.rows ?? rows).filter((row) => fits(row, filter));
}

function fits(row: DecisionRow, { verdict, kind, origin, route }: DecisionFilter): boolean {
  const main = mainOf(row);
  return (
    (verdict === '' || (verdict === 'allowed') === isAllowed(row)) &&
    (kind === '' || kindsOf(row).includes(kind)) &&
    contains(main.origin ?? 'no origin', origin) &&
    contains([main.method, main.url, main.route, main.policy, main.reason].join(' '), route)
  );
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.trim().toLowerCase());
}

/** The decision that a row is explained by: the request, or the preflight that no request followed. */
export function mainOf({ request, preflight }: DecisionRow): DecisionEvent {
  return (request ?? preflight) as DecisionEvent;
}

/** Reports whether no decision of a row is a refusal. */
export function isAllowed({ request, preflight }: DecisionRow): boolean {
  return request?.allowed !== false && preflight?.allowed !== false;
}

function kindsOf({ request, preflight }: DecisionRow): readonly DecisionKind[] {
  return [
    ...(preflight === undefined ? [] : (['preflight'] as const)),
    ...(request === undefined ? [] : [request.webSocket === true ? ('websocket' as const) : ('request' as const)]),
  ];
}

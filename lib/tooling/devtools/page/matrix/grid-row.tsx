import type { VNode } from 'preact';
import type { MatrixCell, OverviewRoute } from '../../protocol.js';
import { methodsOf } from '../routes/find.js';
import { Methods, plural } from '../ui/parts.js';
import type { Column } from './columns.js';
import { COLUMN, ROW } from './sizes.js';
import { addressOf, STATES, wordsOf } from './states.js';
import type { MatrixRow, Place, Span } from './window.js';

export interface GridRowProps {
  readonly row: number;
  readonly shown: MatrixRow;
  readonly routes: readonly OverviewRoute[];
  readonly columns: readonly Column[];
  readonly span: Span;
  /** The column of the active cell, if it is in this row. */
  readonly active: number | undefined;
  readonly onToggle: (group: string) => void;
  readonly onPick: (place: Place, route: OverviewRoute, origin: string | undefined, cookies: boolean) => void;
}

/** The head of a group, or a route with its cells. */
export function GridRow({ row, shown, routes, columns, span, active, onToggle, onPick }: GridRowProps): VNode {
  const place = { role: 'row', 'aria-rowindex': row + 2, style: { top: `${row * ROW}px` } } as const;
  if ('group' in shown) {
    const { group, open } = shown;
    return (
      <div {...place} class="group">
        <div role="rowheader" aria-colindex={1} class="first">
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            {...stop(active !== undefined)}
            onClick={() => onToggle(group.name)}
          >
            <span class="chevron" aria-hidden="true" /> {group.name}
          </button>{' '}
          <span class="soft">{plural(group.members.length, 'route')}</span>
        </div>
      </div>
    );
  }
  const route = routes[shown.route];
  const [method = '*'] = route === undefined ? [] : methodsOf(route);
  const name = route === undefined ? '' : `${method} ${addressOf(route)}`;
  // The active column is drawn out of sight too, so that it keeps the focus.
  const places = Array.from({ length: Math.max(0, span.to - span.from) }, (_, index) => span.from + index);
  if (active !== undefined && active >= 0 && (active < span.from || active >= span.to)) {
    places.push(active);
  }
  return (
    <div {...place}>
      <div role="rowheader" aria-colindex={1} class="first">
        <button
          type="button"
          class="quiet"
          aria-label={`Explain ${name}`}
          title={name}
          {...stop(active === -1)}
          onClick={() => onPick({ row, column: -1 }, route!, columns[0]?.origin, false)}
        >
          <Methods of={[method]} /> <code>{route && addressOf(route)}</code>
        </button>
      </div>
      {route &&
        places.map((column) => (
          <Cell
            key={columns[column]!.origin}
            column={column}
            of={columns[column]!}
            cell={columns[column]!.cells?.[shown.route]}
            name={name}
            route={route}
            active={active === column}
            onPick={(cookies) => onPick({ row, column }, route, columns[column]!.origin, cookies)}
          />
        ))}
    </div>
  );
}

/** The one stop of the Tab key. */
const stop = (active: boolean): object => (active ? { tabIndex: 0, 'data-active': true } : { tabIndex: -1 });

interface CellProps {
  readonly column: number;
  readonly of: Column;
  readonly cell: MatrixCell | undefined;
  readonly name: string;
  readonly route: OverviewRoute;
  readonly active: boolean;
  readonly onPick: (cookies: boolean) => void;
}

function Cell({ column, of: { origin, problem }, cell, name, route, active, onPick }: CellProps): VNode {
  const words = cell === undefined ? (problem ?? 'asking…') : wordsOf(cell, route);
  const look = cell && STATES[cell.state];
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      class="column"
      style={{ left: `calc(var(--first) + ${column * COLUMN}px)` }}
    >
      <button
        type="button"
        class={`cell ${cell?.state ?? 'waiting'}`}
        title={words}
        aria-label={`${name} from ${origin}: ${words}`}
        {...stop(active)}
        onClick={() => onPick(cell?.state === 'with-cookies')}
      >
        {look ? (
          <>
            <span aria-hidden="true">{look.sign}</span> {look.word}
          </>
        ) : (
          '…'
        )}
      </button>
    </div>
  );
}

import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { OverviewRoute } from '../../protocol.js';
import { openPanel } from '../app/state.js';
import { questionAbout } from '../routes/question.js';
import type { Column } from './columns.js';
import { GridHead } from './head.js';
import { GridRow } from './grid-row.js';
import { COLUMN, HEAD_ROW, ROW } from './sizes.js';
import { type MatrixRow, moved, type Place, placesOf, spanOf } from './window.js';

/** The width of the first column. */
const headWidth = (width: number): number => Math.round(Math.min(Math.max(width * 0.34, 180), 420));

export interface GridProps {
  readonly routes: readonly OverviewRoute[];
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly Column[];
  readonly isNarrow: boolean;
  readonly onToggle: (group: string) => void;
}

/**
 * The table. It draws the rows and columns in sight alone, so 50,000 cells cost what a few hundred do. The Tab key stops
 * at one cell, arrows move.
 */
export function Grid({ routes, rows, columns, isNarrow, onToggle }: GridProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, left: 0, height: 600, width: 1200 });
  const [active, setActive] = useState<Place>({ row: 0, column: -1 });
  const follows = useRef(false);
  const at = {
    row: Math.min(active.row, rows.length - 1),
    column: Math.min(active.column, columns.length - 1),
  };
  const first = isNarrow ? sight.width - COLUMN : headWidth(sight.width);

  useEffect(() => {
    const element = frame.current!;
    const look = (): void =>
      setSight({
        top: element.scrollTop,
        left: element.scrollLeft,
        height: element.clientHeight,
        width: element.clientWidth,
      });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  // The focus goes along with the active cell once that is drawn.
  useLayoutEffect(() => {
    if (follows.current) {
      follows.current = false;
      frame.current!.querySelector<HTMLElement>('[data-active]')?.focus({ preventScroll: true });
    }
  });

  const go = (place: Place): void => {
    const element = frame.current!;
    const top = place.row * ROW;
    const left = place.column * COLUMN;
    element.scrollTop = Math.min(Math.max(element.scrollTop, top + ROW + HEAD_ROW - element.clientHeight), top);
    if (place.column >= 0) {
      element.scrollLeft = Math.min(Math.max(element.scrollLeft, left + COLUMN + first - element.clientWidth), left);
    }
    follows.current = true;
    setActive(place);
  };
  const press = (event: KeyboardEvent): void => {
    const place = moved(at, event.key, rows, columns.length);
    if (place !== undefined && (event.target as Element).closest('[data-active]') !== null) {
      event.preventDefault();
      go(place);
    }
  };
  const pick = (place: Place, route: OverviewRoute, origin: string | undefined, cookies: boolean): void => {
    setActive(place);
    openPanel(questionAbout(route, origin, cookies));
  };

  const inSight = spanOf(sight.left, sight.width - first, COLUMN, columns.length);
  const places = placesOf(spanOf(sight.top, sight.height - HEAD_ROW, ROW, rows.length), Math.max(0, at.row));
  const width = first + columns.length * COLUMN;
  return (
    <div class="matrix-frame" ref={frame} onKeyDown={press} style={{ '--first': `${first}px` }}>
      <div
        role="grid"
        class="matrix"
        aria-label="What pages of each origin may do with each route"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width: `${width}px`, height: `${HEAD_ROW + rows.length * ROW}px` }}
      >
        <GridHead columns={columns} span={inSight} />
        <div role="rowgroup">
          {rows.length > 0 &&
            places.map((row) => (
              <GridRow
                key={keyOf(rows[row]!)}
                row={row}
                shown={rows[row]!}
                routes={routes}
                columns={columns}
                span={inSight}
                active={row === at.row ? at.column : undefined}
                onToggle={(group) => {
                  setActive({ row, column: -1 });
                  onToggle(group);
                }}
                onPick={pick}
              />
            ))}
        </div>
      </div>
    </div>
  );
}

const keyOf = (row: MatrixRow): string => ('group' in row ? `g ${row.group.name}` : String(row.route));

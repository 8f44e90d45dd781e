import type { RouteGroup } from '../routes/find.js';

/** A row of the matrix: the head of a group, or a route by its place in the overview. */
export type MatrixRow = { readonly group: RouteGroup; readonly open: boolean } | { readonly route: number };

/** All rows that can be scrolled to, in order. */
export function rowsOf(groups: readonly RouteGroup[], closed: ReadonlySet<string>): readonly MatrixRow[] {
  return groups.flatMap((group) => {
    const open = !closed.has(group.name);
    return [{ group, open }, ...(open ? group.members.map((route) => ({ route })) : [])];
  });
}

/** The things in a line that are drawn: those in sight, and a few on both sides. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Things that are drawn on each side of those in sight. */
const MARGIN = 4;

/**
 * The span of equal things in sight.
 *
 * @param start how far is scrolled
 * @param length the length in sight
 * @param size that of a thing
 * @param count the number of things
 */
export function spanOf(start: number, length: number, size: number, count: number): Span {
  const from = Math.max(0, Math.floor(start / size) - MARGIN);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((start + Math.max(0, length)) / size) + MARGIN) };
}

/** The places to draw: the span, and the one that has the focus, which must not go away. */
export function placesOf({ from, to }: Span, focused: number): readonly number[] {
  const places = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  if (focused >= from && focused < to) {
    return places;
  }
  return focused < from ? [focused, ...places] : [...places, focused];
}

/** A cell by its row and its column; -1 is the head of the row. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Finds the place that a key leads to within so many rows and columns; `undefined`: none. The head of a group has no cells. */
export function moved(
  { row, column }: Place,
  key: string,
  rows: readonly MatrixRow[],
  columns: number,
): Place | undefined {
  const [down, right] = STEPS[key] ?? [0, 0];
  if (down === 0 && right === 0) {
    return undefined;
  }
  const at = Math.min(Math.max(row + down, 0), rows.length - 1);
  const isHead = rows[at] !== undefined && 'group' in rows[at];
  return { row: at, column: isHead && right !== 0 ? -1 : Math.min(Math.max(column + right, -1), columns - 1) };
}

/** Rows of a page of the matrix. */
const PAGE = 10;
const FAR = 1e6;
const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-PAGE, 0],
  PageDown: [PAGE, 0],
  Home: [0, -FAR],
  End: [0, FAR],
};

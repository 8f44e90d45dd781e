import { moved, placesOf, rowsOf, spanOf } from '../../../../lib/tooling/devtools/page/matrix/window.js';

const GROUPS = [
  { name: 'A', members: [0, 1], all: 2 },
  { name: 'B', members: [2], all: 1 },
];
const ROWS = rowsOf(GROUPS, new Set());

describe('the window of the matrix', () => {
  it('has a row for each group, and for each route of an open one', () => {
    expect(ROWS).toEqual([
      { group: GROUPS[0], open: true },
      { route: 0 },
      { route: 1 },
      { group: GROUPS[1], open: true },
      { route: 2 },
    ]);
    expect(rowsOf(GROUPS, new Set(['A']))).toEqual([
      { group: GROUPS[0], open: false },
      { group: GROUPS[1], open: true },
      { route: 2 },
    ]);
  });

  it.each([
    [0, 100, 10, 1000, { from: 0, to: 14 }],
    [500, 100, 10, 1000, { from: 46, to: 64 }],
    [505, 100, 10, 1000, { from: 46, to: 65 }],
    [9900, 100, 10, 1000, { from: 986, to: 1000 }],
    // The page shrank while it was scrolled down.
    [9900, 100, 10, 3, { from: 3, to: 3 }],
    [0, 100, 10, 0, { from: 0, to: 0 }],
    [0, -50, 10, 9, { from: 0, to: 4 }],
  ])('of %i and %i pixels, in steps of %i, of %i things', (start, length, size, count, expected) => {
    expect(spanOf(start, length, size, count)).toEqual(expected);
  });

  it('always has the place with the focus', () => {
    expect(placesOf({ from: 2, to: 5 }, 3)).toEqual([2, 3, 4]);
    expect(placesOf({ from: 2, to: 5 }, 0)).toEqual([0, 2, 3, 4]);
    expect(placesOf({ from: 2, to: 5 }, 5)).toEqual([2, 3, 4, 5]);
    expect(placesOf({ from: 0, to: 0 }, 7)).toEqual([7]);
  });

  it.each([
    [{ row: 1, column: 0 }, 'ArrowDown', { row: 2, column: 0 }],
    [{ row: 1, column: 0 }, 'ArrowLeft', { row: 1, column: -1 }],
    [{ row: 1, column: -1 }, 'ArrowLeft', { row: 1, column: -1 }],
    [{ row: 1, column: 2 }, 'ArrowRight', { row: 1, column: 2 }],
    [{ row: 0, column: -1 }, 'ArrowUp', { row: 0, column: -1 }],
    [{ row: 1, column: 0 }, 'PageDown', { row: 4, column: 0 }],
    [{ row: 4, column: 1 }, 'PageUp', { row: 0, column: 1 }],
    [{ row: 1, column: 0 }, 'End', { row: 1, column: 2 }],
    [{ row: 1, column: 2 }, 'Home', { row: 1, column: -1 }],
    // The head of a group has no cells. A column is kept on the way over it.
    [{ row: 0, column: -1 }, 'ArrowRight', { row: 0, column: -1 }],
    [{ row: 2, column: 1 }, 'ArrowDown', { row: 3, column: 1 }],
  ])('leads from %j by %s to %j', (place, key, expected) => {
    expect(moved(place, key, ROWS, 3)).toEqual(expected);
  });

  it('leads nowhere by other keys', () => {
    expect(moved({ row: 0, column: 0 }, 'a', ROWS, 3)).toBeUndefined();
  });
});

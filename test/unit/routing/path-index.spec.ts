import { isPlainPattern, PathIndex } from '../../../lib/routing/path-index.js';

const RAW = /^\/raw/;
const PATTERNS = [
  '/',
  '/orders',
  '/Orders/:id',
  '/orders/:id/items/:item',
  '/orders/mine/',
  '/:page',
  '/:tenant/items',
  '/files/*path',
  '/files/docs',
  '/raw{/:more}',
  RAW,
  '',
  'orders',
];
/** An index cannot read these from their first segment on. */
const UNREADABLE: readonly unknown[] = ['/raw{/:more}', RAW];

/** The patterns that the index names for a path, but the unreadable ones, which it has to name for each path. */
function candidates(path: string, ...settings: boolean[]): readonly unknown[] {
  const orders = new PathIndex(PATTERNS, ...settings).candidates(path);
  expect([...orders].sort((a, b) => a - b)).toEqual(orders);
  const found = orders.map((order) => PATTERNS[order]);
  expect(found).toEqual(expect.arrayContaining(UNREADABLE));
  return found.filter((pattern) => !UNREADABLE.includes(pattern));
}

describe('3.3: the patterns that may match a path', () => {
  it.each<[string, readonly string[]]>([
    ['/', ['/', '']],
    ['', ['/', '']],
    ['//', ['/', '']],
    ['/orders', ['/orders', '/:page', 'orders']],
    ['orders', ['/orders', '/:page', 'orders']],
    ['/ORDERS', ['/orders', '/:page', 'orders']],
    ['/orders/', ['/orders', '/:page', 'orders']],
    ['/orders//', ['/orders', '/:page', 'orders']],
    ['/orders/1', ['/Orders/:id']],
    ['/orders/Mine', ['/Orders/:id', '/orders/mine/']],
    ['/orders/items', ['/Orders/:id', '/:tenant/items']],
    ['//items', ['/:tenant/items']],
    ['/orders/1/items', []],
    ['/orders/1/items/2/', ['/orders/:id/items/:item']],
    ['/orders/1/items/2/3', []],
    ['/files/docs', ['/files/*path', '/files/docs']],
    ['/files/docs/1', ['/files/*path']],
    ['/file', ['/:page']],
    ['/other/1', []],
  ])('are for %j: %j', (path, expected) => {
    expect(candidates(path)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['/orders/', ['/orders', '/Orders/:id', '/:page', 'orders']],
    ['/', ['/', '/:page', '']],
    ['/orders/1', ['/Orders/:id']],
    ['/orders/1/items/', ['/orders/:id/items/:item']],
  ])('are for %j, if a parameter may be empty: %j', (path, expected) => {
    expect(candidates(path, true)).toEqual(expected);
  });
});

test.each<[boolean, readonly unknown[]]>([
  [true, ['/orders/:id', '/orders/:order_Id2/$items', '/', '', "/A-b.c~d!e@f$g&h';i=j%k_0", '/:$/:_', 'orders/']],
  [
    false,
    ['/:id?', '/:id+', '/:a-:b', '/v:id', '/:id(\\d+)', '/:1', '/*', '/a*', '/(a)', '/a(b)', '/ü', '/aü', '/a//b'],
  ],
  [false, ['/orders/*', '/*/orders', undefined, /^\/orders/]],
])('3.3: a pattern of text and whole parameters is plain: %s for %j', (expected, patterns) => {
  expect(patterns.filter((pattern) => isPlainPattern(pattern) !== expected)).toEqual([]);
});

import { PathCache } from '../../../lib/routing/path-cache.js';
import { heldBytes } from '../../support/memory.js';

/** A cache, and the paths that were not in it. */
function recent(hostMatters = false): { ask(path: string): object; found: string[] } {
  const found: string[] = [];
  const paths = new PathCache(({ path }) => {
    found.push(path);
    return {};
  }, hostMatters);
  return { ask: (path) => paths.at({ path, hostname: 'one.example' }), found };
}

let others = 0;

/** Asks for new paths. */
function askOthers(ask: (path: string) => unknown, count: number): void {
  for (const end = others + count; others < end; others++) {
    ask(`/others/${others}`);
  }
}

test('a path that was requested recently is not searched again', () => {
  const { ask, found } = recent();
  const first = ask('/orders/1');
  askOthers(ask, 1_000);
  expect(ask('/orders/1')).toBe(first);
  expect(found.filter((path) => path === '/orders/1').length).toBe(1);
});

test('paths that are no longer requested are forgotten, and others are kept', () => {
  const { ask, found } = recent();
  ask('/seldom');
  const first = ask('/often');
  for (let round = 0; round < 5; round++) {
    askOthers(ask, 1_000);
    expect(ask('/often')).toBe(first);
  }
  ask('/seldom');
  expect(found.filter((path) => path === '/seldom').length).toBe(2);
});

test.each<[string, string, boolean]>([
  ['a path of more than 256 characters', `/${'a'.repeat(256)}`, false],
  ['where the host has a say, any path', '/orders/1', true],
])('%s is searched each time', (_what, path, hostMatters) => {
  const { ask, found } = recent(hostMatters);
  ask(path);
  ask(path);
  expect(found.length).toBe(2);
});

test('a path of 256 characters is not searched again', () => {
  const { ask, found } = recent();
  const path = `/${'a'.repeat(255)}`;
  expect(ask(path)).toBe(ask(path));
  expect(found).toEqual([path]);
});

test.each([
  [2_047, 1],
  [2_048, 2],
])('after %i other paths a path has been searched %i times', (count, times) => {
  const { ask, found } = recent();
  ask('/first');
  askOthers(ask, count);
  ask('/first');
  expect(found.filter((path) => path === '/first').length).toBe(times);
});

test('only the path of an address is kept in memory', async () => {
  const paths = new PathCache(() => ({}), false);
  const ask = (path: string): object => paths.at({ path, hostname: 'one.example' });
  const before = await heldBytes();
  for (let index = 0; index < 2_000; index++) {
    const address = `/orders/${String(index).padStart(12, '0')}?${Buffer.alloc(16_000, 'q').toString('latin1')}`;
    ask(address.slice(0, address.indexOf('?')));
  }
  expect((await heldBytes()) - before).toBeLessThan(8_000_000);
  // This use keeps the cache in memory until the measurement is done.
  expect(ask('/orders/000000000001')).toBeDefined();
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RecentPaths } from '../../lib/routing/recent-paths.js';

/** A memory, and the paths that had to be looked for. */
function recent(hostMatters = false): { ask(path: string): object; found: string[] } {
  const found: string[] = [];
  const paths = new RecentPaths(({ path }) => {
    found.push(path);
    return {};
  }, hostMatters);
  return { ask: (path) => paths.at({ path, hostname: 'one.example' }), found };
}

let others = 0;

/** Asks for paths that nobody has asked for before. */
function askOthers(ask: (path: string) => unknown, count: number): void {
  for (const end = others + count; others < end; others++) {
    ask(`/others/${others}`);
  }
}

test('a path that was asked for lately is not looked for again', () => {
  const { ask, found } = recent();
  const first = ask('/orders/1');
  askOthers(ask, 1_000);
  expect(ask('/orders/1')).toBe(first);
  expect(found.filter((path) => path === '/orders/1').length).toBe(1);
});

test('what nobody asks for any more is forgotten, what is asked for stays', () => {
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
  ['a long path', `/${'a'.repeat(300)}`, false],
  ['where the host has a say, any path', '/orders/1', true],
])('%s is looked for each time', (_what, path, hostMatters) => {
  const { ask, found } = recent(hostMatters);
  ask(path);
  ask(path);
  expect(found.length).toBe(2);
});

test('what an address carries besides its path is not kept in memory', () => {
  const paths = new RecentPaths(() => ({}), false);
  const ask = (path: string): object => paths.at({ path, hostname: 'one.example' });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 2_000; index++) {
    const address = `/orders/${String(index).padStart(12, '0')}?${Buffer.alloc(16_000, 'q').toString('latin1')}`;
    ask(address.slice(0, address.indexOf('?')));
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
  // Held to the end, so that there is something to measure.
  expect(ask('/orders/000000000001')).toBeDefined();
});

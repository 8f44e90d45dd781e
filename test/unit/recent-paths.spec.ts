import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RecentPaths } from '../../lib/routing/recent-paths.js';

const there = Object.freeze({});

let others = 0;

/** Asks for paths that nobody has asked for before. */
function askOthers(paths: RecentPaths<object>, count: number): void {
  for (const end = others + count; others < end; others++) {
    paths.keep(`/others/${others}`, there);
  }
}

test('a path that was asked for lately is known', () => {
  const paths = new RecentPaths<object>();
  expect(paths.get('/orders/1')).toBeUndefined();
  paths.keep('/orders/1', there);
  askOthers(paths, 1_000);
  expect(paths.get('/orders/1')).toBe(there);
});

test('what nobody asks for any more is forgotten, what is asked for stays', () => {
  const paths = new RecentPaths<object>();
  paths.keep('/seldom', there);
  paths.keep('/often', there);
  for (let round = 0; round < 5; round++) {
    askOthers(paths, 1_000);
    expect(paths.get('/often')).toBe(there);
  }
  expect(paths.get('/seldom')).toBeUndefined();
});

test('a long path is never kept', () => {
  const paths = new RecentPaths<object>();
  const long = `/${'a'.repeat(300)}`;
  paths.keep(long, there);
  expect(paths.get(long)).toBeUndefined();
});

test('what an address carries besides its path is not kept in memory', () => {
  const paths = new RecentPaths<object>();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 2_000; index++) {
    const address = `/orders/${String(index).padStart(12, '0')}?${Buffer.alloc(16_000, 'q').toString('latin1')}`;
    paths.keep(address.slice(0, address.indexOf('?')), there);
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
});

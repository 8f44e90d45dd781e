import { jest } from '@jest/globals';
import { buildSnapshot } from '../../../../lib/providers/source/snapshot.js';
import type { OriginChecks } from '../../../../lib/core/origin/origin-checks.js';
import { checks, originNumber } from '../fakes.js';

const never = new AbortController().signal;
const PLAIN = checks();
const CREDENTIALED = checks({ credentials: true });

const build = (list: unknown, under: OriginChecks[] = [PLAIN], maxEntries = 10_000) =>
  buildSnapshot(list, under, maxEntries, never);

it('compiles a list once under each of the checks', async () => {
  const list = ['https://a.example', 'https://*.b.example', 'http://c.example', 'https://*.github.io'];
  const { matchers, entries, rejected } = await build(list, [PLAIN, CREDENTIALED]);
  const seenBy = (origin: string) => matchers.map((matcher) => matcher.has(origin));
  expect(seenBy('https://a.example')).toEqual([true, true]);
  expect(seenBy('https://x.b.example')).toEqual([true, true]);
  expect(seenBy('http://c.example')).toEqual([true, false]);
  expect(seenBy('https://x.github.io')).toEqual([true, false]);
  expect(entries).toBe(4);
  expect(rejected.kept.map(({ value }) => value)).toEqual(['"http://c.example"', '"https://*.github.io"']);
});

it('lets the flags of a policy turn off their checks', async () => {
  const lifted = checks({ credentials: true, dangerously: { allowInsecureOrigins: true } });
  const { matchers, rejected } = await build(['http://c.example'], [lifted]);
  expect(matchers[0]?.has('http://c.example')).toBe(true);
  expect(rejected.kept).toEqual([]);
});

it.each<[what: string, entry: unknown, value: string]>([
  ['*', '*', '"*"'],
  ['null', 'null', '"null"'],
  ['an empty string', '', '""'],
  ['white space', ' https://a.example', '" https://a.example"'],
  ['a trailing slash', 'https://a.example/', '"https://a.example/"'],
  ['a line break', 'https://a.example\n', String.raw`"https://a.example\n"`],
  ['null the value', null, 'null'],
  ['a number', 5, '5'],
  ['an object', { origin: 'https://a.example' }, '{"origin":"https://a.example"}'],
])('rejects %s, with any checks, and keeps the rest', async (_, entry, value) => {
  const lifted = checks({ dangerously: { allowNullOrigin: true, reflectAnyOriginWithCredentials: true } });
  const { matchers, entries, rejected } = await build([entry, 'https://b.example'], [PLAIN, lifted]);
  expect(matchers.map(({ size }) => size)).toEqual([1, 1]);
  expect(matchers[0]?.has('null')).toBe(false);
  expect(entries).toBe(1);
  expect(rejected.kept).toEqual([{ value, reason: expect.stringMatching(/^.{1,900}\.$/) as unknown }]);
});

it.each([
  ['*', '"*" may be written in a policy only, never in a list that is loaded.'],
  ['null', '"null" may be written in a policy only, never in a list that is loaded.'],
  ['file://', '"file://" may be written in a policy only, never in a list that is loaded.'],
])('4.2: says why %j is rejected', async (entry, reason) => {
  expect((await build([entry])).rejected.kept).toEqual([{ value: `"${entry}"`, reason }]);
});

it('suggests nothing where it knows nothing', async () => {
  expect((await build([5])).rejected.kept[0]?.reason).not.toContain('Instead');
});

it('suggests what to write instead', async () => {
  const { rejected } = await build(['https://a.example/']);
  expect(rejected.kept[0]?.reason).toMatch(/ Instead: "https:\/\/a\.example"\.$/);
});

it('has a repeated entry once, and shows a bad one once', async () => {
  const { entries, rejected } = await build(
    ['https://a.example', 'https://a.example', 'x', 'x', 5, 5],
    [PLAIN, CREDENTIALED],
  );
  expect(entries).toBe(1);
  expect(rejected.kept).toHaveLength(2);
});

it('counts well-formed entries if no policy uses the list', async () => {
  expect((await build(['https://a.example', 'https://b.example', 'https://a.example', 'x'], [])).entries).toBe(2);
});

it('keeps 100 of the rejected entries, cut, and describes them in one bounded line', async () => {
  const list = Array.from({ length: 1_000 }, (_, index) => `bad ${index} ${'x'.repeat(1_000)}\n`);
  const { rejected } = await build(list);
  expect(rejected.kept).toHaveLength(100);
  expect(Math.max(...rejected.kept.map(({ value }) => value.length))).toBeLessThan(150);
  expect(rejected.describe()).toMatch(/^1000 entries are rejected: [\x20-\x7e…]{1,2000} And 997 more\.$/);
});

it.each([
  [['*'], /^1 entry is rejected: "\*" may [^"]+$/],
  [['*', 'null', 5], /^3 entries are rejected: "\*" may .* "null" may .* .*5.*\.$/],
  [['*', 'null', 5, 6], /^4 entries are rejected: .* And 1 more\.$/],
])('describes %j', async (list, line) => {
  const text = (await build(list)).rejected.describe();
  expect(text).toMatch(line);
  expect(text?.includes('more')).toBe(list.length > 3);
});

it('counts a text once, and each value that is no text', async () => {
  const { rejected } = await build(['x', 'x', 5, 5, 'y', 'x'], [PLAIN, CREDENTIALED]);
  expect(rejected.describe()).toMatch(/^4 entries are rejected: /);
});

it('counts an entry once if it is rejected for two reasons', async () => {
  const { rejected } = await build(['http://*.github.io'], [CREDENTIALED]);
  expect(rejected.kept).toHaveLength(2);
  expect(rejected.describe()).toMatch(/^1 entry is rejected: /);
});

it('describes nothing if nothing is rejected', async () => {
  expect((await build(['https://a.example'])).rejected.describe()).toBeUndefined();
});

it.each<[what: string, list: unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['a string, though its characters can be iterated', 'https://a.example'],
  ['an object', {}],
  ['a function', () => []],
  ['an async iterable', (async function* () {})()],
])('refuses %s for a list', async (_, list) => {
  await expect(build(list)).rejects.toThrow(/^load\(\) must return an iterable of strings, not /);
});

it.each<[what: string, list: (size: number) => Iterable<string>]>([
  ['an array', (size) => Array.from({ length: size }, (_, index) => originNumber(index))],
  ['a set', (size) => new Set(Array.from({ length: size }, (_, index) => originNumber(index)))],
])('accepts %s of maxEntries entries, and no longer one', async (_, list) => {
  await expect(build(list(10), [PLAIN], 10)).resolves.toMatchObject({ entries: 10 });
  await expect(build(list(11), [PLAIN], 10)).rejects.toThrow(
    new Error(
      'the list has more than 10 entries: raise "maxEntries", or answer one origin at a time (OriginAllowlist)',
    ),
  );
});

it('stops reading an endless list, and closes its iterator', async () => {
  let isClosed = false;
  function* endless() {
    try {
      for (;;) {
        yield 'https://a.example';
      }
    } finally {
      isClosed = true;
    }
  }
  await expect(build(endless())).rejects.toThrow(/maxEntries/);
  expect(isClosed).toBe(true);
});

it('fails if the iterator throws midway', async () => {
  function* broken() {
    yield 'https://a.example';
    throw new Error('cursor lost');
  }
  await expect(build(broken())).rejects.toThrow('cursor lost');
});

describe('a long list', () => {
  afterEach(() => jest.restoreAllMocks());

  /** A list of `size` entries. The clock of the library moves on by `msOf(index)` when an entry is read. */
  function timed(size: number, msOf: (index: number) => number) {
    let time = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => time);
    const list = {
      read: 0,
      *[Symbol.iterator]() {
        while (list.read < size) {
          time += msOf(list.read);
          yield originNumber(list.read++);
        }
      },
    };
    return list;
  }

  it.each<[what: string, msOf: (index: number) => number, turns: number[]]>([
    ['after half a millisecond', (index) => (index % 32 === 31 ? 0.5 : 0), [32, 64, 96]],
    ['after each 32 entries that take long', () => 5, [32, 64, 96]],
    ['again only after a further half a millisecond', (index) => (index % 64 === 31 ? 0.5 : 0), [32, 96]],
    ['not before', () => 0.01, [64]],
    ['not at all if it takes no time', () => 0, []],
  ])('lets other work run between its entries: %s', async (_, msOf, expected) => {
    const list = timed(100, msOf);
    const turns: number[] = [];
    let isDone = false;
    const other = () => {
      if (!isDone) {
        turns.push(list.read);
        setImmediate(other);
      }
    };
    setImmediate(other);
    await build(list);
    isDone = true;
    expect(turns).toEqual(expected);
  });

  it('is read no further once its load is aborted while other work runs', async () => {
    const aborter = new AbortController();
    const list = timed(100, () => 5);
    setImmediate(() => aborter.abort(new Error('stopped')));
    await expect(buildSnapshot(list, [PLAIN], 10_000, aborter.signal)).rejects.toThrow('stopped');
    expect(list.read).toBe(32);
  });
});

import { jest } from '@jest/globals';
import fc from '../../../support/fast-check.js';
import { AnswerCache } from '../../../../lib/providers/calls/answer-cache.js';
import { originNumber } from '../fakes.js';

const OPTIONS = { maxEntries: 4, ttlMs: 300, negativeTtlMs: 50 };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function cacheOf(...answers: [key: string, allowed: boolean][]): AnswerCache {
  const cache = new AnswerCache(OPTIONS);
  answers.forEach(([key, allowed]) => cache.set(key, allowed, performance.now()));
  return cache;
}

const answersOf = (cache: AnswerCache, keys: string) => [...keys].map((key) => cache.get(key));

it('keeps a grant for ttlMs and a refusal for negativeTtlMs', () => {
  const cache = cacheOf(['a', true], ['b', false]);
  jest.advanceTimersByTime(49);
  expect(answersOf(cache, 'ab')).toEqual([true, false]);
  jest.advanceTimersByTime(1);
  expect(answersOf(cache, 'ab')).toEqual([true, undefined]);
  expect(cache.countFresh()).toBe(1);
  jest.advanceTimersByTime(250);
  expect(answersOf(cache, 'ab')).toEqual([undefined, undefined]);
  expect(cache.countFresh()).toBe(0);
});

it('measures the time of a grant from the call, that of a refusal from the answer', () => {
  const cache = new AnswerCache(OPTIONS);
  const askedAt = performance.now();
  jest.advanceTimersByTime(299);
  cache.set('a', true, askedAt);
  cache.set('b', false, askedAt);
  expect(answersOf(cache, 'ab')).toEqual([true, false]);
  jest.advanceTimersByTime(1);
  expect(answersOf(cache, 'ab')).toEqual([undefined, false]);
  expect(cache.set('c', true, askedAt)).toBeUndefined();
  expect(cache.get('c')).toBeUndefined();
});

it('knows whether its newest grant is valid', () => {
  const cache = cacheOf(['a', false]);
  expect(cache.allowsSome).toBe(false);
  cache.set('b', true, performance.now());
  expect(cache.allowsSome).toBe(true);
  jest.advanceTimersByTime(OPTIONS.ttlMs);
  expect(cache.allowsSome).toBe(false);
});

it('keeps nothing where the time to live is 0', () => {
  const cache = new AnswerCache({ ...OPTIONS, ttlMs: 0, negativeTtlMs: 0 });
  cache.set('a', true, performance.now());
  cache.set('b', false, performance.now());
  expect(cache.size).toBe(0);
});

it.each<[what: string, before: [string, boolean][], wait: number, left: (boolean | undefined)[]]>([
  [
    'the oldest refusal first',
    [
      ['a', true],
      ['b', false],
      ['c', false],
      ['d', true],
    ],
    0,
    [true, undefined, false, true],
  ],
  [
    'the oldest grant where there are only grants',
    [
      ['a', true],
      ['b', true],
      ['c', true],
      ['d', true],
    ],
    0,
    [undefined, true, true, true],
  ],
])('makes room: %s', (_, before, wait, left) => {
  const cache = cacheOf(...before);
  jest.advanceTimersByTime(wait);
  cache.set('e', true, performance.now());
  expect(answersOf(cache, 'abcde')).toEqual([...left, true]);
});

it('makes room: an expired grant before a refusal that is still valid', () => {
  const cache = cacheOf(['a', true]);
  jest.advanceTimersByTime(299);
  ['b', 'c', 'd'].forEach((key) => cache.set(key, false, performance.now()));
  jest.advanceTimersByTime(1);
  cache.set('e', false, performance.now());
  expect(answersOf(cache, 'abcde')).toEqual([undefined, false, false, false, false]);
});

it('stays bounded under 10,000 distinct origins, and a flood of refusals removes no grant', () => {
  const cache = new AnswerCache({ ...OPTIONS, maxEntries: 100 });
  cache.set('https://good.example', true, performance.now());
  for (let i = 0; i < 10_000; i++) {
    cache.set(originNumber(i), false, performance.now());
  }
  expect(cache.size).toBe(100);
  expect(cache.get('https://good.example')).toBe(true);
  expect(cache.get(originNumber(9_999))).toBe(false);
});

it('distinguishes an answer for a key from the next one', () => {
  const cache = new AnswerCache(OPTIONS);
  const first = cache.set('a', true, performance.now()) ?? {};
  expect(cache.holds('a', first)).toBe(true);
  cache.set('a', true, performance.now());
  expect(cache.holds('a', first)).toBe(false);
});

it('agrees with a plain list of answers in any order of events', () => {
  const step = fc.oneof(
    fc.record({ key: fc.constantFrom(...'abcdefg'), allowed: fc.boolean() }),
    fc.record({ wait: fc.integer({ min: 0, max: 120 }) }),
    fc.record({ gone: fc.constantFrom(...'abcdefg') }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new AnswerCache(OPTIONS);
      let model: { key: string; allowed: boolean; until: number }[] = [];
      const drop = (key: string | undefined) => (model = model.filter((kept) => kept.key !== key));
      for (const each of steps) {
        const time = performance.now();
        if ('wait' in each) {
          jest.advanceTimersByTime(each.wait);
        } else if ('gone' in each) {
          cache.delete(each.gone);
          drop(each.gone);
        } else {
          const { key, allowed } = each;
          cache.set(key, allowed, time);
          drop(key);
          if (model.length === OPTIONS.maxEntries) {
            const grant = model.find((kept) => kept.allowed);
            const refusal = model.find((kept) => !kept.allowed);
            drop((grant !== undefined && grant.until <= time ? grant : (refusal ?? grant))?.key);
          }
          model.push({ key, allowed, until: time + (allowed ? OPTIONS.ttlMs : OPTIONS.negativeTtlMs) });
        }
        for (const key of 'abcdefg') {
          const kept = model.find((one) => one.key === key && one.until > performance.now());
          expect(cache.get(key)).toBe(kept?.allowed);
        }
        expect(cache.size).toBe(model.length);
      }
    }),
  );
});

import { SequenceCache } from '../../lib/core/requests/sequence-cache.js';

test('the same things in the same order have the same value, made once', () => {
  const made: string[] = [];
  const cache = new SequenceCache<string, object>((keys) => {
    made.push(keys.join());
    return {};
  });
  const sequences = [[], ['a'], ['a', 'b'], ['b', 'a'], ['b']];
  const first = sequences.map((keys) => cache.get(keys));
  expect(sequences.map((keys) => cache.get(keys))).toEqual(first);
  sequences.forEach((keys, index) => expect(cache.get(keys)).toBe(first[index]));
  expect(made).toEqual(['', 'a', 'a,b', 'b,a', 'b']);
});

test('a value may be undefined, and is made once too', () => {
  let made = 0;
  const cache = new SequenceCache<number, undefined>(() => void made++);
  cache.get([1]);
  cache.get([1]);
  expect(made).toBe(1);
});

test('it holds a bounded number of them, whatever is asked; what is beyond is right all the same', () => {
  let made = 0;
  const cache = new SequenceCache<number, number>(([key]) => {
    made++;
    return key!;
  });
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);
  expect(numbers.map((number) => cache.get([number]))).toEqual(numbers);
  expect(made).toBe(10_000);
  made = 0;
  expect(numbers.map((number) => cache.get([number]))).toEqual(numbers);
  // Those that came first are kept; of the rest none.
  expect(made).toBe(10_000 - 4_096);
});

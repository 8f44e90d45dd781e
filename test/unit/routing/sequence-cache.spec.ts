import { SequenceCache } from '../../../lib/routing/sequence-cache.js';

test('the same elements in the same order have the same value, created once', () => {
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

test('a value may be undefined, and is created once too', () => {
  let made = 0;
  const cache = new SequenceCache<number, undefined>(() => void made++);
  cache.get([1]);
  cache.get([1]);
  expect(made).toBe(1);
});

test.each([0, 100])(
  'it keeps a bounded number of values, and computes further ones correctly: %i known ones',
  (known) => {
    let made = 0;
    const cache = new SequenceCache<number, number>(([key]) => {
      made++;
      return key!;
    }, known);
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    expect(numbers.map((number) => cache.get([number]))).toEqual(numbers);
    expect(made).toBe(10_000);
    made = 0;
    expect(numbers.map((number) => cache.get([number]))).toEqual(numbers);
    // The cache keeps the first 4,096 values, more if the app itself has some, and no later ones.
    expect(made).toBe(10_000 - 4_096 - known);
  },
);

import { OriginSet, tellingOffsets } from '../../../../lib/core/origin/sharded-set.js';

const COUNT = 40_000;

/** A size at which the set is divided into shards, and at which one shard for all values overflows. */
it.each<[what: string, valueOf: (index: number) => string]>([
  ['numbered names', (index) => `https://tenant-${index}.example.com`],
  ['names that differ in their ports alone', (index) => `https://a.example.com:${index + 1_024}`],
  ['names that differ far from their end alone', (index) => `https://${index}.${'a'.repeat(35)}.${'b'.repeat(35)}.com`],
  ['short values', (index) => String.fromCharCode(97 + (index % 26)) + index.toString(36)],
  [
    'values whose first thousands do not tell how the others differ',
    (index) => (index < 10_000 ? `https://a.example:${index}` : `https://${index.toString(2)}.example:9`),
  ],
])('has exactly the added values: %s', (_, valueOf) => {
  const values = Array.from({ length: COUNT }, (_, index) => valueOf(index));
  const set = new OriginSet();
  const half = COUNT / 2;
  expect(values.slice(0, half).every((value) => set.add(value))).toBe(true);
  expect(values.slice(half).some((value) => set.has(value))).toBe(false);
  expect(values.slice(half).every((value) => set.add(value))).toBe(true);
  expect(values.some((value) => set.add(value))).toBe(false);
  expect(values.every((value) => set.has(value))).toBe(true);
  expect(set.size).toBe(COUNT);

  const near = values.flatMap((value) => [`${value} `, value.slice(1), value.toUpperCase()]);
  const known = new Set(values);
  expect(near.filter((value) => set.has(value) !== known.has(value))).toEqual([]);
  expect(set.has('')).toBe(false);
});

describe('the offsets that distinguish values', () => {
  it('are those of the characters that differ', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `https://t${10_000 + index}.example.com`);
    // ".example.com" has twelve characters, and the last four digits differ most.
    expect([...tellingOffsets(values)].sort()).toEqual([13, 14, 15, 16]);
  });

  it('exist for equal values, and for no value', () => {
    expect(tellingOffsets(['a', 'a'])).toHaveLength(4);
    expect(tellingOffsets([])).toHaveLength(4);
  });
});

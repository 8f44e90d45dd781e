import fc from '../../../support/fast-check.js';
import { OriginSet } from '../../../../lib/core/origin/origin-set.js';

const COUNT = 40_000;

/** A size at which the values are bytes, in tables that have grown. */
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

/** A set that is long enough for its values to be bytes. */
function longSet(...more: string[]): OriginSet {
  const set = new OriginSet();
  Array.from({ length: 10_000 }, (_, index) => set.add(`https://tenant-${index}.example.com`));
  more.forEach((value) => set.add(value));
  return set;
}

describe('a set whose values are bytes', () => {
  it('does not take a character for another one that has the same lower byte', () => {
    const set = longSet('https://shop.example');
    // U+0168 and U+0173 end in the bytes of "h" and "s".
    expect(set.has('\u0168ttps://shop.example')).toBe(false);
    expect(set.has('https://\u0173hop.example')).toBe(false);
    expect(set.has('https://shop.example')).toBe(true);
  });

  it('does not read beyond the end of a value', () => {
    const set = longSet('https://shop.example');
    expect(set.has('https://shop.example\0')).toBe(false);
    expect(set.has('https://shop.exampl')).toBe(false);
    expect(set.has('')).toBe(false);
  });

  it.each([
    ['characters of more than one byte', 'https://\u0173hop.example'],
    ['more characters than an origin has', `https://${'a'.repeat(5_000)}.example`],
    ['no character', ''],
    ['characters of the upper half of a byte', 'https://\xff\x80.example'],
  ])('takes values with %s', (_, value) => {
    const set = longSet();
    expect(set.has(value)).toBe(false);
    expect(set.add(value)).toBe(true);
    expect(set.add(value)).toBe(false);
    expect(set.has(value)).toBe(true);
    expect(set.size).toBe(10_001);
  });

  it('does not take a value for another one of the same hash', () => {
    // Hashes have 32 bits: about nine of the strangers, which are as long as the values, have the hash of one.
    const many = 200_000;
    const nameOf = (index: number): string =>
      [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35]
        .map((factor) => (Math.imul(index ^ (index >>> 7), factor) >>> 0).toString(36).padStart(7, '0'))
        .join('');
    const set = new OriginSet();
    for (let index = 0; index < many; index++) {
      set.add(`https://${nameOf(index)}.example`);
    }
    expect(set.size).toBe(many);
    const strangers = Array.from({ length: many }, (_, index) => `https://${nameOf(many + index)}.example`);
    expect(strangers.filter((value) => set.has(value))).toHaveLength(0);
  });

  it('keeps them in buffers, with little beside them', () => {
    const buffered = (): number => process.memoryUsage().arrayBuffers;
    const before = buffered();
    const sets = [longSet()];
    const short = buffered();
    for (let index = 0; index < 100_000; index++) {
      sets[0]!.add(`https://tenant-${index}.of-a-longer-name.example.com`);
    }
    const bytes = 100_000 * 44;
    expect(short - before).toBeLessThan(2 * 1024 * 1024);
    expect(buffered() - short).toBeGreaterThan(bytes);
    expect(buffered() - short).toBeLessThan(2 * bytes);
    expect(sets[0]!.size).toBe(110_000);
  });

  it.each([1_023, 1_024, 1_025, 65_535, 65_536, 70_000, 262_142, 300_000])(
    'takes a value of %i characters',
    (length) => {
      const values = ['a', 'b'].map((char) => char.repeat(length));
      const set = longSet(...values);
      expect(values.map((value) => set.has(value))).toEqual([true, true]);
      expect([`${values[0]!}a`, values[0]!.slice(1)].map((value) => set.has(value))).toEqual([false, false]);
      expect(set.add('https://later.example')).toBe(true);
      expect([...set.values()].filter((value) => value.length === length).sort()).toEqual(values);
    },
  );

  it('takes an empty value where a buffer is full', () => {
    const set = new OriginSet();
    // A buffer has 262,144 bytes, and a value takes two more than its characters: 4,096 of these fill one.
    Array.from({ length: 8_192 + 4_095 }, (_, index) => set.add(`${index}`.padEnd(62, 'x')));
    // Two bytes are left.
    set.add('y'.repeat(60));
    expect(set.has('')).toBe(false);
    expect(set.add('')).toBe(true);
    expect(set.has('')).toBe(true);
    expect(set.add('z')).toBe(true);
    expect(set.size).toBe(8_192 + 4_095 + 3);
  });

  it('gives the answers of a Set for any strings', () => {
    const set = longSet();
    const known = new Set<string>();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_100 }), fc.string({ maxLength: 40 }), (added, asked) => {
        expect(set.add(added)).toBe(!known.has(added));
        known.add(added);
        expect(set.has(asked)).toBe(known.has(asked));
        expect(set.has(added)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect([...known].every((value) => set.has(value))).toBe(true);
    expect(set.size).toBe(10_000 + known.size);
  });

  it('lists its values, those in bytes too', () => {
    const set = longSet();
    const long = 'x'.repeat(1_025);
    set.add(long);

    const values = [...set.values()];

    expect(values).toHaveLength(set.size);
    expect(new Set(values).size).toBe(set.size);
    expect(values.every((value) => set.has(value))).toBe(true);
    expect(values).toContain(long);
  });
});

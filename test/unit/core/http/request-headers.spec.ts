import fc from '../../../support/fast-check.js';
import { parseRequestHeaders } from '../../../../lib/core/http/request-headers.js';

const names = (count: number): string => Array.from({ length: count }, (_, index) => `x-${index}`).join();

test.each<[rule: string, value: string | undefined, names: readonly string[]]>([
  ['no field asks for nothing', undefined, []],
  ['an empty field asks for nothing', '', []],
  ['one name', 'content-type', ['content-type']],
  ['several names', 'authorization,x-one', ['authorization', 'x-one']],
  ['names are equal whatever their case', 'X-ONE,Content-Type', ['x-one', 'content-type']],
  ['white space around a name is no part of it', ' \tx-one \t,\t x-two ', ['x-one', 'x-two']],
  ['empty elements are ignored (RFC 9110, 5.6.1.2)', ',x-one,, \t ,x-two,', ['x-one', 'x-two']],
  ['white space and commas alone ask for nothing', ' , ,', []],
  ['every character of a token', "!#$%&'*+-.^_`|~0aZ", ["!#$%&'*+-.^_`|~0az"]],
])('3.3: %s', (_rule, value, expected) => {
  expect(parseRequestHeaders(value)).toEqual(expected);
});

test.each([
  ['white space inside a name', 'x one'],
  ['a colon', 'x-one:'],
  ['a semicolon', 'x-one;q=1'],
  ['a quote', '"x-one"'],
  ['a slash', 'x/one'],
  ['a line feed', 'x-one\nx-two'],
  ['a null', 'x-one\0'],
  ['a character outside ASCII', 'x-öne'],
  ['a character far outside ASCII', 'x-\u{1f600}'],
  ['a full-width comma', 'x-one\uff0cx-two'],
  ['white space that is none of HTTP', 'x-one,\u00a0x-two'],
  ['one bad name behind good ones', 'x-one,x-two,x(three)'],
])('3.3: with %s no header is read', (_rule, value) => {
  expect(parseRequestHeaders(value)).toBeUndefined();
});

test('3.3: 128 names are read, and 129 are not, with empty elements', () => {
  expect(parseRequestHeaders(names(128))).toHaveLength(128);
  expect(parseRequestHeaders(names(129))).toBeUndefined();
  expect(parseRequestHeaders(','.repeat(127))).toEqual([]);
  expect(parseRequestHeaders(','.repeat(128))).toBeUndefined();
});

test('3.3: 4096 bytes are read, and 4097 are not', () => {
  expect(parseRequestHeaders('x'.repeat(4096))).toEqual(['x'.repeat(4096)]);
  expect(parseRequestHeaders('x'.repeat(4097))).toBeUndefined();
  expect(parseRequestHeaders(' '.repeat(4097))).toBeUndefined();
});

const token = fc.string({
  unit: fc.constantFrom(..."!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"),
  minLength: 1,
  maxLength: 20,
});
const blank = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 });

test('3.3: any list of tokens is read back, however it is spaced and cased', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(blank, token, blank, fc.boolean()), { maxLength: 100 }), (elements) => {
      const value = elements.map(
        ([before, name, after, upper]) => before + (upper ? name.toUpperCase() : name) + after,
      );
      fc.pre(value.join().length <= 4096);
      expect(parseRequestHeaders(value.join())).toEqual(elements.map(([, name]) => name));
    }),
  );
});

test('3.3: any value is read into tokens of lower case or not at all, without an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
      for (const name of parseRequestHeaders(value) ?? []) {
        expect(name).toMatch(/^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('3.3: the longest values are read quickly', () => {
  const start = performance.now();
  for (const unit of [' ', ',', 'x', ' ,', '\t x', 'x ', 'X,']) {
    for (let i = 0; i < 1_000; i++) {
      parseRequestHeaders(unit.repeat(Math.floor(4096 / unit.length)));
    }
    parseRequestHeaders(unit.repeat(1_000_000));
  }
  expect(performance.now() - start).toBeLessThan(3_000);
});

import { describe, expect, it } from '@jest/globals';
import fc from '../../../support/fast-check.js';
import { printable, quote } from '../../../../lib/core/issues/text.js';

class Tenants {}
const cycle: Record<string, unknown> = {};
cycle.self = cycle;

describe('quote', () => {
  it.each<[what: string, value: unknown, shown: string]>([
    ['a text', 'https://a.example', '"https://a.example"'],
    ['quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
    ['line breaks', 'a\r\nb\u2028c', '"a\\r\\nb\\u2028c"'],
    ['control characters', 'a\0\u007f\u009bb', '"a\\u0000\\u007f\\u009bb"'],
    ['bidi controls', 'a\u202e\u2066\u200fb', '"a\\u202e\\u2066\\u200fb"'],
    ['zero-width characters', 'a\u200b\ufeffb', '"a\\u200b\\ufeffb"'],
    ['invisible characters beyond the first plane', 'a\u{e0041}b', '"a\\udb40\\udc41b"'],
    ['spaces but the plain one', 'a\u00a0 b', '"a\\u00a0 b"'],
    ['lone surrogates', 'a\ud800b', '"a\\ud800b"'],
    ['letters of any language', 'bücher.例え', '"bücher.例え"'],
    ['100 characters', 'x'.repeat(100), `"${'x'.repeat(100)}"`],
    ['101 characters', 'x'.repeat(101), `"${'x'.repeat(100)}"… (101 characters)`],
    ['a pair at the cut', `${'x'.repeat(99)}😀`, `"${'x'.repeat(99)}"… (101 characters)`],
    [
      'the first character beyond the first plane at the cut',
      `${'x'.repeat(99)}\u{10000}`,
      `"${'x'.repeat(99)}"… (101 characters)`,
    ],
    ['the last plane at the cut', `${'x'.repeat(99)}\u{10fc00}`, `"${'x'.repeat(99)}"… (101 characters)`],
    ['a wide letter at the cut', `${'x'.repeat(99)}Ａx`, `"${'x'.repeat(99)}Ａ"… (101 characters)`],
    ['half a pair as the last of 100 characters', `${'x'.repeat(99)}\ud800`, `"${'x'.repeat(99)}\\ud800"`],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', Number.NaN, 'NaN'],
    ['a bigint', 1n, '1'],
    ['a symbol', Symbol('a\nb'), 'Symbol(a\\u000ab)'],
    ['a regular expression', /^a|b$/g, '/^a|b$/g'],
    ['a class', Tenants, '[function Tenants]'],
    [
      'a function without a name',
      (
        () => () =>
          true
      )(),
      '[function]',
    ],
    ['data', { origin: ['*'], credentials: true }, '{"origin":["*"],"credentials":true}'],
    ['long data', Array(100).fill(1), `[${'1,'.repeat(49)}1…`],
    ['data of 100 characters', ['x'.repeat(96)], `["${'x'.repeat(96)}"]`],
    ['a cycle', cycle, '[object]'],
    ['what JSON leaves out', { toJSON: () => undefined }, '[object]'],
  ])('shows %s', (_what, value, shown) => {
    expect(quote(value)).toBe(shown);
  });

  it('never throws, and never shows an invisible character or a long text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(text, fc.anything()), (value) => {
        const shown = quote(value);
        expect(shown).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
        expect(shown.length).toBeLessThan(700);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('printable', () => {
  it.each<[text: string, shown: string]>([
    ['abcd', 'abcd'],
    ['abcde', 'abcd…'],
    ['a\nb', 'a\\u000ab'],
    ['a\u202ebcd', 'a\\u202ebc…'],
  ])('shows at most four characters of %j', (text, shown) => {
    expect(printable(text, 4)).toBe(shown);
  });
});

import fc from '../../../support/fast-check.js';
import { isAnchored, withoutMemory } from '../../../../lib/core/origin/regexp.js';

const ANCHORED: readonly RegExp[] = [
  /^https:\/\/app\.example$/,
  /^$/,
  /^a$|^b$/,
  /^(a|b)$/,
  /^(?:a|b)$/,
  /^(?<host>a|b)$/,
  /(^a$)/,
  /(?:^a$|^b$)/,
  /((^a|^b)c)$/,
  /(?:^a|^b)(?:c$|d$)/,
  /(?<x>^a$)|^b$/,
  /^a(?:b|c$)$/,
  /^[|]$/,
  /^[\]|]a$/,
  /^\|a$/,
  /^a\|b$/,
  /^\(a$/,
  /^[(]a$/,
  /^a\\$/,
  /^[^$]$/,
  /(^a)+$/,
  /(^a)+?$/,
  /(?:^a){1}$/,
  /^(?:a$)+/,
  /^(?=https:)[^]*$/,
  /^(?!https:\/\/evil\.)https:\/\/[a-z.]+$/,
  /^https:\/\/[a-z]+\.example(?<!evil\.example)$/,
  /^a$/i,
  /^a$/g,
  /^a$/y,
  /^a$/m,
  /^a$/u,
  /^\p{L}$/u,
  new RegExp('^[\\q{ab|cd}]$', 'v'),
  new RegExp('^[[a-z]--[bc]]$', 'v'),
  new RegExp('^[[a][b\\|c]]$', 'v'),
];

const UNANCHORED: readonly RegExp[] = [
  /a/,
  // eslint-disable-next-line no-empty-character-class -- a pattern that matches nothing is not anchored either
  /[]/,
  /(?:)/,
  /^a/,
  /a$/,
  /^a|b$/,
  /^a$|b/,
  /a|^b$/,
  /^a$|/,
  /|^a$/,
  /^a\$/,
  /\^a$/,
  /^a[$]/,
  /[^]a$/,
  /^a\\\$/,
  /(?:^a)?b$/,
  /(?:^a)*b$/,
  /(?:^a){0}b$/,
  /(?:^a){0,1}b$/,
  /^a(?:$)?/,
  /^a(?:b$)*/,
  /^a(?:b$|c)/,
  /^a(?:$){0}/,
  // Without the flag `u`, these are letters with braces behind them. TypeScript does not accept them as literals.
  new RegExp(String.raw`^\k<a|b>$`),
  new RegExp(String.raw`^\p{a|b}$`),
  new RegExp(String.raw`^\u{a|b}$`),
  /(?:^a|b)c$/,
  /(?=^a$)b/,
  /(?=^a)[^]$/,
  /(?!^a)b$/,
  /(?<=^a)b$/,
  /(?<!^)a$/,
  /^a(?=b$)/,
  /^a(?!$)/,
  /^a(?<=a$)|b(?<!c$)/,
  /https:\/\/app\.example$/,
  /^https:\/\/app\.example/,
  /^https:\/\/a\.example|https:\/\/b\.example$/,
];

test.each(ANCHORED)('3.1: %s is anchored at both ends in every alternative', (expression) => {
  expect(isAnchored(expression)).toBe(true);
});

test.each(UNANCHORED)('3.1: %s is not anchored', (expression) => {
  expect(isAnchored(expression)).toBe(false);
});

/** Pieces of expressions: literals, classes and escapes that look like syntax, groups, anchors, quantifiers. */
const piece = fc.constantFrom(
  ...['a', 'b', 'c', '.', '\\.', '\\$', '\\^', '\\|', '\\(', '\\)', '\\\\', '[|]', '[$]', '[^a]', '[)]', '[\\]|]'],
  ...['^', '$', '^', '$', '|', '|', '(?=a)', '(?!a)', '(?<=a)', '(?<!a)', '\\b'],
);
const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '{0}', '{1}', '{0,2}', '??', '+?');
const { source: expressionSource } = fc.letrec<{ source: string; group: string; term: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 3 },
    fc.array(tie('term'), { maxLength: 5 }).map((terms) => terms.join('')),
    fc
      .array(tie('source'), { minLength: 1, maxLength: 3 })
      .map((alternatives) => alternatives.map((alternative) => `^${alternative}$`).join('|')),
    tie('source').map((source) => `^(?:${source})$`),
  ),
  group: fc
    .tuple(fc.constantFrom('(', '(?:', '(?<n>', '(?=', '(?!', '(?<=', '(?<!'), tie('source'), quantifier)
    .map(([open, source, times]) => `${open}${source})${times}`),
  term: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(piece, quantifier).map((parts) => parts.join('')),
    tie('group'),
  ),
}));

/** Only valid expressions. */
const expression = fc.tuple(expressionSource, fc.constantFrom('', 'i', 'u', 's', 'g', 'y')).chain(([source, flags]) => {
  try {
    return fc.constant(new RegExp(source, flags));
  } catch {
    return fc.constant(undefined);
  }
});

const subject = fc.string({ unit: fc.constantFrom(...'abc.$|^()\\x'), maxLength: 6 });

test('3.1: what is accepted never matches a longer string around a match', () => {
  let accepted = 0;
  fc.assert(
    fc.property(expression, fc.array(subject, { minLength: 1, maxLength: 20 }), (candidate, subjects) => {
      if (candidate === undefined || !isAnchored(candidate)) {
        return;
      }
      accepted++;
      const search = withoutMemory(candidate);
      for (const text of subjects) {
        // The match of the expression is always the whole text.
        const found = search.exec(text);
        expect([String(search), text, found?.[0] ?? text]).toEqual([String(search), text, text]);
        if (found !== null) {
          for (const longer of [`x${text}y`, `x${text}`, `${text}y`, `${text}${text}x`]) {
            const again = search.exec(longer);
            expect([String(search), longer, again?.[0] ?? longer]).toEqual([String(search), longer, longer]);
          }
        }
      }
    }),
    { numRuns: 20_000 },
  );
  // Without this check, a function that accepts nothing would pass.
  expect(accepted).toBeGreaterThan(500);
});

test('3.1: an alternation of anchored literals is accepted, and is refused if an anchor is missing', () => {
  const literal = fc
    .string({ unit: fc.constantFrom(...'ab.-'), maxLength: 4 })
    .map((text) => text.replace(/\./g, '\\.'));
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 5 }), fc.nat(), fc.boolean(), (literals, at, first) => {
      const anchored = literals.map((text) => `^${text}$`);
      expect(isAnchored(new RegExp(anchored.join('|')))).toBe(true);
      expect(isAnchored(new RegExp(`^(?:${literals.join('|')})$`))).toBe(true);
      const index = at % literals.length;
      const broken = anchored.with(index, first ? `${literals[index]}$` : `^${literals[index]}`);
      const isBroken = broken[index] !== anchored[index];
      expect(isAnchored(new RegExp(broken.join('|')))).toBe(!isBroken);
    }),
  );
});

test('3.1: an anchor that is escaped, or is in a character class, is ignored', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), (backslashes) => {
      const source = `^a${'\\'.repeat(backslashes)}$`;
      expect(isAnchored(new RegExp(source))).toBe(backslashes % 2 === 0);
    }),
  );
});

test('3.1: the time to judge a long expression is linear in its length', () => {
  for (const [open, close] of [
    ['(?:^', '$)'],
    ['(', ')'],
    ['(?:', '|x)'],
  ] as const) {
    const depth = 500;
    const nested = new RegExp(`^${open.repeat(depth)}a${close.repeat(depth)}$`);
    const start = performance.now();
    isAnchored(nested);
    isAnchored(new RegExp(`${open.repeat(depth)}a${close.repeat(depth)}`));
    isAnchored(new RegExp(`^${'(?:a|b)'.repeat(5_000)}$`));
    expect(performance.now() - start).toBeLessThan(2_000);
  }
});

test('3.1: a copy without lastIndex keeps the other flags, and the original is unchanged', () => {
  for (const flags of ['', 'g', 'y', 'gy', 'dgimsuy', 'gv']) {
    const original = new RegExp('^a$', flags);
    const copy = withoutMemory(original);
    expect(copy.source).toBe('^a$');
    expect(copy.flags).toBe(flags.replace(/[gy]/g, ''));
    expect([copy.test('a'), copy.test('a'), copy.test('a')]).toEqual([true, true, true]);
    expect(original.lastIndex).toBe(0);
  }
});

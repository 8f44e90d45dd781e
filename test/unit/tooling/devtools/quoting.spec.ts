import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { bashWord, scriptString } from '../../../../lib/tooling/devtools/page/panel/quoting.js';
import fc from '../../../support/fast-check.js';

/** What bash reads for each word. */
function readByBash(words: readonly string[]): readonly string[] {
  const script = `printf '%s\\0' ${words.join(' ')}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const TEXTS = [
  'plain',
  'a b',
  "it's",
  "''",
  '"$HOME" `id` $(id) \\ !! !x',
  'line 1\nline 2\r\n\ttab',
  "\x1b[31m it's \\n red\x07",
  'ä ß 日本 😀',
  '\u202Eright to left',
  '{a,b}[1-3]*?~;&|<>#',
  '-n',
  '',
];

describe('6.5: a word of a copied command', () => {
  it('is read by bash as the text', () => {
    expect(readByBash(TEXTS.map(bashWord))).toEqual(TEXTS);
  });

  it('is read by bash as the text, whatever the text', () => {
    const words = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, (texts) => {
        const withoutNul = texts.map((text) => text.replaceAll('\0', ''));
        expect(readByBash(texts.map(bashWord))).toEqual(withoutNul);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['http://localhost:3000/a', 'http://localhost:3000/a'],
    ['/a?b=1&c', "'/a?b=1&c'"],
    ["it's", String.raw`'it'\''s'`],
    ['a\nb!', String.raw`$'a\nb\x21'`],
  ])('%j is written as %s', (text, word) => {
    expect(bashWord(text)).toBe(word);
  });

  it('has no character that a terminal or the history of bash acts on', () => {
    const word = bashWord("\x1b]0;title\x07\x03 it's !! \u202E\u0085");
    expect(word).not.toMatch(/[\p{C}!]/u);
  });
});

describe('6.5: a string of copied code', () => {
  it('is read by JavaScript as the text', () => {
    const texts = [...TEXTS, '\u2028\u2029', '\\"', String.raw`\'`];
    expect(texts.map((text): unknown => runInNewContext(scriptString(text)))).toEqual(texts);
    expect(scriptString(`it's "x"`)).toBe(String.raw`'it\'s "x"'`);
  });
});

import { pages } from './markdown.js';

/*
 * Words that are hard for readers from other countries, and simpler words for them. This test checks the documents;
 * tools/check-words.js checks comments and messages.
 */
const RIDDLES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bends? the boot\b/i, 'stops startup'],
  [/\bis a mistake\b/i, 'is an error'],
  [/\b(?:mend|mends|mended)\b/i, 'fix'],
  [/\bby turns\b/i, 'in turn'],
  [/\bas ever\b/i, 'as usual'],
  [/\b(?:tells?|told|telling) apart\b/i, 'distinguish'],
  [/\bwho(?:m|so)?ever\b/i, 'name the person or the program'],
  [/\bwhat is no\b|\bthat is no preflight\b/i, 'what is not a …'],
  [/\bset aside\b/i, 'rejected'],
  [/\bstands? (?:on|in|at|outside|behind|before|there|alone)\b/i, 'is on, is outside, …'],
  [/\bis named in\b/i, 'is listed in'],
  [/\bHow often as long\b/i, 'request time relative to …'],
  [/\bnever asked without\b/i, 'is not called when …'],
  [/\bfound by a customer\b/i, 'leave it out'],
  [/\bnobody (?:listens|asks|waits|answers)\b/i, 'name what is not there: "if there is no subscriber"'],
  [/: nothing is made\b/i, 'no message is created'],
  [/\bmakes? it good\b|\bmade (?:good|up for)\b/i, 'say what is done'],
  [/\b(?:at|on) the word of\b/i, 'because … says so'],
  [/\bputs? it in the place of\b/i, 'replace'],
  [/\blets? it\.$/im, 'allows it'],
];

/** The text of a page without code. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '`…`');
}

describe('the documents', () => {
  it.each(RIDDLES)('do not say %s', (pattern, instead) => {
    const found = pages.flatMap(({ path, text }) => {
      const match = pattern.exec(prose(text));
      return match === null ? [] : [`${path}: "${match[0]}"; write: ${instead}`];
    });

    expect(found).toEqual([]);
  });

  it('are read as prose, without their code', () => {
    expect(prose('a\n```ts\nmend\n```\nb `mend` c')).toBe('a\n\nb `…` c');
  });
});

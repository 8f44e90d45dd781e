import { readFileSync } from 'node:fs';
import { findingsIn } from '../../tools/check-words.js';

function rulesIn(path: string, text: string): string[] {
  return findingsIn(path, text).map(({ rule, line }) => `${rule} ${line}`);
}

describe('the check of words', () => {
  it.each(['What', 'Whether', 'Who', 'Where', 'How'])(
    'finds a docstring that begins with %s, on one line or on several',
    (word) => {
      expect(rulesIn('lib/a.ts', `/** ${word} it is. */\n\n/**\n * ${word} it is.\n */`)).toEqual([
        'first-word 1',
        'first-word 3',
      ]);
    },
  );

  it.each([
    '/** Reports whether it is. */',
    '/** Whatever it is. */',
    '/** A page. What it may do is a policy. */',
    '// What a line comment begins with',
    '/* What a plain comment begins with */',
  ])('lets %j pass', (text) => {
    expect(rulesIn('lib/a.ts', text)).toEqual([]);
  });

  it('leaves the docstrings of tests alone', () => {
    expect(rulesIn('test/a.ts', '/** What it is. */')).toEqual([]);
  });

  it.each(['(Fetch, 3.3.2)', 'HTML, 7.1.1', 'the Fetch Standard, section 4.8', '/**\n * See WHATWG URL,\n * 3.5\n */'])(
    'finds a section number of a living standard in %j',
    (text) => {
      expect(rulesIn('test/a.ts', text)).toEqual([expect.stringMatching(/^section-number /)]);
    },
  );

  it.each(['RFC 9110, 5.6.2', 'https://fetch.spec.whatwg.org/#cors-check', 'rule 3.6', 'Fetch 3 of them'])(
    'finds none in %j',
    (text) => {
      expect(rulesIn('test/a.ts', text)).toEqual([]);
    },
  );

  it('finds documents that are not in the repository', () => {
    expect(rulesIn('lib/a.ts', '// as NOTES.md says\n// as SECURITY.md says')).toEqual(['outside-document 1']);
  });

  it.each([
    ['stand', '// The headers stand on it.', '// A standard that readers understand.'],
    ['stand', "it('stands before guards', () => {});", "it('is before guards', () => {});"],
    ['nobody', "throw new Error('Nobody listens.');", "throw new Error('No server listens.');"],
    ['nobody', '// for nobody', '// or else `nobody`, a user of Unix'],
    ['mend', '// how to mend it', '// a recommendation, an amendment'],
    ['mistake', "const text = 'A mistake.';", "const text = 'An error. A mistaken identity.';"],
    ['set-aside', '/**\n * Sets it\n * aside.\n */', '// set beside it'],
    ['set-aside', "it('sets bad rows aside', () => {});", "it('rejects bad rows', () => {});"],
    ['end-the-boot', '// Errors end\n// the boot.', '// Errors stop startup. The end of the boot.'],
  ])('finds the word of the rule %s in %j, and nothing in %j', (rule, wrong, right) => {
    expect(rulesIn('lib/a.ts', wrong)).toEqual([`${rule} ${wrong.startsWith('/**') ? 2 : 1}`]);
    expect(rulesIn('test/a.spec.ts', wrong)).toHaveLength(1);
    expect(rulesIn('lib/a.ts', right)).toEqual([]);
  });

  it('is a part of npm run lint', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

    expect(scripts.lint).toContain('node tools/check-words.js');
  });
});

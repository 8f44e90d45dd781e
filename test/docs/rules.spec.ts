import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const RULES = readFileSync('docs/rules.md', 'utf8');

/** Every rule and every part of a rule: `3.6`, `3.6-early`. */
const anchors = new Set([...RULES.matchAll(/<a id="rule-([^"]+)"><\/a>/g)].map(([, id]) => id!));

const ID = /\d\.\d+(?:-[a-z]+(?:-[a-z]+)*)?/.source;
/** "rule 3.6", "rules 3.3, 3.4 and 3.6", "Rules 3.3 to 3.6". */
const CITATION = new RegExp(String.raw`\brules?\s+(${ID}(?:(?:,|,? and| to)\s+${ID})*)`, 'gi');
/** A title that begins with its rule: '3.6: …'. */
const TITLE = new RegExp(String.raw`['"\`](${ID}(?:, ${ID})*): `, 'g');

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => /\.(?:c?js|ts|md)$/.test(path) && path !== 'test/docs/rules.spec.ts' && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** The rules that a text cites. A citation may continue on the next line of a comment. */
function cited(text: string, pattern: RegExp): readonly string[] {
  const flat = text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ');
  return [...flat.matchAll(pattern)].flatMap(([, list]) => [...list!.matchAll(new RegExp(ID, 'g'))].map(([id]) => id));
}

function unknownIn(pattern: RegExp, folders: RegExp): readonly string[] {
  return files
    .filter(({ path }) => folders.test(path))
    .flatMap(({ path, text }) => cited(text, pattern).map((id) => ({ path, id })))
    .filter(({ id }) => !anchors.has(id))
    .map(({ path, id }) => `${path}: ${id}`);
}

describe('docs/rules.md', () => {
  it('has each rule once, with a heading of the same number', () => {
    const all = [...RULES.matchAll(/<a id="rule-([^"]+)"><\/a>/g)].map(([, id]) => id!);
    const headings = [...RULES.matchAll(/^### (\d\.\d+) /gm)].map(([, id]) => id!);

    expect(all).toEqual([...anchors]);
    expect(all.filter((id) => /^[\d.]+$/.test(id))).toEqual(headings);
  });

  it('has every rule that code, comments and documents cite', () => {
    expect(unknownIn(CITATION, /./)).toEqual([]);
  });

  it('has every rule that the title of a test begins with', () => {
    expect(unknownIn(TITLE, /^test\/.*\.spec\.ts$/)).toEqual([]);
  });

  it('has no rule without a test whose title begins with it', () => {
    const tests = files.filter(({ path }) => /^test\/.*\.spec\.ts$/.test(path));
    const tested = new Set(tests.flatMap(({ text }) => cited(text, TITLE)).map((id) => id.replace(/-.*/, '')));

    expect([...anchors].filter((id) => !tested.has(id.replace(/-.*/, '')))).toEqual([]);
  });

  it('has the anchors that links lead to', () => {
    const links = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\((?:[./a-z-]*\/rules\.md)?#rule-([^)]+)\)/g)].map(([, id]) => ({ path, id: id! })),
    );

    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ id }) => !anchors.has(id))).toEqual([]);
  });

  it('is the only contract that is cited: there is none outside the repository', () => {
    const outside = new RegExp(String.raw`\b(?:RE)?${'DESIGN'}(?:\.md)?\s+\d`);

    expect(files.filter(({ text }) => outside.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('sees citations in every form', () => {
    const text = ['// Rule 3.6', ' * rules 3.3,', ' * 3.4 and 3.6-early', '/* rules 3.3 to 9.9 */'].join('\n');

    expect(cited(text, CITATION)).toEqual(['3.6', '3.3', '3.4', '3.6-early', '3.3', '9.9']);
    expect(cited(`test('3.1, 3.2: a title')`, TITLE)).toEqual(['3.1', '3.2']);
  });
});

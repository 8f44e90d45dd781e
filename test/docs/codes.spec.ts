import { CODE_FILES, codePages } from '../../tools/site/codes.js';
import { entriesOf } from './entries.js';
import { issueCodes, membersOf } from './library-codes.js';
import { codeBlocksOf } from './markdown.js';

/* Each code has an entry in the reference, and each entry has a code. */

const PARTS = ['Meaning', 'Cause', 'Example', 'Fix'];

const REASONS = new Set([
  ...membersOf('lib/inspect/explain/explanation.ts', 'ExplainReason'),
  ...membersOf('lib/core/browser/web-socket.ts', 'WebSocketReason'),
]);

const PAGES = [
  ['docs/errors.md', issueCodes()],
  ['docs/audit-codes.md', membersOf('lib/inspect/finding.ts', 'AuditCode')],
  ['docs/reasons.md', REASONS],
] as const;

describe.each(PAGES)('%s', (page, codes) => {
  const entries = entriesOf(page);

  it('has each code of the library once, and no other', () => {
    expect(codes.size).toBeGreaterThan(15);
    expect(entries.map(({ code }) => code).sort()).toEqual([...codes].sort());
  });

  it('has a page of the site for each code of the library, and an index', () => {
    const name = page.slice('docs/'.length, -'.md'.length);
    const paths = [...codes, 'index'].map((code) => `${name}/${code}.md`);

    expect(CODE_FILES).toContain(name);
    expect(
      codePages(name)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(paths.sort());
  });

  it('says of each what it means, its cause, an example and the fix', () => {
    const partsOf = (text: string): string[] =>
      [...text.matchAll(/^\*\*(\w+)\.\*\*(?= \S|\n\n```)/gm)].map(([, part]) => part!);
    const incomplete = entries.filter(
      ({ text }) => partsOf(text).join() !== PARTS.join() || codeBlocksOf(text).length === 0,
    );

    expect(incomplete.map(({ code }) => code)).toEqual([]);
  });
});

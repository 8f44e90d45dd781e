import { sidebar } from '../../docs/.vitepress/sidebar.js';
import { CODE_FILES, codePages, codeSidebar } from '../../tools/site/codes.js';
import { entriesOf } from './entries.js';
import { anchorsOf, userPages } from './markdown.js';

/* The pages of the site that are made of entries of codes. `npm run check:docs` looks at the site as it is built. */

describe('the pages of codes', () => {
  describe.each(CODE_FILES)('%s', (name) => {
    const pages = codePages(name);
    const codes = new Set(entriesOf(`docs/${name}.md`).map(({ code }) => code));

    it('has the whole entry on the page', () => {
      const without = entriesOf(`docs/${name}.md`).filter(({ code, text }) => {
        const page = pages.find(({ path }) => path === `${name}/${code}.md`);
        return (
          ['Meaning', 'Cause', 'Example', 'Fix'].some((part) => !page?.text.includes(`**${part}.**`)) || text === ''
        );
      });

      expect(without).toEqual([]);
    });

    it('links to pages that exist', () => {
      const linked = pages.flatMap(({ text }) => [...text.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, file]) => file!));
      const written = new Set(pages.map(({ path }) => path));

      expect(linked.length).toBeGreaterThan(codes.size);
      expect(linked.filter((file) => !written.has(`${name}/${file}`))).toEqual([]);
    });

    it('has in its index the anchor that a message names', () => {
      const anchors = anchorsOf(pages[0]!.text);

      expect([...codes].filter((code) => !anchors.has(code))).toEqual([]);
    });

    it('has each page in the sidebar', () => {
      const [, ...chapters] = codeSidebar(name) as { items: { text: string }[] }[];

      expect(chapters.flatMap(({ items }) => items.map(({ text }) => text)).sort()).toEqual([...codes].sort());
    });
  });
});

describe('the sidebar', () => {
  it('has each page of docs', () => {
    const links = new Set(sidebar['/'].flatMap(({ items }) => items.map(({ link }) => link)));
    const names = userPages.map(({ path }) => path.replace(/^docs\/|\.md$/g, ''));
    const missing = names.filter((name) => name !== 'README' && !links.has(`/${name}`) && !links.has(`/${name}/`));

    expect(links.size).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});

// The documentation site: `npm run docs` builds it, `npm run docs:dev` serves it. The pages are the Markdown files of this
// folder, as the repository shows them, and those that tools/site/reference.js writes into `reference`.
import { readFileSync } from 'node:fs';
import { CODE_FILES } from '../../tools/site/codes.js';
import { DOCUMENTS } from '../../tools/site/documents.js';
import { anchorOf } from './anchors.js';
import { home } from './home.js';
import { repositoryLinks } from './links.js';
import { sidebar } from './sidebar.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

export default {
  title: manifest.name,
  description: manifest.description,
  lang: 'en',
  // The address of the site begins with it: GitHub Pages serves a repository below its name.
  base: process.env.DOCS_BASE ?? '/',
  outDir: '../.artifacts/docs',
  cacheDir: '../.artifacts/docs-cache',
  cleanUrls: true,
  srcExclude: ['api/**', 'adr/**', 'node_modules/**', ...CODE_FILES.map((name) => `${name}.md`)],
  rewrites: {
    'README.md': 'index.md',
    [`reference/:file(${CODE_FILES.join('|')})/:page`]: ':file/:page',
    ...Object.fromEntries(Object.values(DOCUMENTS).map(({ page }) => [`reference/${page}.md`, `${page}.md`])),
  },
  // The index of the local search, which is loaded when a reader searches.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    config: (markdown) => void markdown.use(repositoryLinks, repository),
  },
  transformPageData: (page) => (page.filePath === 'README.md' ? home : undefined),
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/getting-started' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Errors', link: '/errors/' },
      { text: 'Playground', link: '/playground' },
    ],
    sidebar,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          // A word that a guide is about leads to the guide, not to one of many codes and exports that have it in their name.
          searchOptions: { boostDocument: (id) => (/\/(?:errors|audit-codes|reasons|reference)\//.test(id) ? 0.6 : 1) },
        },
      },
    },
    notFound: { linkLabel: 'Take me home' },
    socialLinks: [{ icon: 'github', link: repository }],
  },
};

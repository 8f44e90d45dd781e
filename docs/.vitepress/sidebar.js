import { existsSync, readFileSync } from 'node:fs';
import { CODE_FILES, codeSidebar } from '../../tools/site/codes.js';

const page = (text, link) => ({ text, link });

/** The groups of pages that docs/README.md lists: each row of a table under a heading. */
function listedGroups() {
  const [, ...sections] = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split(/^## /m);
  return sections.map((section) => ({
    text: section.split('\n', 1)[0],
    items: [...section.matchAll(/^\| \[(.+?)\]\(\.\/([\w-]+)\.md\)/gm)].map(([, text, name]) =>
      page(text.replaceAll('`', ''), CODE_FILES.includes(name) ? `/${name}/` : `/${name}`),
    ),
  }));
}

const [beginning, ...groups] = listedGroups().filter(({ items }) => items.length > 0);

const guides = [
  { ...beginning, items: [page('Getting started', '/getting-started'), ...beginning.items] },
  ...groups,
  {
    text: 'Reference',
    items: [
      page('Everything that is exported', '/reference/'),
      page('Options of the command', '/reference/command'),
      page('Benchmarks', '/benchmarks'),
      page('Changelog', '/changelog'),
    ],
  },
  {
    text: 'For contributors',
    items: [page('Rules', '/rules'), page('Architecture', '/architecture')],
  },
];

// tools/site/reference.js writes it.
const written = new URL('../reference/sidebar.json', import.meta.url);
const reference = existsSync(written) ? JSON.parse(readFileSync(written, 'utf8')) : [];

const above = page('All pages', '/');

/** The sidebar of each part of the site: the one with the longest address applies. */
export const sidebar = {
  '/': guides,
  ...Object.fromEntries(CODE_FILES.map((name) => [`/${name}/`, [above, ...codeSidebar(name)]])),
  '/reference/': [
    above,
    page('Everything that is exported', '/reference/'),
    page('The command', '/reference/command'),
    ...reference,
  ],
};

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const decoded = (text) => decodeURIComponent(text.replaceAll('&amp;', '&'));

/** The pages of a built site, by their addresses: the targets of their links, and their anchors. */
function readPages(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return new Map(
    files
      .filter((path) => path.endsWith('.html'))
      .map((path) => {
        const text = readFileSync(join(folder, path), 'utf8');
        return [
          `/${path.replace(/(?:^|(?<=\/))index\.html$|\.html$/, '')}`,
          {
            targets: [...text.matchAll(/<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"]*)"/g)].map(([, href]) =>
              decoded(href),
            ),
            anchors: new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => decoded(id))),
          },
        ];
      }),
  );
}

/** The links of a built site that lead to no page, file or anchor; and how many links within the site it has. */
export function checkLinks(folder) {
  const pages = readPages(folder);
  const broken = [];
  let count = 0;
  for (const [path, { targets }] of pages) {
    for (const target of new Set(targets)) {
      const url = new URL(target, `http://site${path}`);
      if (url.host !== 'site') {
        continue;
      }
      count++;
      const to = decodeURIComponent(url.pathname);
      const page = pages.get(to);
      const found = page === undefined ? existsSync(join(folder, to)) && to !== '/' : true;
      const anchor = decodeURIComponent(url.hash.slice(1));
      // The playground reads its state from there.
      const isState = to === '/playground' && anchor.startsWith('v1.');
      if (!found || (anchor !== '' && page !== undefined && !page.anchors.has(anchor) && !isState)) {
        broken.push(`${path}: ${target}`);
      }
    }
  }
  return { pages: pages.size, count, broken };
}

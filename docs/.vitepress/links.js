import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODE_FILES } from '../../tools/site/codes.js';
import { DOCUMENTS } from '../../tools/site/documents.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Pages that the site has under another address than the repository. */
const OWN = {
  'docs/README.md': '/',
  ...Object.fromEntries(Object.entries(DOCUMENTS).map(([file, { page }]) => [file, `/${page}`])),
};

/** Files whose entries are pages of their own: tools/site/codes.js. */
const CODES = new RegExp(`^docs/(${CODE_FILES.join('|')})\\.md$`);

/** Folders of `docs` that are for contributors: the site has no pages of them. */
const ELSEWHERE = /^docs\/(?:api|adr)(?:\/|$)/;

function isFolder(path) {
  return statSync(root + path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A plugin of markdown-it: links to files that are not pages of the site lead to the repository. */
export function repositoryLinks(markdown, repository) {
  const address = (target, page) => {
    if (/^(?:[a-z]+:|#|\/)/.test(target)) {
      return target;
    }
    const [file, anchor] = target.split('#');
    const path = posix.join('docs', posix.dirname(page), file);
    const hash = anchor === undefined ? '' : `#${anchor}`;
    if (OWN[path] !== undefined) {
      return OWN[path] + hash;
    }
    const [, codes] = CODES.exec(path) ?? [];
    if (codes !== undefined) {
      return `/${codes}/${anchor ?? ''}`;
    }
    if (path.startsWith('docs/') && !ELSEWHERE.test(path)) {
      return target;
    }
    return `${repository}/${isFolder(path) ? 'tree' : 'blob'}/main/${path}${hash}`;
  };
  // Before VitePress reads the links: it reports those that lead to no page.
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'link_open') {
        token.attrSet('href', address(token.attrGet('href'), env.relativePath));
      }
    }
  });
}

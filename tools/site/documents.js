// Documents of the repository outside of `docs` that the site has as pages too.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

const root = new URL('../../', import.meta.url);

/** The documents: the file, the page, and its title if it has another one. */
export const DOCUMENTS = {
  'README.md': { page: 'getting-started', title: 'Getting started', without: ['Documentation', 'Contributing'] },
  'CHANGELOG.md': { page: 'changelog' },
  'bench/README.md': { page: 'benchmarks' },
};

/** The pages of these documents: `{ path, text }`, in the folder of generated pages. */
export function documentPages() {
  return Object.entries(DOCUMENTS).map(([file, { page, title, without = [] }]) => {
    const [head, ...chapters] = readFileSync(new URL(file, root), 'utf8').split(/^(?=## )/m);
    const kept = chapters.filter((chapter) => !without.includes(chapter.slice(3).split('\n', 1)[0]));
    const text = [title === undefined ? head : head.replace(/^# .+/, `# ${title}`), ...kept].join('');
    const moved = text.replaceAll(/(!?)\]\((\.[^)]*|[\w-]+\.(?:md|js)[^)]*)\)/g, (match, _, target) => {
      const path = posix.join(posix.dirname(file), target);
      // An image is found from the file that is generated, a page from its place on the site.
      return `](${posix.relative(/\.svg$/.test(path) ? 'docs/reference' : 'docs', path).replace(/^(?!\.)/, './')})`;
    });
    return { path: `${page}.md`, text: moved };
  });
}

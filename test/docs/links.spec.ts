import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf, pages, targetsOf, userPages } from './markdown.js';

/** Pages that name files of the code. */
const guides = pages.filter(({ path }) => path.startsWith('docs/') || path === 'CONTRIBUTING.md');

/** A target within the repository: the file, from its root, and the anchor. */
function within(path: string, target: string): { file: string; anchor: string | undefined } {
  const [file = '', anchor] = target.split('#');
  return { file: file === '' ? path : join(dirname(path), file), anchor };
}

const links = pages.flatMap(({ path, text }) =>
  targetsOf(text)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .map((target) => ({ path, target, ...within(path, target) })),
);

describe('the documents', () => {
  it('link to files and headings that exist', () => {
    const broken = links.filter(
      ({ file, anchor }) =>
        !existsSync(file) || (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)),
    );

    expect(links.length).toBeGreaterThan(100);
    expect(broken.map(({ path, target }) => `${path}: ${target}`)).toEqual([]);
  });

  it('are all reached from the README, by way of the index', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      links.filter(({ path }) => path === page).forEach(({ file }) => reached.add(file));
    }

    expect(userPages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('have each page of docs in the index', () => {
    const listed = new Set(links.filter(({ path }) => path === 'docs/README.md').map(({ file }) => file));

    expect(userPages.map(({ path }) => path).filter((path) => !/README/.test(path) && !listed.has(path))).toEqual([]);
  });

  it('name files of the code that exist', () => {
    const named = guides.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:lib|test|tools|bench|sample)\/[\w./-]+)`/g)].map(([, file]) => ({ path, file: file! })),
    );

    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ file }) => !existsSync(file))).toEqual([]);
  });

  it('name functions that are in the file which they name', () => {
    const named = guides.flatMap(({ path, text }) =>
      [...text.matchAll(/`([\w.]+)\(\)`\s+in\s+`([\w./-]+)`/g)].map(([, name, file]) => ({
        path,
        name: name!.replace(/^.*\./, ''),
        file: file!,
      })),
    );

    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(({ name, file }) => !new RegExp(`\\b${name}\\(`).test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

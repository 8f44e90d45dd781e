import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { documentation } from '../../lib/core/issues/documentation.js';
import { anchorsOf, codeBlocksOf, repositoryFiles, targetsOf } from '../docs/markdown.js';

/* The README as npm shows it. It is in the package, and its links lead to the repository in the manifest. */

interface Manifest {
  readonly name: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly homepage: string;
  readonly bugs: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

/** The address of the repository as a browser opens it. */
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

/** The files that `npm pack` adds to the built files. */
const packed = (
  JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })) as [
    { files: { path: string }[] },
  ]
)[0].files.map(({ path }) => path);

/** Resolves a link or an image like npm's site. A relative one leads to the repository's default branch. */
function asNpmDoes(target: string): URL {
  return new URL(target, `${repository}/blob/HEAD/README.md`);
}

/** The file and the anchor of an address in the repository; `undefined` for other addresses. */
function inTheClone({ href, hash }: URL): { path: string; anchor: string } | undefined {
  const start = `${repository}/blob/HEAD/`;
  return href.startsWith(start)
    ? { path: href.slice(start.length).replace(hash, ''), anchor: hash.slice(1) }
    : undefined;
}

describe.each(['README.md', 'CHANGELOG.md'])('%s in the package', (page) => {
  const text = readFileSync(page, 'utf8');

  it('is packed', () => {
    expect(packed).toContain(page);
  });

  it('has links and images that lead from npm to files and headings of the repository', () => {
    const resolved = targetsOf(text).map((target) => ({ target, found: inTheClone(asNpmDoes(target)) }));
    const broken = resolved.filter(({ target, found }) =>
      found === undefined
        ? !/^https:\/\//.test(target)
        : !repositoryFiles.includes(found.path) ||
          (found.anchor !== '' && !anchorsOf(readFileSync(found.path, 'utf8')).has(found.anchor)),
    );

    expect(broken.map(({ target }) => target)).toEqual([]);
  });

  it('uses only what npm can render', () => {
    expect(codeBlocksOf(text).map(({ language }) => language)).not.toContain('mermaid');
  });

  it('mentions only entries and commands of the package', () => {
    const entries = [...text.matchAll(/'nestjs-cors-policy(\/[\w-]+)?'/g)].map(([, entry = '']) => `.${entry}`);
    const commands = [...text.matchAll(/\bnpx ([\w-]+)/g)].map(([, name]) => name!);

    expect(entries.filter((entry) => !(entry in manifest.exports))).toEqual([]);
    expect(commands.filter((name) => !(name in manifest.bin))).toEqual([]);
  });

  it('mentions only scripts that exist', () => {
    const scripts = [...text.matchAll(/\bnpm (?:run (?:--silent )?)?(start(?::\w+)?|test|cit|ci|install|[\w:]+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !['ci', 'cit', 'install'].includes(name));

    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

describe('the README in the package', () => {
  it('leads to the documents and to the changelog', () => {
    const paths = targetsOf(readFileSync('README.md', 'utf8')).map((target) => inTheClone(asNpmDoes(target))?.path);

    expect(paths).toEqual(expect.arrayContaining(['docs/README.md', 'CHANGELOG.md', 'SECURITY.md']));
  });
});

describe('the address of the repository', () => {
  it('is the one of homepage and bugs', () => {
    expect(manifest.repository).toEqual({ type: 'git', url: `git+${repository}.git` });
    expect([manifest.homepage, manifest.bugs]).toEqual([`${repository}#readme`, `${repository}/issues`]);
  });

  it('is in package.json and in the module that messages take it from, and nowhere else', () => {
    const naming = repositoryFiles.filter((path) => readFileSync(path, 'latin1').includes(repository));

    expect(naming.sort()).toEqual(['lib/core/issues/documentation.ts', 'package.json']);
    expect(documentation('errors')).toBe(`${repository}/blob/main/docs/errors.md`);
  });
});

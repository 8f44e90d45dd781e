import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import limits from '../../.size-limit.js';
import { differingReports } from '../../tools/check-api.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, { import?: { default: string } }>;
  scripts: Record<string, string>;
};

/** Names of the entries that an app may import: `index`, `testing` and so on. */
const entries = Object.values(manifest.exports).flatMap(({ import: form }) =>
  form === undefined ? [] : [/([^/]+)\.js$/.exec(form.default)![1]!],
);

describe('the reports of the public types', () => {
  const folders: string[] = [];

  function folderWith(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'api-'));
    folders.push(folder);
    Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));
    return folder;
  }

  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  it('differ if one has another text, is missing, or belongs to no entry', () => {
    const expected = folderWith({ 'a.api.md': 'a', 'b.api.md': 'b', 'c.api.md': 'c' });
    const actual = folderWith({ 'a.api.md': 'a', 'b.api.md': 'other', 'd.api.md': 'd', 'README.md': '' });

    expect(differingReports(expected, actual)).toEqual(['b.api.md', 'c.api.md', 'd.api.md']);
    expect(differingReports(expected, expected)).toEqual([]);
  });

  it('exist for each entry of the package', () => {
    expect(readdirSync('docs/api')).toEqual(entries.map((name) => `${name}.api.md`).sort());
  });

  it('are compared with the library by npm run lint', () => {
    expect(manifest.scripts.lint).toContain('node tools/check-api.js');
  });
});

describe('the limits of size', () => {
  it('exist for each entry of the package', () => {
    expect(limits.map(({ path }) => path).sort()).toEqual(entries.map((name) => `dist/esm/${name}.js`).sort());
  });
});

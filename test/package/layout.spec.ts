import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Paths of files below a folder, with `/`. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(?:ts|js)$/.test(path));

describe('the layout of the tests', () => {
  it('has no folder in test/unit that lib does not have', () => {
    const folders = [...new Set(filesIn('test/unit').map((path) => dirname(path)))];

    expect(folders.length).toBeGreaterThan(20);
    expect(folders.filter((folder) => !existsSync(`lib/${folder}`))).toEqual([]);
  });

  it('names files by their topic, not by its rarity', () => {
    expect(filesIn('test').filter((path) => /corner|misc|other-cases|various/.test(path))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { ASSETS } from '../../../../lib/tooling/devtools/page/assets.js';
import { FILES, pageOf, TESTER_PAGE, TESTER_SCRIPT } from '../../../../lib/tooling/devtools/page/files.js';

const FOLDER = 'lib/tooling/devtools/page';
const read = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');

describe('the files of the development page', () => {
  const sent = {
    ...Object.fromEntries(FILES),
    'tester.html': TESTER_PAGE,
    'tester.js': TESTER_SCRIPT,
    'index.html': pageOf(''),
  };

  it('are all sent unchanged', () => {
    expect(Object.keys(sent).sort()).toEqual(Object.keys(ASSETS).sort());
    expect(Object.entries(sent).filter(([name, { body }]) => body !== ASSETS[name])).toEqual([]);
    expect(ASSETS['index.html']).toBe(read('index.html'));
  });

  it('are one script and one style sheet, which import nothing', () => {
    for (const name of ['page.js', 'tester.js']) {
      expect(ASSETS[name]).not.toMatch(/\bimport\b(?!\.meta)|sourceMappingURL/);
    }
    expect(ASSETS['style.css']).not.toMatch(/@import|url\(/);
  });

  it('name the author of the library that the page uses', () => {
    expect(ASSETS['page.js']).toMatch(/^\/\*! With Preact, \(c\) 2015-present Jason Miller, MIT \*\//);
    expect(readFileSync('node_modules/preact/LICENSE', 'utf8')).toContain('Copyright (c) 2015-present Jason Miller');
  });

  it('are found from the address of the page', () => {
    const { body } = pageOf('__cors/');
    expect([...body.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, link]) => link)).toEqual([
      '__cors/icon.svg',
      '__cors/style.css',
      '__cors/page.js',
    ]);
  });
});

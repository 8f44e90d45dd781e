import { readdirSync, readFileSync } from 'node:fs';
import { FILES, pageOf, TESTER_PAGE, TESTER_SCRIPT } from '../../../../lib/tooling/devtools/page/files.js';

const FOLDER = 'lib/tooling/devtools/page';
const SENT = /^(?!assets\.js$).*\.(html|css|svg|js)$/;
const read = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');

describe('the files of the development page', () => {
  it('are all sent unchanged', () => {
    const sent = { ...Object.fromEntries(FILES), 'tester.html': TESTER_PAGE, 'tester.js': TESTER_SCRIPT };
    const page = { ...sent, 'index.html': pageOf('') };
    expect(Object.keys(page).sort()).toEqual(
      readdirSync(FOLDER)
        .filter((name) => SENT.test(name))
        .sort(),
    );
    expect(Object.entries(page).filter(([name, { body }]) => body !== read(name))).toEqual([]);
  });

  it('are found from the address of the page, and links within the page stay there', () => {
    const { body } = pageOf('__cors/');
    expect([...body.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, link]) => link)).toEqual([
      '__cors/icon.svg',
      '__cors/style.css',
      '__cors/main.js',
    ]);
    expect(body).toContain('href="#routes"');
  });
});

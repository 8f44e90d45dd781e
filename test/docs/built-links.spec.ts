import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkLinks } from '../../tools/site/built-links.js';

let folder: string;

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'site-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the check of links of a built site', () => {
  it('follows addresses as a server of files answers them', () => {
    write({
      'index.html': '<a class="x" href="/cors#null">a</a><a href="./errors/">b</a><link rel="icon" href="/icon.svg">',
      'cors.html': '<h2 id="null">c</h2><a href="errors/a-code">d</a><a href="https://other.example/x">e</a>',
      'errors/index.html': '<a href="../cors">f</a><a href="#g">g</a><i id="g"></i>',
      'errors/a-code.html': '<a href="../#no-anchor" hidden>',
      'icon.svg': '<svg/>',
    });

    expect(checkLinks(folder)).toEqual({ pages: 4, count: 7, broken: ['/errors/a-code: ../#no-anchor'] });
  });

  it('finds a page, a file and an anchor that is not there', () => {
    write({
      'index.html': '<a href="/none">a</a><img src="/none.svg"><a href="/cors/">b</a><a href="/cors#none">c</a>',
      'cors.html': '<h2 id="some">d</h2>',
    });

    expect(checkLinks(folder).broken).toEqual(['/: /none', '/: /none.svg', '/: /cors/', '/: /cors#none']);
  });
});

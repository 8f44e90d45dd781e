import { ASSETS } from './assets.js';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

function pageFile(name: string): PageFile {
  const body = ASSETS[name];
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (body === undefined || type === undefined) {
    throw new Error(`nestjs-cors-policy/devtools lacks its file ${name}: install the package again.`);
  }
  return { type, body };
}

/** The files that the page loads, by name. */
export const FILES: ReadonlyMap<string, PageFile> = new Map(
  ['style.css', 'icon.svg', 'page.js'].map((name) => [name, pageFile(name)]),
);

/** The document in the frame of the second origin, and its script. */
export const TESTER_PAGE: PageFile = pageFile('tester.html');
export const TESTER_SCRIPT: PageFile = pageFile('tester.js');

const PAGE = pageFile('index.html');

/**
 * The page itself. Its script writes all that it shows, as text.
 *
 * @param base the folder of its files, relative to the page's own address
 */
export function pageOf(base: string): PageFile {
  return { ...PAGE, body: PAGE.body.replace(/(?<=\b(?:href|src)=")(?=[a-z]+\.[a-z]+")/g, base) };
}

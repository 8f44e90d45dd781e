// Makes a module that contains the files of the development page as text. So the package, and an app's bundle of it, need no
// further files. The build bundles this module. Jest loads lib itself: for it, the module is written beside the files.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const MODULE = 'assets.js';
const source = fileURLToPath(new URL('../lib/tooling/devtools/page/', import.meta.url));

/** The files that are made of several sources, and the first of these. */
const BUNDLES = { 'page.js': 'main.tsx', 'tester.js': 'tester/document.ts', 'style.css': 'style.css' };
/** The files that are sent as they are. */
const PLAIN = ['icon.svg', 'index.html', 'tester.html'];

/** The text of the licence is that of the package's own: see its LICENSE. */
const NOTICES = { 'page.js': '/*! With Preact, (c) 2015-present Jason Miller, MIT */' };

/** @returns the text of a file with all that it imports, minified */
function bundled(name, entry) {
  const { outputFiles } = buildSync({
    absWorkingDir: source,
    entryPoints: [entry],
    outfile: name,
    write: false,
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    tsconfig: join(source, 'tsconfig.json'),
    legalComments: 'none',
    logLevel: 'error',
  });
  return [NOTICES[name], outputFiles[0].text].filter(Boolean).join('\n');
}

function assets() {
  return Object.fromEntries([
    ...PLAIN.map((name) => [name, readFileSync(join(source, name), 'utf8')]),
    ...Object.entries(BUNDLES).map(([name, entry]) => [name, bundled(name, entry)]),
  ]);
}

/** Makes the text of the module for the package: a third of the bytes. */
export function packedAssets() {
  const packed = brotliCompressSync(JSON.stringify(assets())).toString('base64');
  return `'use strict';
// The files of the development page, compressed. They are made of the sources in lib/tooling/devtools/page. To read them:
// node -p "require('./page.cjs').ASSETS['page.js']"
${Object.values(NOTICES).join('\n')}
const { brotliDecompressSync } = require('node:zlib');
const packed = '${packed}';
exports.ASSETS = Object.freeze(JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64'))));
`;
}

/** Writes the module into lib, unless it is there already. */
export function writeSourceAssets() {
  const file = join(source, MODULE);
  const text = `export const ASSETS = Object.freeze(${JSON.stringify(assets(), null, 2)});\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    // Several test runs may write the file at once. A rename replaces the whole file.
    const scratch = `${file}.${process.pid}.tmp`;
    writeFileSync(scratch, text);
    renameSync(scratch, file);
  }
}

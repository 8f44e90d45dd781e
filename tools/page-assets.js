// Makes a module that contains the files of the development page as text. So the package, and an app's bundle of it, need no
// further files. The build bundles this module. Jest loads lib itself: for it, the module is written beside the files.
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const MODULE = 'assets.js';
const source = fileURLToPath(new URL('../lib/tooling/devtools/page/', import.meta.url));

/** @returns the text of a file, minified; names that a module exports stay */
function shortened(name, text) {
  const loader = /\.(css|js)$/.exec(name)?.[1];
  return loader === undefined ? text : transformSync(text, { loader, minify: true, charset: 'utf8' }).code;
}

/**
 * Makes the text of the module.
 *
 * @param short true: minified
 */
export function pageAssets({ short = false } = {}) {
  const names = readdirSync(source).filter((name) => /\.(html|css|svg|js)$/.test(name) && name !== MODULE);
  const textOf = (name) => readFileSync(join(source, name), 'utf8');
  const files = Object.fromEntries(
    names.sort().map((name) => [name, short ? shortened(name, textOf(name)) : textOf(name)]),
  );
  return `export const ASSETS = Object.freeze(${JSON.stringify(files, null, 2)});\n`;
}

/** Writes the module into lib, unless it is there already. */
export function writeSourceAssets() {
  const file = join(source, MODULE);
  const text = pageAssets();
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    // Several test runs may write the file at once. A rename replaces the whole file.
    const scratch = `${file}.${process.pid}.tmp`;
    writeFileSync(scratch, text);
    renameSync(scratch, file);
  }
}

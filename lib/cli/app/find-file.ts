import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { quote } from '../../core/problems/quote.js';
import { CommandFailure } from '../failure.js';

const SOURCES: Readonly<Record<string, string>> = {
  '.ts': '.js',
  '.mts': '.mjs',
  '.cts': '.cjs',
  '.tsx': '.js',
  '.jsx': '.js',
};
const COMPILED = ['.js', '.mjs', '.cjs'];

/**
 * The absolute path of a compiled file that the user names, symbolic links resolved.
 *
 * @param what how messages call it: `the module file`
 * @throws CommandFailure for TypeScript, a folder, what is not there, and what is no JavaScript
 */
export function findFile(name: string, what: string, cwd = process.cwd()): string {
  const file = resolve(cwd, name);
  const extension = extname(file);
  const compiled = SOURCES[extension];
  if (compiled !== undefined) {
    throw new CommandFailure(
      `${quote(name)} is a source; the command reads what is compiled.`,
      `Build the app, and name ${guess(file, compiled, cwd)}.`,
    );
  }
  if (!existsSync(file)) {
    const typed = COMPILED.map((ending) => `${file}${ending}`).find((candidate) => existsSync(candidate));
    throw new CommandFailure(
      `There is no ${quote(name)} in ${quote(cwd)}.`,
      typed === undefined
        ? `Build the app first (npm run build), and name ${what}, such as dist/app.module.js.`
        : `Did you mean ${relative(cwd, typed)}?`,
    );
  }
  if (statSync(file).isDirectory()) {
    const inside = join(file, 'app.module.js');
    const example = existsSync(inside) ? relative(cwd, inside) : `${name.replace(/\/$/, '')}/app.module.js`;
    throw new CommandFailure(`${quote(name)} is a folder.`, `Name ${what}, such as ${example}.`);
  }
  if (!COMPILED.includes(extension)) {
    throw new CommandFailure(`${quote(name)} is no JavaScript file.`, `Name ${what}, such as dist/app.module.js.`);
  }
  return realpathSync(file);
}

/** Where a source is compiled to, as far as one can tell: `src/app.module.ts` to `dist/app.module.js`. */
function guess(file: string, extension: string, cwd: string): string {
  const output = `${basename(file, extname(file))}${extension}`;
  const below = relative(cwd, file).replace(/^src[\\/]/, '');
  const beside = join('dist', below.slice(0, -basename(file).length), output);
  const candidates = [beside, join('dist', 'src', output), join('dist', output)];
  return candidates.find((candidate) => existsSync(resolve(cwd, candidate))) ?? beside;
}

import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { quote } from '../../../core/issues/text.js';
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
 * The absolute path of a compiled file of the arguments, symbolic links resolved. The ending may be left out, as in
 * `node dist/main`.
 *
 * @param what how messages call it: `the module file`
 * @throws CommandFailure for TypeScript, a folder, what is not there, and what is no JavaScript
 */
export function findFile(name: string, what: string, cwd = process.cwd()): string {
  const file = withEnding(resolve(cwd, name));
  const extension = extname(file);
  const compiled = SOURCES[extension];
  if (compiled !== undefined) {
    throw new CommandFailure(
      `${quote(name)} is a source file; the command reads compiled files.`,
      `Build the app, and give ${guess(file, compiled, cwd)}.`,
    );
  }
  if (!existsSync(file)) {
    throw new CommandFailure(
      `There is no ${quote(name)} in ${quote(cwd)}.`,
      `Build the app first (npm run build), and give ${what}, such as dist/main.js.`,
    );
  }
  if (statSync(file).isDirectory()) {
    const inside = ['main.js', 'app.module.js'].map((each) => join(file, each)).find((each) => existsSync(each));
    const example = relative(cwd, inside ?? join(file, 'main.js'));
    throw new CommandFailure(`${quote(name)} is a folder.`, `Give ${what}, such as ${example}.`);
  }
  if (!COMPILED.includes(extension)) {
    throw new CommandFailure(`${quote(name)} is not a JavaScript file.`, `Give ${what}, such as dist/main.js.`);
  }
  return realpathSync(file);
}

function withEnding(path: string): string {
  const named = existsSync(path) ? undefined : COMPILED.map((ending) => `${path}${ending}`).find(existsSync);
  return named ?? path;
}

/** Guesses where a source is compiled to: `src/app.module.ts` to `dist/app.module.js`. */
function guess(file: string, extension: string, cwd: string): string {
  const output = `${basename(file, extname(file))}${extension}`;
  const below = relative(cwd, file).replace(/^src[\\/]/, '');
  const beside = join('dist', below.slice(0, -basename(file).length), output);
  const candidates = [beside, join('dist', 'src', output), join('dist', output)];
  return candidates.find((candidate) => existsSync(resolve(cwd, candidate))) ?? beside;
}

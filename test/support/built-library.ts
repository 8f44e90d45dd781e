import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** Builds the library if a source file changed since the last build. Returns the folder `dist`. */
export async function builtLibrary(): Promise<string> {
  await promisify(execFile)(process.execPath, ['tools/build.js', '--if-stale']);
  return resolve('dist');
}

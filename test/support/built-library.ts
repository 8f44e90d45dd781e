import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** Builds the library if a source changed since, for tests of what is shipped; answers with the folder `dist`. */
export async function builtLibrary(): Promise<string> {
  await promisify(execFile)(process.execPath, ['tools/build.js', '--if-stale']);
  return resolve('dist');
}

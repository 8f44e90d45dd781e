import { join } from 'node:path';
import { run } from './run.js';

/** Packs the library into a folder, like `npm publish`. Returns the path of the archive. */
export async function pack(folder) {
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder]));
  return join(folder, filename);
}

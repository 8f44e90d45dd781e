import { spawn } from 'node:child_process';
import { statSync, watchFile } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CODE_FILES } from './codes.js';
import { DOCUMENTS } from './documents.js';
import { buildPlayground } from './playground.js';
import { writeReference, writeTexts } from './reference.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

/** Runs a program in the folder of the documentation, and returns its status. */
function start(command, args) {
  const child = spawn(command, args, { cwd: docs, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

const changed = (file) => statSync(docs + file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Installs the generator if it is missing, or older than its lockfile. */
async function install() {
  if (changed('node_modules/.package-lock.json') >= changed('package-lock.json')) {
    return;
  }
  const code = await start('npm', ['ci', '--no-audit', '--no-fund']);
  if (code !== 0) {
    throw new Error('The generator of the documentation site cannot be installed: see above.');
  }
}

/** Runs VitePress: `build` or `dev`. */
export async function runSite(command) {
  await install();
  const [version] = await Promise.all([buildPlayground(`${docs}public/worker`), writeReference()]);
  // VitePress hands it to the page.
  process.env.VITE_PLAYGROUND_VERSION = version;
  if (command === 'dev') {
    const sources = [...CODE_FILES.map((name) => `docs/${name}.md`), ...Object.keys(DOCUMENTS)];
    sources.forEach((source) => watchFile(`${docs}../${source}`, writeTexts));
  }
  return start(process.execPath, ['node_modules/vitepress/bin/vitepress.js', command, '.']);
}

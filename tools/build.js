// Builds both forms of the package: dist/esm (ES modules) and dist/cjs (CommonJS).
//
//   node tools/build.js              builds
//   node tools/build.js --if-stale   builds only if a source changed since; says nothing unless it fails
//
// The forms are compiled beside dist and moved there whole, so that nobody ever reads half a build, and a build
// that fails leaves the last good one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const scratch = join(root, '.artifacts', 'build');
const stamp = join(root, '.artifacts', 'build.stamp');
const forms = { esm: 'module', cjs: 'commonjs' };

/** A digest of all that a build depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const settings = ['tsconfig.json', 'tsconfig.esm.json', 'tsconfig.cjs.json', 'package-lock.json', 'tools/build.js'];
  for (const file of [...sources.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function isFresh(digest) {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest &&
    Object.keys(forms).every((form) => existsSync(join(dist, form, 'package.json')))
  );
}

async function compile(form) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const out = join(scratch, form);
  const child = spawn(process.execPath, [tsc, '-p', join(root, `tsconfig.${form}.json`), '--outDir', out], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) {
    throw new Error(`tsc failed for the ${form} form:\n${output}`);
  }
  // Node reads every .js file below as the form that this file names.
  writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type: forms[form] }, null, 2)}\n`);
}

export async function build({ ifStale = false } = {}) {
  mkdirSync(join(root, '.artifacts'), { recursive: true });
  await withLock(join(root, '.artifacts', 'build.lock'), async () => {
    const digest = fingerprint();
    if (ifStale && isFresh(digest)) {
      return;
    }
    rmSync(scratch, { recursive: true, force: true });
    await Promise.all(Object.keys(forms).map(compile));
    rmSync(stamp, { force: true });
    rmSync(dist, { recursive: true, force: true });
    renameSync(scratch, dist);
    writeFileSync(stamp, digest);
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await build({ ifStale: process.argv.includes('--if-stale') });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

// Builds both forms of the package: dist/esm (ES modules) and dist/cjs (CommonJS), bundled by tools/bundle.js.
//
//   node tools/build.js              builds
//   node tools/build.js --if-stale   builds only if a source has changed since the last build; prints only errors
//
// The build writes to another folder, which then replaces dist. So no reader finds half of a build, and a build that fails
// leaves the last good one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCode, bundleCommon, bundleTypes, commonModules } from './bundle.js';
import { withLock } from './lock.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const scratch = join(root, '.artifacts', 'build');
const stamp = join(root, '.artifacts', 'build.stamp');
const forms = ['esm', 'cjs'];

/** Computes a digest of all files that a build depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'assets.js')
    .map((entry) => join(entry.parentPath, entry.name));
  const settings = [
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    'package-lock.json',
    'tools/build.js',
    'tools/bundle.js',
    'tools/source-map.js',
    'tools/page-assets.js',
  ];
  for (const file of [...sources.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function isFresh(digest) {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest &&
    forms.every((form) => existsSync(join(dist, form, 'index.js')))
  );
}

/** Runs tsc, which checks the library and writes its declarations. */
async function declare(out) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const child = spawn(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', out], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) {
    throw new Error(`tsc failed:\n${output}`);
  }
}

/** The schematics of the package, which the command line of Nest runs. They are in a file that the command loads late. */
const SCHEMATICS = {
  schematics: {
    'nest-add': {
      description: 'Adds CorsModule to the root module, and replaces enableCors().',
      factory: './esm/migration.js#nestAdd',
    },
  },
};

/** Names of the entries of the package in one form: `imported` by code, and `all`, which includes the command. */
function entriesOf(form) {
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const condition = { esm: 'import', cjs: 'require' }[form];
  const imported = Object.values(exports).flatMap((entry) => entry[condition]?.default ?? []);
  const run = Object.values(bin).filter((file) => file.includes(`/${form}/`));
  return { imported: imported.map(nameOf), all: [...imported, ...run].map(nameOf) };
}

const nameOf = (file) => basename(file, '.js');

async function write(form, files, declarations) {
  const out = join(scratch, form);
  const { imported, all } = entriesOf(form);
  await bundleCode({ root, form, names: all, files, out });
  if (form === 'cjs') {
    await bundleTypes({ declarations: await declarations, names: imported, out });
  } else {
    // Both forms have the same types. TypeScript needs a file in each form: its folder says which module form it describes.
    imported.forEach((name) => writeFileSync(join(out, `${name}.d.ts`), `export * from '../cjs/${name}.js';\n`));
  }
  if (form === 'cjs') {
    // The `type` of this file applies to each .js file below it. The package.json of the package says `module`.
    writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type: 'commonjs', sideEffects: false }, null, 2)}\n`);
  }
}

export async function build({ ifStale = false } = {}) {
  mkdirSync(join(root, '.artifacts'), { recursive: true });
  await withLock(join(root, '.artifacts', 'build.lock'), async () => {
    const digest = fingerprint();
    if (ifStale && isFresh(digest)) {
      return;
    }
    rmSync(scratch, { recursive: true, force: true });
    const written = join(scratch, 'declarations');
    const declarations = declare(written).then(() => written);
    const files = await commonModules(root, entriesOf('esm').all);
    await Promise.all([
      bundleCommon({ root, files, out: scratch }),
      ...forms.map((form) => write(form, files, declarations)),
    ]);
    writeFileSync(join(scratch, 'schematics.json'), `${JSON.stringify(SCHEMATICS, null, 2)}\n`);
    rmSync(written, { recursive: true });
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

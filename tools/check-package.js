// Checks the package as users get it: packs it, looks into the archive, and installs it into small applications.
// Each check returns a list of problems.
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contents } from './package/contents.js';
import { entryTypes } from './package/entry-types.js';
import { imports } from './package/imports.js';
import { formats, typesOfEachResolution } from './package/published-form.js';
import { smoke } from './package/smoke.js';
import { run } from './run.js';

async function pack(folder) {
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder]));
  const tarball = join(folder, filename);
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked);
  await run('tar', ['-xzf', tarball, '-C', unpacked]);
  const root = join(unpacked, 'package');
  return { tarball, root, manifest: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) };
}

const checks = { contents, imports, entryTypes, formats, typesOfEachResolution, smoke };
const folder = await mkdtemp(join(tmpdir(), 'package-'));
try {
  const packed = await pack(folder);
  for (const [name, check] of Object.entries(checks)) {
    const started = performance.now();
    const problems = await check(packed, folder);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    for (const problem of problems) {
      console.log(`       ${problem}`);
      process.exitCode = 1;
    }
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

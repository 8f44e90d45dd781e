// Checks all types. A build checks the library. Then tsc checks the tests, each sample with the built package, as a user's
// compiler does, and the playground of the documentation and the scripts of the development page with the types of a browser.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from './build.js';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function check(project) {
  const child = spawn(process.execPath, [tsc, '--noEmit', '-p', project], { stdio: 'inherit' });
  return new Promise((done) => child.on('close', done));
}

try {
  await build({ ifStale: true });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const samples = readdirSync('sample')
  .map((name) => `sample/${name}`)
  .filter((folder) => existsSync(`${folder}/tsconfig.json`));
const codes = await Promise.all(['.', 'docs', 'lib/tooling/devtools/page', ...samples].map(check));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

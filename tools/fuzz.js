// Compiles the fuzz test of routing, test/fuzz, and runs it with the built package, without Jest: `npm run fuzz`. To use
// another version of Nest than the installed one: `node tools/fuzz.js --nest ^11.0.0`.
//
//   CORS_FUZZ_APPS       number of apps (default 2000)
//   CORS_FUZZ_SEED       seed (default: another one each time)
//   CORS_FUZZ_PLATFORMS  platforms (default express,fastify)
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { build } from './build.js';
import { pack } from './pack.js';
import { run } from './run.js';

const { values } = parseArgs({ options: { nest: { type: 'string' } } });
const manifest = JSON.parse(await readFile('package.json', 'utf8'));

/** Compiles test/fuzz to JavaScript, into a folder from which its imports resolve. */
async function compile(folder) {
  const sources = (await readdir('test/fuzz')).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, esModuleInterop: true };
  for (const name of sources) {
    const { outputText } = ts.transpileModule(await readFile(join('test/fuzz', name), 'utf8'), { compilerOptions });
    await writeFile(join(folder, name.replace(/ts$/, 'js')), outputText);
  }
}

/** Makes an app with the packed library and one version of Nest. */
async function install(nest, folder) {
  const tarball = await pack(folder);
  const platforms = ['common', 'core', 'platform-express', 'platform-fastify'];
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'fuzzed',
      private: true,
      type: 'module',
      dependencies: {
        ...Object.fromEntries(platforms.map((name) => [`@nestjs/${name}`, nest])),
        'fast-check': manifest.devDependencies['fast-check'],
        'nestjs-cors-policy': `file:${tarball}`,
        'reflect-metadata': '^0.2.0',
        rxjs: '^7.8.0',
      },
    }),
  );
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: folder });
}

function fuzz(folder) {
  const child = spawn(process.execPath, [join(folder, 'main.js')], { stdio: 'inherit' });
  return new Promise((done) => child.on('close', done));
}

if (values.nest === undefined) {
  await build({ ifStale: true });
  await mkdir('.artifacts', { recursive: true });
}
// In a folder below .artifacts, the name of the package resolves to the build; in any other, to the installed package.
const folder = await mkdtemp(values.nest === undefined ? resolve('.artifacts/fuzz-') : join(tmpdir(), 'fuzz-'));
try {
  if (values.nest !== undefined) {
    await install(values.nest, folder);
  }
  await compile(folder);
  process.exitCode = await fuzz(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}

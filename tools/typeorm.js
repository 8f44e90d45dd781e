// Runs the tests of `nestjs-cors-policy/typeorm` on another version of TypeORM than the installed one:
// `node tools/typeorm.js 0.3.20`. Installs that version and its drivers in a temporary folder, where Jest then finds `typeorm`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';
import jest from '../jest.config.js';

const [version] = process.argv.slice(2);
if (version === undefined) {
  console.error('A version of TypeORM is missing. For example: node tools/typeorm.js 0.3.20');
  process.exit(1);
}
const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const drivers = ['pg', 'mysql2', 'sql.js', 'reflect-metadata'].map((name) => [name, devDependencies[name]]);

const folder = await mkdtemp(join(tmpdir(), 'typeorm-'));
try {
  const dependencies = { typeorm: version, ...Object.fromEntries(drivers) };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: folder });
  const moduleNameMapper = {
    ...jest.moduleNameMapper,
    '^typeorm$': join(folder, 'node_modules/typeorm/index.mjs'),
  };
  const args = ['test/typeorm', `--moduleNameMapper=${JSON.stringify(moduleNameMapper)}`];
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...args],
    { stdio: 'inherit' },
  );
  process.exitCode = await new Promise((done) => child.on('close', done));
} finally {
  await rm(folder, { recursive: true, force: true });
}

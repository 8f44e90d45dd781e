// Runs the tests of HTTP and WebSockets on another version of Nest than the installed one:
// `node tools/test-nest.js 11.1.4 [jest arguments]`. Installs that version in a temporary folder, where Jest then finds Nest.
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run.js';
import jest from '../jest.config.js';

const [version, ...rest] = process.argv.slice(2);
if (version === undefined) {
  console.error('A version of Nest is missing. For example: node tools/test-nest.js 11.1.4');
  process.exit(1);
}
const packages = [
  ...['common', 'core', 'platform-express', 'platform-fastify', 'testing', 'microservices'],
  ...['websockets', 'platform-socket.io', 'platform-ws'],
];

const folder = await realpath(await mkdtemp(join(tmpdir(), 'nest-')));
try {
  const nest = packages.map((name) => [`@nestjs/${name}`, version]);
  // Nest and the tests need the same copy: another copy of rxjs would have another class `Observable`.
  const shared = ['reflect-metadata', 'rxjs'].map((name) => [name, `file:${resolve('node_modules', name)}`]);
  const dependencies = Object.fromEntries([...nest, ...shared]);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: folder });
  const moduleNameMapper = {
    ...jest.moduleNameMapper,
    [`^@nestjs/(${packages.join('|')})$`]: join(folder, 'node_modules/@nestjs/$1/index.js'),
    [`^@nestjs/(${packages.join('|')})/(.*)$`]: join(folder, 'node_modules/@nestjs/$1/$2'),
  };
  const args = [
    ...(rest.length > 0 ? rest : ['test/http', 'test/websockets']),
    `--moduleNameMapper=${JSON.stringify(moduleNameMapper)}`,
  ];
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...args],
    { stdio: 'inherit' },
  );
  process.exitCode = await new Promise((done) => child.on('close', done));
} finally {
  await rm(folder, { recursive: true, force: true });
}

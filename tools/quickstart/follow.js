// Follows the README in a new app.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { run } from '../run.js';
import { filesOf, packagesOf, shownOf } from './readme.js';

/** Milliseconds after which an app that does not listen has failed. */
const BOOT_MS = 60_000;

/** Makes a new app with `nest new`, and installs its dependencies. */
export async function scaffold({ cli }, { install, files, env }, folder) {
  const nest = ['--yes', `--package=@nestjs/cli@${cli}`, 'nest', 'new', 'shop', '--skip-git', '--skip-install'];
  await run('npx', [...nest, '--package-manager', 'npm'], { cwd: folder, env });
  const app = join(folder, 'shop');
  await write(app, files);
  await call(install, [], app, env);
  return app;
}

/** Installs the packages that a heading asks for, with the packed library in place of the published one. */
export async function install(heading, { add, env }, app, tarball) {
  const names = packagesOf(heading);
  assert.notDeepEqual(names, []);
  for (const name of names) {
    await call(add, [name === 'nestjs-cors-policy' ? `${name}@file:${tarball}` : name], app, env);
  }
}

/** Writes the files of a heading. */
export async function writeFiles(heading, { isCommonJs }, app) {
  const files = filesOf(heading);
  assert.notDeepEqual(Object.keys(files), []);
  const forApp = Object.entries(files).map(([path, code]) => [path, isCommonJs ? withoutEndings(code) : code]);
  await write(app, Object.fromEntries(forApp));
}

/** Removes the `.js` from imports of the app's own files, as the README asks for in a CommonJS app. */
function withoutEndings(code) {
  return code.replace(/(from '\.{1,2}\/[^']*)\.js'/g, "$1'");
}

async function write(app, files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), { recursive: true });
    await writeFile(join(app, path), text);
  }
}

/** Runs a script of the app. */
export function script(name, { run: runScript, env }, app) {
  return call(runScript, [name], app, env);
}

/** Starts the app as the README says, runs the commands of a heading, and compares their output with the README. */
export async function startAndAsk(heading, { run: runScript, env }, app) {
  const port = await freePort();
  const child = spawn(runScript[0], [...runScript.slice(1), 'start'], {
    cwd: app,
    env: { ...env, PORT: String(port), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The package manager starts the app in another process. In a process group, both can be stopped together.
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    await listening(child);
    const shown = shownOf(heading);
    assert.notDeepEqual(shown, []);
    for (const { command, lines } of shown) {
      const printed = await run('sh', ['-c', command.replaceAll('localhost:3000', `127.0.0.1:${port}`)], { cwd: app });
      assertShows(printed, lines, command);
    }
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
    await ended;
  }
}

/** Checks that the command printed every line of the README, in the same order. */
function assertShows(printed, lines, command) {
  const rest = printed.split(/\r?\n/);
  for (const line of lines) {
    const at = rest.indexOf(line);
    assert.ok(at >= 0, `$ ${command}\nThe README shows: ${line}\nThe command printed:\n${printed}`);
    rest.splice(0, at + 1);
  }
}

/** Runs the command of the library that the heading shows. Its exit code is 1, because the browser blocks the request. */
export async function explain(heading, { exec, env }, app) {
  const [{ command }] = shownOf(heading);
  const args = command.split(' ');
  assert.equal(args.shift(), 'npx');
  const text = await call(exec, args, app, env).then(
    () => assert.fail(`${command} says that the request is allowed`),
    (error) => error.message,
  );
  assert.match(text, /Blocked \(origin-not-allowed\)/);
  assert.match(text, /OrdersController\.update/);
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => reject(new Error(`The app does not listen.\n${output}`)), BOOT_MS);
    const hear = (chunk) => {
      output += chunk;
      if (output.includes('Nest application successfully started')) {
        clearTimeout(late);
        // The log line comes before the server listens.
        setTimeout(resolve, 500);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`The app ended with exit code ${code}.\n${output}`)));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs a command of a package manager in the app. Returns its output. */
export function call([program, ...first], rest, app, env) {
  return run(program, [...first, ...rest], { cwd: app, env: { ...env, NO_COLOR: '1', CI: 'true' } });
}

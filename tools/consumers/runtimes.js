import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.js';
import { withApp } from './ask.js';
import { questionsFor, send, sendPipelined } from './questions.js';

const noModules = '--node-modules-dir=manual';

/**
 * The other runtimes that the app of test/consumers/runtimes runs on, from its sources. docs/runtimes.md promises these.
 *
 * - `versions`: the lowest, which lib/discovery/runtime.ts knows, and the newest
 * - `installer`: the script of its package that puts the executable in place
 * - `args`: before the file that is run
 * - `test`: before the file that is tested
 */
export const runtimes = [
  { name: 'bun', versions: ['1.4.0', '1'], installer: 'install.js', args: [], test: ['test'] },
  {
    name: 'deno',
    versions: ['2.9.0', '2'],
    installer: 'install.cjs',
    args: ['run', '-A', noModules],
    test: ['test', '-A', '--no-check', noModules],
  },
];

/** Brings a version of a runtime into a folder of its own. Its install script is run by name: npm may leave it out. */
export async function runtimeOf({ name, installer, ...rest }, version, folder) {
  const prefix = join(folder, `${name}-${version}`);
  await mkdir(prefix);
  const install = ['install', '--prefix', prefix, '--no-package-lock', '--no-save', '--ignore-scripts'];
  await run('npm', [...install, `${name}@${version}`]);
  const home = join(prefix, 'node_modules', name);
  await run('node', [installer], { cwd: home });
  const command = join(prefix, 'node_modules/.bin', name);
  const full = /\d+\.\d+\.\d+/.exec(await run(command, ['--version']))[0];
  return { ...rest, command, title: `${name} ${full}`, file: 'src/main.ts' };
}

/** The Node that runs this, on the compiled app. */
const node = { command: 'node', title: 'Node', args: [], file: 'dist/main.js' };

const setups = ['express', 'fastify'].flatMap((platform) => ['ws', 'socket.io'].map((kind) => ({ platform, kind })));

const nameOf = ({ platform, kind }, { method, path, headers }) =>
  [platform, kind, method, path, `from ${headers.Origin}`].join(' ');

/** What the app answers on a runtime, by question, and the decisions that it published meanwhile. */
async function answersOf({ command, args, file }, app, setup) {
  const env = { ...process.env, PLATFORM: setup.platform, SOCKETS: setup.kind };
  return withApp({ app, command, args: [...args, file], env }, async (address) => {
    const { port } = new URL(address);
    const answers = {};
    for (const { question, status, allowed } of questionsFor(setup.kind)) {
      const name = nameOf(setup, question);
      const answer = await send(port, question).catch((error) => {
        throw new Error(`${name}: ${error.message}`, { cause: error });
      });
      answers[name] = [answer.status, ...answer.fields];
      if (status !== undefined) {
        assert.equal(answer.status, status, name);
      }
      if (allowed !== undefined) {
        const found = answer.fields.filter((field) => field.startsWith('access-control-allow-origin:'));
        assert.deepEqual(found, allowed === null ? [] : [`access-control-allow-origin: ${allowed}`], name);
      }
    }
    const { expected, allowed } = await sendPipelined(port);
    assert.deepEqual(allowed, expected, `${setup.platform}: requests in one piece`);
    const { text } = await send(port, { method: 'GET', path: '/decisions', headers: {} });
    return { answers, decisions: JSON.parse(text) };
  });
}

/** Asks the app on this Node, once for all runtimes. */
export async function askNode(app) {
  const found = [];
  for (const setup of setups) {
    found.push(await answersOf(node, app, setup));
  }
  assert.ok(found.every(({ decisions }) => decisions.length > 50));
  return found;
}

/** Compares what the app answers on a runtime with what it answers on Node, field by field. */
export async function compare(runtime, app, onNode) {
  for (const [index, setup] of setups.entries()) {
    const found = await answersOf(runtime, app, setup);
    assert.deepEqual(found.answers, onNode[index].answers);
    assert.deepEqual(found.decisions, onNode[index].decisions);
  }
}

/** Runs a test with the test kit, and the command on the main file, which must not listen: it would not end then. */
export async function tryTools({ command, args, test }, app) {
  await run(command, [...test, './test/kit.test.ts'], { cwd: app });
  const cli = [...args, 'node_modules/nestjs-cors-policy/dist/esm/cli.js'];
  const env = { ...process.env, PLATFORM: 'express' };
  const ask = (...rest) => run(command, [...cli, ...rest], { cwd: app, env });
  const listed = JSON.parse(await ask('routes', 'dist/main.js', '--json'));
  assert.ok(listed.routes.some(({ path, policy }) => path === '/orders/:id' && policy?.credentials === true));
  const asked = ['--url', '/orders/1', '--method', 'PUT', '--origin', 'https://tenant.example', '--json'];
  const { verdict, preflight } = JSON.parse(await ask('explain', 'dist/main.js', ...asked));
  assert.deepEqual([verdict, preflight.status], ['allowed', 204]);
  const check = (...rest) => ask('check', 'dist/main.js', ...rest);
  await check('--write');
  assert.match(await check(), /^No change\./);
  await rm(join(app, 'cors-policy.snapshot.json'));
}

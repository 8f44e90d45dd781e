// Installs the package into copies of the apps of test/consumers, as users do. Then it tests and runs these apps.
//
//   node tools/check-consumers.js                       all apps on this Node
//   node tools/check-consumers.js --node 20.19,22       built on this Node, and run on these versions, installed from npm
//   node tools/check-consumers.js nest12-cjs            the apps whose names contain this; `bun` and `deno` are names too
//   node tools/check-consumers.js --only bun,deno       the apps with exactly these names
//   node tools/check-consumers.js --tarball file.tgz    a package that was packed before
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { consumers } from './consumers/list.js';
import { nodeOf, thisNode } from './consumers/nodes.js';
import { askNode, compare, runtimeOf, runtimes, tryTools } from './consumers/runtimes.js';
import { exercise, prepare } from './consumers/steps.js';
import { pack } from './pack.js';
import { report } from './report.js';

const { values, positionals } = parseArgs({
  options: {
    node: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    tarball: { type: 'string' },
  },
  allowPositionals: true,
});
const wantedNodes = values.node.split(',').filter(Boolean);
const only = values.only.split(',').filter(Boolean);
const isChosen = ({ name }) =>
  positionals.every((part) => name.includes(part)) && (only.length === 0 || only.includes(name));
const chosen = consumers.filter(isChosen);
const chosenRuntimes = runtimes.filter(isChosen);

async function check(consumer, folder, packed, installedNodes) {
  const title = [consumer.name, consumer.variation].filter(Boolean).join(', ');
  const app = join(folder, title.replaceAll(/\W+/g, '-'));
  const isReady = await report(`${title}: installed, types checked, built`, async () => {
    await prepare(consumer, app, packed);
    return true;
  });
  const nodes = consumer.variation || wantedNodes.length === 0 ? [thisNode] : await installedNodes;
  for (const node of isReady ? nodes : []) {
    await report(`${title}: tested and run on Node ${node.name}`, () => exercise(consumer, app, node));
  }
  await rm(app, { recursive: true, force: true });
}

/** One app on Node and on the other runtimes: they must give the same answers. */
async function checkRuntimes(folder, packed) {
  const app = join(folder, 'runtimes');
  const onNode = await report('runtimes: installed, types checked, built, asked on Node', async () => {
    await prepare({ name: 'runtimes', isShared: false }, app, packed);
    return askNode(app);
  });
  for (const runtime of onNode === undefined ? [] : chosenRuntimes) {
    for (const version of runtime.versions) {
      const found = await report(`${runtime.name} ${version}: fetched`, () => runtimeOf(runtime, version, folder));
      if (found !== undefined) {
        await report(`${found.title}: answers as Node does`, () => compare(found, app, onNode));
        await report(`${found.title}: the test kit and the command`, () => tryTools(found, app));
      }
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), 'consumers-'));
try {
  if (chosen.length + chosenRuntimes.length === 0) {
    throw new Error(`The name of no app in test/consumers contains: ${[...positionals, ...only].join(' ')}.`);
  }
  const packed = {
    tarball: values.tarball ? resolve(values.tarball) : await pack(folder),
    manifest: JSON.parse(await readFile('package.json', 'utf8')),
  };
  // These versions are installed at the same time as the first apps.
  const installedNodes = Promise.all(
    wantedNodes.map((wanted) => report(`Node ${wanted}: installed`, () => nodeOf(wanted, folder))),
  ).then((nodes) => nodes.filter((node) => node !== undefined));
  const queue = chosen.map((consumer) => () => check(consumer, folder, packed, installedNodes));
  if (chosenRuntimes.length > 0) {
    queue.unshift(() => checkRuntimes(folder, packed));
  }
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await next();
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

// Follows the README from an empty folder: makes new Nest apps, installs the packed library, writes the files of the
// README, builds and tests the app, starts it, and runs the commands of the README. With npm it also runs `nest add`.
//
//   node tools/check-quickstart.js                       apps of both majors of Nest, with npm, pnpm and Yarn Plug'n'Play
//   node tools/check-quickstart.js nest11 npm            the apps whose names contain these words
//   node tools/check-quickstart.js --tarball file.tgz    a package that was packed before
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeOf, thisNode } from './consumers/nodes.js';
import { pack } from './pack.js';
import { explain, install, scaffold, script, startAndAsk, writeFiles } from './quickstart/follow.js';
import { managers } from './quickstart/managers.js';
import { nestAdd } from './quickstart/nest-add.js';
import { scaffolds } from './quickstart/scaffolds.js';
import { report } from './report.js';

const { values, positionals } = parseArgs({ options: { tarball: { type: 'string' } }, allowPositionals: true });

/** Does what the README says: "The root module then has `imports: cors`." */
async function importCors(app, { isCommonJs }) {
  const file = join(app, 'src/app.module.ts');
  const text = await readFile(file, 'utf8');
  const changed = text.replace(/imports: \[[\s\S]*?\n {2}\],/, 'imports: cors,');
  await writeFile(file, `import { cors } from './cors${isCommonJs ? '' : '.js'}';\n${changed}`);
}

async function follow(made, { node, hasSchematics, ...commands }, folder, tarball) {
  const { env } = node === undefined ? thisNode : await nodeOf(node, folder);
  const manager = { ...commands, env };
  const app = await scaffold(made, manager, folder);
  await install('Install', manager, app, tarball);
  if (hasSchematics) {
    await nestAdd(manager, app);
  }
  await writeFiles('Quickstart', made, app);
  await writeFiles('Testing', made, app);
  await script('build', manager, app);
  await script('test', manager, app);
  await script('test:e2e', manager, app);
  await startAndAsk('Quickstart', manager, app);
  await script('build', manager, app);
  await explain('Why was my request blocked?', manager, app);
  await install('From configuration', manager, app, tarball);
  await writeFiles('From configuration', made, app);
  await importCors(app, made);
  await startAndAsk('Quickstart', manager, app);
}

const folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
try {
  const tarball = values.tarball ? resolve(values.tarball) : await pack(folder);
  const chosen = scaffolds
    .flatMap((made) => Object.keys(managers).map((manager) => ({ title: `${made.name} ${manager}`, made, manager })))
    .filter(({ title }) => positionals.every((part) => title.split(/\W/).some((word) => word === part)));
  if (chosen.length === 0) {
    throw new Error(`The name of no app contains: ${positionals.join(' ')}.`);
  }
  for (const { title, made, manager } of chosen) {
    const home = join(folder, title.replace(' ', '-'));
    await mkdir(home);
    await report(`${title}: followed the README`, () => follow(made, managers[manager], home, tarball));
    await rm(home, { recursive: true, force: true });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.js';
import { bootAndAsk } from './ask.js';
import { askCommand } from './command.js';
import { thisNode } from './nodes.js';

const home = 'test/consumers';

const npmInstall = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];

/** Checks that an app of `nest new` turns off: of packages' declarations, and of optional properties that are `undefined`. */
const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];

/** Copies the app to its own folder, installs its packages, checks its types and builds it. */
export async function prepare(consumer, app, { tarball, manifest }) {
  await cp(join(home, consumer.name), app, { recursive: true });
  if (consumer.isShared !== false) {
    await cp(join(home, 'shared'), app, { recursive: true });
  }
  await copyFile(tarball, join(app, 'nestjs-cors-policy.tgz'));
  if (consumer.change) {
    const file = join(app, 'package.json');
    await writeFile(file, JSON.stringify(consumer.change(JSON.parse(await readFile(file, 'utf8')), manifest)));
  }
  await run('npm', [...npmInstall, ...(consumer.install ?? [])], { cwd: app });
  if (!consumer.variation && consumer.isShared !== false) {
    // A variation fails this check: `nodenext` finds no types in rxjs below 7.2, and in a strict layout the types of Nest
    // and of Fastify's plugins import packages that these do not declare.
    const tsc = join(app, 'node_modules/.bin/tsc');
    await run(tsc, ['-p', 'tsconfig.json', '--noEmit', '--incremental', 'false', ...strict], { cwd: app });
  }
  await run('npm', ['run', '--silent', 'build'], { cwd: app });
}

/** Runs the app's own test, then the app, then the command of the library on the app. */
export async function exercise(consumer, app, node = thisNode) {
  const test = consumer.test?.(node) ?? 'test:e2e';
  await run('npm', ['run', '--silent', test], { cwd: app, env: node.env });
  await bootAndAsk(app, node);
  await askCommand(app, node);
}

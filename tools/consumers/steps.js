import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.js';
import { bootAndAsk } from './ask.js';
import { askCommand } from './command.js';
import { thisNode } from './nodes.js';

const home = 'test/consumers';

const npmInstall = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];

/** What an app of `nest new` leaves unchecked: declarations of packages, and optional properties that are `undefined`. */
const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];

/** Makes the app in a folder of its own: installed, its types checked, built. */
export async function prepare(consumer, app, { tarball, manifest }) {
  await cp(join(home, consumer.name), app, { recursive: true });
  await cp(join(home, 'shared'), app, { recursive: true });
  await copyFile(tarball, join(app, 'nestjs-cors-policy.tgz'));
  if (consumer.change) {
    const file = join(app, 'package.json');
    await writeFile(file, JSON.stringify(consumer.change(JSON.parse(await readFile(file, 'utf8')), manifest)));
  }
  await run('npm', [...npmInstall, ...(consumer.install ?? [])], { cwd: app });
  if (!consumer.variation) {
    // Not in a variation: rxjs below 7.2 has no types that `nodenext` finds, and in a strict layout those of Nest and
    // of Fastify's plugins miss packages that they do not declare.
    const tsc = join(app, 'node_modules/.bin/tsc');
    await run(tsc, ['-p', 'tsconfig.json', '--noEmit', '--incremental', 'false', ...strict], { cwd: app });
  }
  await run('npm', ['run', '--silent', 'build'], { cwd: app });
}

/** Runs the app's own test, the app, and the command on it. */
export async function exercise(consumer, app, node = thisNode) {
  const test = consumer.test?.(node) ?? 'test:e2e';
  await run('npm', ['run', '--silent', test], { cwd: app, env: node.env });
  await bootAndAsk(app, node);
  await askCommand(app, node);
}

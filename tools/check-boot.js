// Starts apps with the packed library, each in its own Node process: on both platforms, on Nest 12 as ES modules and on
// Nest 11 as CommonJS. One app works. Each of the others has a second CORS layer and must not listen (rule 3.7). Jest is
// not used, because it loads modules with a different timing than Node.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.js';
import { run } from './run.js';

const { layers } = createRequire(import.meta.url)('./boot/app.cjs');

const nests = [
  { nest: '^12.0.0', main: 'main.mjs' },
  { nest: '11.1.4', main: 'main.cjs' },
];

async function install({ nest, main }, tarball, folder) {
  await mkdir(folder);
  await Promise.all(['app.cjs', main].map((name) => copyFile(join('tools/boot', name), join(folder, name))));
  const platforms = ['common', 'core', 'platform-express', 'platform-fastify'];
  const dependencies = {
    ...Object.fromEntries(platforms.map((name) => [`@nestjs/${name}`, nest])),
    '@fastify/cors': '^11.0.0',
    cors: '^2.8.5',
    express: '^5.0.0',
    'nestjs-cors-policy': `file:${tarball}`,
    'reflect-metadata': '^0.2.0',
    rxjs: '^7.8.0',
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'booted', private: true, dependencies }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: folder });
}

async function check({ nest, main, folder, platform, layer }) {
  const outcome = JSON.parse(await run(process.execPath, [main, platform, layer], { cwd: folder }));
  try {
    if (layer === 'none') {
      assert.deepEqual(outcome, { listens: true, status: 200, allowed: 'https://app.example' });
    } else {
      assert.deepEqual([outcome.listens, outcome.codes], [false, ['second-cors-layer']]);
    }
  } catch {
    console.log(`FAILED Nest ${nest}, ${platform}, ${layer}: ${JSON.stringify(outcome)}`);
    process.exitCode = 1;
  }
}

const root = await mkdtemp(join(tmpdir(), 'boot-'));
try {
  const tarball = await pack(root);
  const installed = nests.map((each, at) => ({ ...each, folder: join(root, `app-${at}`) }));
  await Promise.all(installed.map((each) => install(each, tarball, each.folder)));
  const queue = installed.flatMap((each) =>
    ['express', 'fastify'].flatMap((platform) =>
      Object.entries(layers)
        .filter(([, { only = platform }]) => only === platform)
        .map(([layer]) => ({ ...each, platform, layer })),
    ),
  );
  const count = queue.length;
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await check(next);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(`${count} apps started, each in its own process.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}

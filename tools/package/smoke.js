import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { run } from '../run.js';

/** Lists the apps: on the lowest Nest in the manifest and on the newest of each major, in the module form of that Nest. */
function applications(manifest) {
  const ranges = manifest.peerDependencies['@nestjs/core'].split('||').map((range) => range.trim());
  const lowest = ranges[0].replace('^', '');
  return [lowest, ...ranges].map((nest) => ({
    nest,
    type: Number(nest.replace('^', '').split('.')[0]) >= 12 ? 'module' : 'commonjs',
  }));
}

/** The script of an app. It loads both forms of the package into one process, and runs the app with the decorators of each. */
const main = `
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { exercise } from './consumer.js';

const required = createRequire(import.meta.url)('nestjs-cors-policy');
const imported = await import('nestjs-cors-policy');
assert.deepEqual(Object.keys(required).filter((name) => name !== '__esModule').sort(), Object.keys(imported).sort());
assert.notEqual(required.CorsModule, imported.CorsModule);
await exercise(required);
await exercise(imported);
`;

async function tryOut({ nest, type }, tarball, folder) {
  await mkdir(folder);
  await copyFile('test/package/consumer.ts', join(folder, 'consumer.ts'));
  await writeFile(join(folder, 'main.mjs'), main);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'consumer',
      private: true,
      type,
      dependencies: {
        '@nestjs/common': nest,
        '@nestjs/core': nest,
        '@nestjs/platform-express': nest,
        '@nestjs/platform-fastify': nest,
        '@types/node': '^20',
        'nestjs-cors-policy': `file:${tarball}`,
        'reflect-metadata': '^0.2.0',
        rxjs: '^7.8.0',
      },
    }),
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        skipLibCheck: true,
        types: ['node'],
      },
      files: ['consumer.ts'],
    }),
  );
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: folder });
  await run(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc')], { cwd: folder });
  await run(process.execPath, ['main.mjs'], { cwd: folder });
}

/** Installs the archive into small applications, type-checks them against it, and sends them preflights over HTTP. */
export async function smoke({ tarball, manifest }, folder) {
  const outcomes = await Promise.all(
    applications(manifest).map(async (application, at) => {
      try {
        await tryOut(application, tarball, resolve(folder, `consumer-${at}`));
        return [];
      } catch (error) {
        return [`Nest ${application.nest} (${application.type}): ${error.message}`];
      }
    }),
  );
  return outcomes.flat();
}

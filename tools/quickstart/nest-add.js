// Runs the schematic of the package by the command line of Nest, in a new app.
import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, script } from './follow.js';

const CALL = "app.enableCors({ origin: 'https://shop.example', credentials: true });";

/**
 * Runs `nest add` on an app with `enableCors()`: first without writing, then really, and once more. Builds the app, and restores
 * its sources. The package is installed already, because the registry does not have it.
 */
export async function nestAdd(manager, app) {
  const [source, saved] = [join(app, 'src'), join(app, '..', 'saved')];
  await cp(source, saved, { recursive: true });
  const read = (file) => readFile(join(source, file), 'utf8');
  const add = (...options) =>
    call(manager.exec, ['nest', 'add', 'nestjs-cors-policy', '--skip-install', ...options], app, manager.env);
  const created = (await read('main.ts')).replace(/(const app = await NestFactory\.create.*)\n/, `$1\n  ${CALL}\n`);
  assert.ok(created.includes(CALL));
  await writeFile(join(source, 'main.ts'), created);

  assert.match(await add('--dry-run'), /UPDATE\S* src\/app\.module\.ts/);
  assert.equal(await read('main.ts'), created);

  assert.match(await add(), /Replaced by the default policy of CorsModule\.forRoot\(\)/);
  const [main, module] = [await read('main.ts'), await read('app.module.ts')];
  assert.ok(!main.includes('enableCors'));
  assert.match(
    module,
    /CorsModule\.forRoot\(\{\s+defaultPolicy: \{\s+origin: 'https:\/\/shop\.example',\s+credentials: true/,
  );

  assert.match(await add(), /imports nestjs-cors-policy already/);
  assert.deepEqual([await read('main.ts'), await read('app.module.ts')], [main, module]);
  await script('build', manager, app);

  await rm(source, { recursive: true });
  await cp(saved, source, { recursive: true });
  await rm(saved, { recursive: true });
}

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from '../run.js';

const routes = {
  'PUT /orders/:id': { origin: ['TenantOrigins'], credentials: true },
  'GET /orders/purge': { origin: [], credentials: false },
  'GET /orders/catalog': { origin: ['https://partner.example', 'https://*.partner.example'], credentials: false },
};

/** Runs `routes` with the command of one copy of the package. Returns the policies of the app by route. */
async function listed(command, app, env, ...args) {
  const out = await run('node', [command, 'routes', 'dist/app.module.js', '--json', ...args], { cwd: app, env });
  const found = JSON.parse(out).routes.map(({ methods, path, policy }) => [`${methods.join()} ${path}`, policy]);
  return Object.fromEntries(found);
}

function assertRoutes(found, expected) {
  for (const [route, policy] of Object.entries(expected)) {
    assert.deepEqual(
      [route, found[route]?.origin, found[route]?.credentials],
      [route, policy.origin, policy.credentials],
    );
  }
}

/** Runs `routes`, `explain` and `check` of the installed command on the built app, and `routes --preview` of another copy. */
export async function askCommand(app, { env }) {
  const command = join(app, 'node_modules/nestjs-cors-policy/dist/esm/cli.js');
  assertRoutes(await listed(command, app, env), routes);
  const byName = { ...routes, 'GET /orders/catalog': { origin: ['CORS_ORIGINS'], credentials: false } };
  // npx may run another copy of the package. That copy lets the app's own copy start the app.
  assertRoutes(await listed(resolve('dist/esm/cli.js'), app, env, '--preview'), byName);
  const asked = ['--url', '/orders/1', '--method', 'PUT', '--origin', 'https://tenant.example', '--json'];
  const explained = await run('node', [command, 'explain', 'dist/app.module.js', ...asked], { cwd: app, env });
  const { verdict, route, preflight } = JSON.parse(explained);
  assert.deepEqual([verdict, route.path, preflight.status], ['allowed', '/orders/:id', 204]);
  const check = (...args) => run('node', [command, 'check', 'dist/app.module.js', ...args], { cwd: app, env });
  await check('--write');
  assert.match(await check(), /^No change\./);
  await rm(join(app, 'cors-policy.snapshot.json'));
}

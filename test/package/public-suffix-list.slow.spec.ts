import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtLibrary } from '../support/built-library.js';

const run = promisify(execFile);

/**
 * An app as users start it, in a Node process of its own: Jest loads modules in its own way. It prints whether the list
 * of public suffixes is loaded, before the app is created, when it listens, and after its requests.
 */
const SCRIPT = `
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Controller, Get, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';

const [platform, origin, expression] = process.argv.slice(1);
const { cache } = createRequire(import.meta.url);
const isLoaded = () => Object.keys(cache).some((file) => /[\\\\/]node_modules[\\\\/]tldts[\\\\/]/.test(file));

class Orders {
  list() { return []; }
  update() { return {}; }
}
for (const [method, name] of [[Get(), 'list'], [Put(':id'), 'update']]) {
  method(Orders.prototype, name, Object.getOwnPropertyDescriptor(Orders.prototype, name));
}
Controller('orders')(Orders);
CorsPolicy('app')(Orders);
class Tenants {
  isAllowed(asked) { return Promise.resolve(asked === 'https://tenant.example'); }
}
class TenantsModule {}
Module({ providers: [Tenants], exports: [Tenants] })(TenantsModule);
class AppModule {}
Module({
  imports: [
    CorsModule.forRootAsync({
      imports: [TenantsModule],
      useFactory: () => ({
        policies: { app: { origin: [origin, ...(expression ? [new RegExp(expression)] : []), Tenants], credentials: true } },
      }),
    }),
  ],
  controllers: [Orders],
})(AppModule);

const steps = [isLoaded()];
const adapter =
  platform === 'fastify' ? [new (await import('@nestjs/platform-fastify')).FastifyAdapter()] : [];
const app = await NestFactory.create(AppModule, ...adapter, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
steps.push(isLoaded());
const url = \`http://127.0.0.1:\${app.getHttpServer().address().port}/orders\`;
const allowed = [];
for (const asked of [
  ...['https://shop.example', 'https://a.shop.example', 'https://preview-1.example', 'https://tenant.example'],
  ...['https://stranger.github.io', 'https://co.uk', 'null', 'https://', 'http://[::1]:1'],
]) {
  const headers = { origin: asked };
  const preflight = { ...headers, 'access-control-request-method': 'PUT' };
  const answers = [await fetch(url, { headers }), await fetch(\`\${url}/1\`, { method: 'OPTIONS', headers: preflight })];
  if (answers.every((answer) => answer.headers.get('access-control-allow-origin') === asked)) {
    allowed.push(asked);
  }
}
steps.push(isLoaded());
await app.close();
console.log(JSON.stringify({ steps, allowed }));
`;

async function stepsOf(platform: string, ...origins: readonly string[]): Promise<unknown> {
  const args = ['--input-type=module', '--eval', SCRIPT, platform, ...origins];
  const { stdout } = await run(process.execPath, args, { cwd: process.cwd() });
  return JSON.parse(stdout);
}

beforeAll(() => builtLibrary(), 300_000);

describe.each(['express', 'fastify'])('the list of public suffixes (%s)', (platform) => {
  it('is not loaded by the import, the start or the requests of an app without patterns', async () => {
    expect(await stepsOf(platform, 'https://shop.example')).toEqual({
      steps: [false, false, false],
      allowed: ['https://shop.example', 'https://tenant.example'],
    });
  });

  it('is loaded when the app starts, to check a wildcard', async () => {
    expect(await stepsOf(platform, 'https://*.shop.example')).toEqual({
      steps: [false, true, true],
      allowed: ['https://a.shop.example', 'https://tenant.example'],
    });
  });

  it('is loaded when the app starts, to check a regular expression', async () => {
    expect(await stepsOf(platform, 'https://shop.example', String.raw`^https://preview-\d+\.example$`)).toEqual({
      steps: [false, true, true],
      allowed: ['https://shop.example', 'https://preview-1.example', 'https://tenant.example'],
    });
  });
});

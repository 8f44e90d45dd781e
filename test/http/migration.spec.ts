import { Controller, Get, type INestApplication, Put } from '@nestjs/common';
import type { CorsModuleOptions, CorsPolicyOptions } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, type PlatformName, startApp, type TestApp } from '../support/app.js';

/* The differences between `app.enableCors()` and the same options as `defaultPolicy`, as docs/migration.md lists them. */

const APP = 'https://app.example';
const EVIL = 'https://evil.example';

@Controller('orders')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }

  @Put(':id')
  update(): string {
    return 'updated';
  }
}

/** The requests that `app.use()` has seen. */
type Seen = string[];

interface Pair {
  readonly before: TestApp;
  readonly after: TestApp;
  readonly seen: { readonly before: Seen; readonly after: Seen };
}

const watch =
  (seen: Seen) =>
  (request: { method: string }, _response: object, next: () => void): void => {
    seen.push(request.method);
    next();
  };

/** Starts the same app twice: with `app.enableCors(options)`, and with this library. */
async function pair(
  platform: PlatformName,
  options: { origin: string | string[]; credentials?: boolean },
  cors: CorsModuleOptions = { defaultPolicy: options },
): Promise<Pair> {
  const seen = { before: [] as Seen, after: [] as Seen };
  const controllers = [OrdersController];
  const setUp = (app: INestApplication): void => {
    app.use(watch(seen.before));
    app.enableCors(options);
  };
  const before = await startApp({ cors: null, controllers, setUp }, platform);
  const after = await startApp({ cors, controllers, setUp: (app) => app.use(watch(seen.after)) }, platform);
  return { before, after, seen };
}

afterEach(closeApps);

describe.each(PLATFORMS)('moving from enableCors(), on %s', (platform) => {
  it('3.3: a preflight lists the methods of its path, and PUT is granted on Fastify too', async () => {
    const { before, after } = await pair(platform, { origin: [APP] });
    const methods = async (app: TestApp, path: string, method: string): Promise<unknown> =>
      corsHeaders(await app.preflight(path, { origin: APP, method }))['access-control-allow-methods'];

    expect(await methods(before, '/orders/1', 'PUT')).toBe(
      platform === 'express' ? 'GET,HEAD,PUT,PATCH,POST,DELETE' : 'GET,HEAD,POST',
    );
    expect(await methods(after, '/orders/1', 'PUT')).toBe('PUT');
    expect(await methods(after, '/orders', 'GET')).toBe('GET, HEAD');
  });

  it('3.3: a preflight for a path that no route serves is granted by defaultPolicy only', async () => {
    const { before, after } = await pair(platform, { origin: [APP] });
    const without = await startApp({ controllers: [OrdersController] }, platform);
    const asked = { origin: APP, method: 'GET' };

    expect((await before.preflight('/nowhere', asked)).status).toBe(204);
    expect((await after.preflight('/nowhere', asked)).status).toBe(204);
    expect((await without.preflight('/nowhere', asked)).status).toBe(404);
  });

  it.each([
    ['one origin', APP],
    ['a list', [APP, 'https://other.example']],
  ])(
    '3.5: a request without an Origin, and a refused one, get no Access-Control-* header under %s',
    async (_what, origin) => {
      const { before, after } = await pair(platform, { origin, credentials: true });

      expect(corsHeaders(await before.get('/orders', EVIL))).not.toEqual({});
      expect(corsHeaders(await before.get('/orders'))).not.toEqual({});
      for (const asked of [EVIL, undefined]) {
        const response = await after.get('/orders', asked);
        expect(corsHeaders(response)).toEqual({});
        expect(response.headers['vary']).toBe('Origin');
      }
      expect(corsHeaders(await after.get('/orders', APP))).toEqual(corsHeaders(await before.get('/orders', APP)));
    },
  );

  it('3.5: any request gets Access-Control-Allow-Origin: * as before', async () => {
    const { before, after } = await pair(platform, { origin: '*' });

    for (const asked of [APP, undefined]) {
      expect(corsHeaders(await after.get('/orders', asked))).toEqual(corsHeaders(await before.get('/orders', asked)));
    }
  });

  it('3.5: Vary is there for a single origin, which @fastify/cors leaves out', async () => {
    const { before, after } = await pair(platform, { origin: APP });

    expect((await before.get('/orders', APP)).headers['vary']).toBe(platform === 'express' ? 'Origin' : undefined);
    expect((await after.get('/orders', APP)).headers['vary']).toBe('Origin');
  });

  it('3.3: the 204 of a preflight has no Content-Length', async () => {
    const { before, after } = await pair(platform, { origin: [APP] });

    expect((await before.preflight('/orders/1', { origin: APP })).headers['content-length']).toBe('0');
    expect((await after.preflight('/orders/1', { origin: APP })).headers).not.toHaveProperty('content-length');
  });

  it('3.3: preflights never reach middleware', async () => {
    const { after, seen } = await pair(platform, { origin: [APP] });
    await after.preflight('/orders/1', { origin: APP });
    await after.preflight('/orders/1', { origin: EVIL });
    await after.get('/orders', APP);

    expect(seen.after).toEqual(['GET']);
  });

  it('3.3: OPTIONS that is not a preflight reaches the app, which answers 404', async () => {
    const { before, after, seen } = await pair(platform, { origin: [APP] });

    expect((await before.request('OPTIONS', '/orders')).status).toBe(platform === 'express' ? 204 : 400);
    expect((await after.request('OPTIONS', '/orders')).status).toBe(404);
    expect(seen.after).toEqual(['OPTIONS']);
  });

  it.each([
    ['an origin without a scheme', { origin: 'app.example' }, 'app.example'],
    ['a RegExp that is not anchored', { origin: /app\.example$/ }, 'anchor'],
    ['any origin with credentials', { origin: true, credentials: true }, 'any-origin-with-credentials'],
    ['an http: origin with credentials', { origin: 'http://shop.test', credentials: true }, 'allowInsecureOrigins'],
  ] satisfies [string, CorsPolicyOptions, string][])('3.7: startup rejects %s', async (_what, policy, says) => {
    await expect(startApp({ cors: { defaultPolicy: policy } }, platform)).rejects.toThrow(says);
  });

  it('3.7: a list of headers that was copied from the web starts, with a warning', async () => {
    const allowedHeaders = 'Origin, X-Requested-With, Content-Type, Accept';
    const { logs } = await startApp(
      { cors: { defaultPolicy: { origin: APP, allowedHeaders } }, controllers: [OrdersController] },
      platform,
    );

    expect(logs.filter((line) => line.startsWith('warn')).join('\n')).toContain('Origin');
  });
});

import { All, Controller, type INestApplication, Module, Post, Put, VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Express } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CorsInspector, CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, startApp, type TestApp } from '../support/app.js';

/* A grant from before routing is checked again for the handler that serves the request (rules 3.4 and 3.6). */

const PAGE = 'https://page.example';
const STRANGER = 'https://stranger.example';

type Middleware = (request: IncomingMessage & { url: string }, response: ServerResponse, next: () => void) => void;

const ran: string[] = [];

function instanceOf(app: INestApplication): Express {
  return app.getHttpAdapter().getInstance() as Express;
}

@Controller('admin')
class AdminController {
  @Post('purge')
  @NoCors()
  purge(): string {
    ran.push('purge');
    return 'purged';
  }
  @Post('open')
  open(): string {
    ran.push('open');
    return 'open';
  }
}

const cutVersion: Middleware = (request, _response, next) => {
  request.url = request.url.replace(/^\/v1\//, '/');
  next();
};

/** Middleware of an app that exempts trusted origins from its CSRF check. */
function csrf(app: INestApplication): Middleware {
  return (request, response, next) => {
    if (request.method !== 'GET' && !app.get(CorsInspector).isTrusted(request)) {
      response.writeHead(419).end();
      return;
    }
    next();
  };
}

const cors = { defaultPolicy: { origin: PAGE, credentials: true } };

beforeEach(() => ran.splice(0));
afterEach(closeApps);

describe('a request that is trusted before its route is known, on express', () => {
  const post = (app: TestApp, path: string) =>
    app.request('POST', path, { Origin: PAGE, Cookie: 'session=1', 'Content-Type': 'text/plain' });

  test('3.6: middleware that rewrites the address: a closed handler refuses', async () => {
    const app = await startApp({
      cors,
      controllers: [AdminController],
      setUp: (nest) => {
        nest.use(csrf(nest));
        nest.use(cutVersion);
      },
    });
    expect((await post(app, '/v1/admin/purge')).status).toBe(403);
    expect((await post(app, '/v1/admin/open')).text).toBe('open');
    expect((await post(app, '/admin/open')).text).toBe('open');
    expect(ran).toEqual(['open', 'open']);
  });

  test('3.6: a route of the app’s own that passes requests on: a closed handler refuses', async () => {
    const app = await startApp({
      cors,
      controllers: [AdminController],
      setUp: (nest) => {
        nest.use(csrf(nest));
        const instance = instanceOf(nest);
        instance.all('/*path', (_request, _response, next) => next());
      },
    });
    expect((await post(app, '/admin/purge')).status).toBe(403);
    expect((await post(app, '/admin/open')).text).toBe('open');
    expect(ran).toEqual(['open']);
  });

  test('3.6: middleware that rewrites the host: a closed handler of that host refuses', async () => {
    @Controller({ path: 'hosted', host: 'api.example' })
    class HostedController {
      @Post()
      @NoCors()
      post(): string {
        ran.push('hosted');
        return 'hosted';
      }
    }
    const app = await startApp({
      cors,
      controllers: [HostedController],
      setUp: (nest) => {
        nest.use(csrf(nest));
        nest.use(((request, _response, next) => {
          request.headers.host = 'api.example';
          next();
        }) satisfies Middleware);
      },
    });
    expect((await post(app, '/hosted')).status).toBe(403);
    expect(ran).toEqual([]);
  });

  test('3.6: a route of the app’s own behind an entry that does not trust refuses', async () => {
    const app = await startApp({
      cors: { ...cors, routes: [{ path: '/raw', policy: { origin: PAGE } }] },
      setUp: (nest) => {
        nest.use(csrf(nest));
        nest.use(cutVersion);
        instanceOf(nest).post('/raw', (_request, response) => {
          ran.push('raw');
          response.end('raw');
        });
      },
    });
    expect((await post(app, '/v1/raw')).status).toBe(403);
    expect(ran).toEqual([]);
  });
});

describe('requests that are rewritten to a path of an enforced entry, on express', () => {
  const enforced = { routes: [{ path: '/purge', policy: { origin: PAGE, enforce: true } }] };
  const ask = (app: TestApp, path: string, origin: string, extra = {}) =>
    app.request('POST', path, { Origin: origin, 'Content-Type': 'text/plain', ...extra });

  test.each<[string, (app: INestApplication) => void]>([
    ['a route', (nest) => instanceOf(nest).post('/purge', (_request, response) => void response.end('purged'))],
    [
      'mounted middleware',
      (nest) => nest.use('/purge', ((_request, response) => void response.end('purged')) satisfies Middleware),
    ],
    [
      'middleware for everything',
      (nest) =>
        nest.use(((request, response, next) =>
          request.url === '/purge' ? void response.end('purged') : next()) satisfies Middleware),
    ],
  ])('3.6: %s of the app’s own is checked against the entry', async (_what, serve) => {
    const app = await startApp({
      cors: enforced,
      setUp: (nest) => {
        nest.use(cutVersion);
        nest.use(((request, _response, next) => {
          request.method = (request.headers['x-method'] as string | undefined) ?? request.method;
          next();
        }) satisfies Middleware);
        serve(nest);
      },
    });
    expect((await ask(app, '/purge', PAGE)).text).toBe('purged');
    expect((await ask(app, '/v1/purge', PAGE)).text).toBe('purged');
    expect((await ask(app, '/purge', STRANGER)).status).toBe(403);
    expect((await ask(app, '/v1/purge', STRANGER)).status).toBe(403);
    const overridden = await app.request('PUT', '/v1/purge', { Origin: STRANGER, 'X-Method': 'POST' });
    expect(overridden.status).toBe(403);
  });

  test('3.3: with middleware that removes a prefix, the preflight is answered for the route behind it', async () => {
    @Controller('orders')
    @CorsPolicy({ origin: PAGE })
    class OrdersController {
      @Put(':id')
      put(): string {
        return 'put';
      }
    }
    const app = await startApp({
      controllers: [OrdersController],
      setUp: (nest) =>
        nest.use(((request, _response, next) => {
          request.url = request.url.replace(/^\/prod\//, '/');
          next();
        }) satisfies Middleware),
    });
    const preflight = await app.preflight('/prod/orders/1', { origin: PAGE });
    expect([preflight.status, corsHeaders(preflight)]).toEqual([
      204,
      { 'access-control-allow-origin': PAGE, 'access-control-allow-methods': 'PUT' },
    ]);
    expect((await app.preflight('/prod/nothing', { origin: PAGE })).status).toBe(404);
    const put = await app.request('PUT', '/prod/orders/1', { Origin: PAGE });
    expect([put.text, corsHeaders(put)]).toEqual(['put', { 'access-control-allow-origin': PAGE }]);
  });
});

describe('a Nest app that is mounted in a Nest app, on express', () => {
  @Controller()
  class InnerController {
    @Put('no')
    @NoCors()
    no(): string {
      ran.push('no');
      return 'no';
    }
    @All('yes')
    @CorsPolicy({ origin: PAGE, credentials: true })
    yes(): string {
      return 'yes';
    }
  }
  @Module({ imports: [CorsModule.forRoot()], controllers: [InnerController] })
  class InnerModule {}

  test('3.6: a request that the outer app allowed is refused if the route of the inner app does not allow it', async () => {
    const inner = await NestFactory.create(InnerModule, { logger: false });
    await inner.init();
    const app = await startApp({
      cors,
      setUp: (nest) => nest.use('/inner', instanceOf(inner)),
    });
    const put = (path: string) => app.request('PUT', path, { Origin: PAGE, Cookie: 'session=1' });
    expect((await app.preflight('/inner/no', { origin: PAGE })).headers['access-control-allow-origin']).toBe(PAGE);
    expect((await put('/inner/no')).status).toBe(403);
    expect((await put('/inner/yes')).text).toBe('yes');
    expect(ran).toEqual([]);
    await inner.close();
  });
});

describe('a preflight that another version may have granted, on express', () => {
  test('3.4: if middleware overrides the method, the policy of the reached handler has to grant it too', async () => {
    @Controller('things')
    class PlainController {
      @Put()
      @CorsPolicy({ origin: PAGE })
      put(): string {
        ran.push('put');
        return 'put';
      }
    }
    @Controller({ path: 'things', version: '1' })
    class VersionedController {
      @Post()
      @CorsPolicy({ origin: PAGE, credentials: true })
      post(): string {
        return 'posted';
      }
    }
    const app = await startApp({
      controllers: [PlainController, VersionedController],
      setUp: (nest) => {
        nest.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' });
        nest.use(((request, _response, next) => {
          request.method = (request.headers['x-method'] as string | undefined) ?? request.method;
          next();
        }) satisfies Middleware);
      },
    });
    const granted = await app.preflight('/things', { origin: PAGE, method: 'POST', headers: 'x-method' });
    expect(corsHeaders(granted)).toMatchObject({ 'access-control-allow-credentials': 'true' });
    const post = (headers: Record<string, string>) =>
      app.request('POST', '/things', { Origin: PAGE, 'X-Method': 'PUT', ...headers });
    expect((await post({ Cookie: 'session=1' })).status).toBe(403);
    expect(ran).toEqual([]);
    expect((await post({})).text).toBe('put');
  });
});

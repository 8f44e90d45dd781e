import { All, Controller, Get, Head, type INestApplication, Post, Put, Version, VERSION_NEUTRAL } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, startApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';
import { NEST } from '../support/nest.js';
import { BY_HEADER } from '../support/versions.js';

/* Cases that the fuzz test in test/fuzz has found, one for each rule. */

const APP = 'https://app.example';
const named = (name: string): { origin: string; exposedHeaders: string[]; maxAge: number } => ({
  origin: APP,
  exposedHeaders: [`X-${name}`],
  maxAge: name.charCodeAt(0),
});
const exposing = (name: string): Record<string, string> => ({
  'access-control-allow-origin': APP,
  'access-control-expose-headers': `X-${name}`,
});
const byHeader = (app: INestApplication): unknown => app.enableVersioning(BY_HEADER);

afterEach(closeApps);

describe('routes are found as the platform finds them', () => {
  test('2.4: a route registered on Fastify after the app was initialised is decided by its entry', async () => {
    @CorsPolicy(named('H'))
    @Controller('files')
    class FilesController {
      @Get(':name')
      get(): string {
        return 'handler';
      }
    }
    const app = await startApp(
      {
        cors: { routes: [{ path: '/files/raw', policy: named('E') }], defaultPolicy: named('D') },
        controllers: [FilesController],
        initialised: (nest) => {
          const instance = nest.getHttpAdapter().getInstance() as FastifyInstance;
          instance.get('/files/raw', () => 'raw');
          instance.get('/other', () => 'raw');
        },
      },
      'fastify',
    );

    expect(corsHeaders(await app.get('/files/raw', APP))).toEqual(exposing('E'));
    expect(corsHeaders(await app.get('/other', APP))).toEqual(exposing('D'));
    expect(corsHeaders(await app.get('/files/one', APP))).toEqual(exposing('H'));
    const preflight = await app.preflight('/files/raw', { origin: APP, method: 'GET' });
    expect(preflight.headers['access-control-max-age']).toBe(String('E'.charCodeAt(0)));
  });

  test('3.3: an empty parameter on Fastify is a 404 of Nest 12, and is served by a route of the app', async () => {
    @Controller('items')
    @CorsPolicy(named('H'))
    class ItemsController {
      @Get(':id')
      get(): string {
        return 'handler';
      }
    }
    const app = await startApp(
      {
        cors: { defaultPolicy: named('D') },
        controllers: [ItemsController],
        initialised: (nest) => {
          (nest.getHttpAdapter().getInstance() as FastifyInstance).get('/raw/:p', () => 'raw');
        },
      },
      'fastify',
    );
    const methods = async (path: string): Promise<string | undefined> =>
      (await app.preflight(path, { origin: APP, method: 'GET' })).headers['access-control-allow-methods'];

    const refused = await app.get('/items/', APP);
    expect([refused.status, corsHeaders(refused)]).toEqual([404, exposing('D')]);
    expect(await methods('/items/')).toBe('GET');
    expect((await app.get('/raw/', APP)).text).toBe('raw');
    expect(await methods('/raw/')).toBe('GET, HEAD');
  });

  test('3.4: routes that differ only in a constraint of Fastify each have their own policy', async () => {
    @Controller('items')
    class ItemsController {
      @Put()
      @RouteConstraints({ host: 'one.test' })
      @CorsPolicy(named('A'))
      one(): string {
        return 'one';
      }
      @Put()
      @RouteConstraints({ host: 'two.test' })
      @NoCors()
      two(): string {
        return 'two';
      }
    }
    const app = await startApp({ controllers: [ItemsController] }, 'fastify');
    const put = async (host: string): Promise<unknown[]> => {
      const response = await app.request('PUT', '/items', { Origin: APP, Host: host });
      return [response.status, corsHeaders(response)];
    };

    expect(await put('one.test')).toEqual([200, exposing('A')]);
    expect(await put('two.test')).toEqual([403, {}]);
  });

  test('3.4: a preflight granted for a passing route on Express does not override the handler behind it', async () => {
    const OTHER = 'https://other.example';
    @Controller()
    class ItemsController {
      @Put('own')
      @CorsPolicy(named('H'))
      own(): string {
        return 'own';
      }
      @Put('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }
    const app = await startApp(
      {
        cors: { defaultPolicy: { ...named('D'), origin: [APP, OTHER] } },
        controllers: [ItemsController],
        setUp: (nest) => {
          const instance = nest.getHttpAdapter().getInstance() as Express;
          instance.all('/*path', (_request, _response, next) => next());
        },
      },
      'express',
    );
    const put = async (path: string, origin?: string): Promise<unknown[]> => {
      const response = await app.request('PUT', path, origin === undefined ? {} : { Origin: origin });
      return [response.status, corsHeaders(response)];
    };

    expect((await app.preflight('/closed', { origin: APP, method: 'PUT' })).headers['access-control-max-age']).toBe(
      '68',
    );
    expect(await put('/closed', APP)).toEqual([403, {}]);
    expect(await put('/own', OTHER)).toEqual([403, {}]);
    expect(await put('/own', APP)).toEqual([200, exposing('H')]);
    // The browser blocks a request without a granted preflight, so the server does not refuse it. A request without
    // `Origin` needs no preflight.
    expect(await put('/own', 'https://third.example')).toEqual([200, {}]);
    expect(await put('/closed')).toEqual([200, {}]);
  });

  test('3.3: a preflight lists the methods of a route registered on Fastify after the app was initialised', async () => {
    const app = await startApp(
      {
        cors: { defaultPolicy: named('D') },
        initialised: (nest) => {
          const instance = nest.getHttpAdapter().getInstance() as FastifyInstance;
          instance.get('/raw', () => 'raw');
          instance.put('/raw', () => 'raw');
        },
      },
      'fastify',
    );

    const preflight = await app.preflight('/raw', { origin: APP, method: 'GET' });
    expect(preflight.headers['access-control-allow-methods']).toBe('GET, HEAD, PUT');
  });

  test('3.2: an inherited handler on an optional group has the policy of the controller that serves it', async () => {
    class Base {
      @Get('{/:id}')
      get(): string {
        return 'got';
      }
    }
    @CorsPolicy(named('A'))
    @Controller()
    class RootController extends Base {}
    @CorsPolicy(named('B'))
    @Controller('b')
    class OtherController extends Base {}
    const app = await startApp({ controllers: [OtherController, RootController] }, 'express');

    expect(corsHeaders(await app.get('/b', APP))).toEqual(exposing('B'));
    expect(corsHeaders(await app.get('/b/1', APP))).toEqual(exposing('B'));
    expect(corsHeaders(await app.get('/1', APP))).toEqual(exposing('A'));
  });

  test.each(['express', 'fastify'] as const)(
    '3.4 on %s: a request whose version no route has is a 404, not a refusal',
    async (platform) => {
      @Controller('items')
      class ItemsController {
        @Get()
        @Version('1')
        @CorsPolicy(named('A'))
        one(): string {
          return 'one';
        }
        @Get()
        @Version('2')
        @NoCors()
        two(): string {
          return 'two';
        }
      }
      const app = await startApp({ controllers: [ItemsController], setUp: byHeader }, platform);

      const status = async (version: string): Promise<number> =>
        (await app.get('/items', APP, { 'X-Version': version })).status;
      expect(await Promise.all(['1', '2', '3'].map(status))).toEqual([200, 403, 404]);
    },
  );

  test('3.4 on Express: a route whose versions are all taken by an earlier one does not affect a preflight', async () => {
    @Controller('items')
    class ItemsController {
      @Get(':id')
      @Version(['1', '2'])
      @NoCors()
      first(): string {
        return 'first';
      }
      @Get('never')
      @Version('2')
      @CorsPolicy(named('A'))
      never(): string {
        return 'never';
      }
    }
    const app = await startApp({ controllers: [ItemsController], setUp: byHeader }, 'express');

    expect(corsHeaders(await app.preflight('/items/never', { origin: APP, method: 'GET' }))).toEqual({});
    const served = await app.get('/items/never', APP, { 'X-Version': '2' });
    expect([served.status, served.text, corsHeaders(served)]).toEqual([200, 'first', {}]);
  });

  test('3.4 on Fastify: of two routes of one path and version, the last one serves and decides', async () => {
    @Controller('items')
    class ItemsController {
      @Get()
      @Version('1')
      @CorsPolicy(named('A'))
      first(): string {
        return 'first';
      }
      @Get()
      @Version(['1', VERSION_NEUTRAL])
      @CorsPolicy(named('B'))
      last(): string {
        return 'last';
      }
      @Get(':id')
      @Version('1')
      @CorsPolicy(named('C'))
      item(): string {
        return 'item';
      }
      @Post()
      @CorsPolicy(named('D'))
      add(): string {
        return 'added';
      }
    }
    const app = await startApp({ controllers: [ItemsController], setUp: byHeader }, 'fastify');

    const preflight = await app.preflight('/items', { origin: APP, method: 'GET' });
    expect(preflight.headers['access-control-max-age']).toBe(String('B'.charCodeAt(0)));
    const served = await app.get('/items', APP, { 'X-Version': '1' });
    expect([served.text, corsHeaders(served)]).toEqual(['last', exposing('B')]);
  });

  test('3.5: a target on Fastify that is not a path is a 404 under the default policy', async () => {
    @CorsPolicy(named('A'))
    @Controller('orders')
    class OrdersController {
      @Get()
      list(): string {
        return 'orders';
      }
    }
    const app = await startApp({ cors: { defaultPolicy: named('D') }, controllers: [OrdersController] }, 'fastify');

    const answer = async (target: string): Promise<unknown> => {
      const { status, cors } = await rawRequest(app.port, `GET ${target} HTTP/1.1`, [`Origin: ${APP}`]);
      return [status, cors()];
    };
    expect(await answer('/orders')).toEqual([200, exposing('A')]);
    expect(await answer('http://127.0.0.1/orders')).toEqual([200, exposing('A')]);
    // find-my-way refuses this target since 9.10.2, and Fastify answers before any hook.
    expect([
      [404, exposing('D')],
      [400, {}],
    ]).toContainEqual(await answer('*orders'));
    // Fastify in Nest 11 reads the path after the query.
    expect(await answer('http://127.0.0.1?a/orders')).toEqual(NEST < 12 ? [200, exposing('A')] : [404, exposing('D')]);
  });

  test('3.2: @All() on Fastify with Nest 11, which shows only the path of such a route, keeps its policy', async () => {
    @CorsPolicy(named('A'))
    @Controller('things')
    class ThingsController {
      @All([':id', 'none'])
      any(): string {
        return 'any';
      }
    }
    @CorsPolicy(named('B'))
    @Controller('excluded')
    class ExcludedController {
      @All(':id/all')
      any(): string {
        return 'excluded';
      }
    }
    const app = await startApp(
      {
        cors: { defaultPolicy: named('D') },
        controllers: [ThingsController, ExcludedController],
        setUp: (nest) => {
          nest.setGlobalPrefix('api', { exclude: ['excluded/*path'] });
          const adapter = nest.getHttpAdapter();
          const instance = adapter.getInstance() as FastifyInstance;
          type Handler = (request: unknown, reply: unknown) => unknown;
          Object.assign(adapter, {
            all: (path: string, handler: Handler) => instance.all(path, (request, reply) => handler(request, reply)),
          });
          instance.all('/things/:id', () => 'raw');
        },
      },
      'fastify',
    );

    expect(corsHeaders(await app.get('/api/things/1', APP))).toEqual(exposing('A'));
    expect(corsHeaders(await app.get('/api/things/none', APP))).toEqual(exposing('A'));
    expect(corsHeaders(await app.get('/excluded/1/all', APP))).toEqual(exposing('B'));
    expect(corsHeaders(await app.get('/things/1', APP))).toEqual(exposing('D'));
    const preflight = await app.preflight('/api/things/1', { origin: APP, method: 'PUT' });
    expect(preflight.headers['access-control-max-age']).toBe(String('A'.charCodeAt(0)));
  });

  test('3.3: an existing HEAD is kept when Fastify adds one beside a GET', async () => {
    @Controller()
    class HeadController {
      @Head()
      @CorsPolicy(named('H'))
      head(): void {}
      @Get(':id?')
      @CorsPolicy(named('G'))
      get(): string {
        return 'got';
      }
    }
    const app = await startApp({ controllers: [HeadController] }, 'fastify');

    const maxAge = async (path: string, method: string): Promise<unknown> =>
      (await app.preflight(path, { origin: APP, method })).headers['access-control-max-age'];
    expect(corsHeaders(await app.request('HEAD', '/', { Origin: APP }))).toEqual(exposing('H'));
    expect(await maxAge('/', 'HEAD')).toBe(String('H'.charCodeAt(0)));
    expect(await maxAge('/1', 'HEAD')).toBe(String('G'.charCodeAt(0)));
    expect(await maxAge('/', 'GET')).toBe(String('G'.charCodeAt(0)));
  });
});

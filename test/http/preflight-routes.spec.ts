import {
  All,
  Controller,
  Delete,
  Get,
  Head,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  Param,
  Post,
  Put,
  RequestMethod,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import express, { type NextFunction, type Request, type Response } from 'express';
import request from 'supertest';
import {
  type CorsContext,
  CorsModule,
  CorsPolicy,
  type CorsPolicyOptions,
  type OriginAllowlist,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

/* 3.3: the route of a preflight is the one that the real request would reach. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

/** A policy that tells itself by its answers: by `maxAge` in a preflight, by what it exposes in a response. */
const names: string[] = [];
function named(name: string): CorsPolicyOptions {
  names.push(name);
  return { origin: APP, maxAge: names.length - 1, exposedHeaders: [`X-${name}`] };
}
const nameOf = (maxAge: string | undefined): string | undefined =>
  maxAge === undefined ? undefined : names[Number(maxAge)];

/** Whose handler answers, whose policy its response stands under, and whose policy a preflight for it was answered by. */
async function reached(app: TestApp, method: string, target: string, headers: Record<string, string> = {}) {
  const fields = Object.entries({ Origin: APP, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const actual = await rawRequest(app.port, `${method} ${target} HTTP/1.1`, fields);
  const asked = [...fields, `Access-Control-Request-Method: ${method}`];
  const preflight = await rawRequest(app.port, `OPTIONS ${target} HTTP/1.1`, asked);
  return {
    handler: actual.status === 200 && method !== 'HEAD' ? actual.body : actual.status,
    response: actual.cors()['access-control-expose-headers']?.slice(2),
    preflight: nameOf(preflight.cors()['access-control-max-age']),
  };
}
const by = (name: string) => ({ handler: name, response: name, preflight: name });
const nobody = (status = 404) => ({ handler: status, response: undefined, preflight: undefined });

afterEach(closeApps);

@Controller()
class OverlappingController {
  @Get('users/me')
  @CorsPolicy(named('before'))
  before(): string {
    return 'before';
  }
  @Get('users/:id')
  @CorsPolicy(named('parameter'))
  parameter(@Param('id') _id: string): string {
    return 'parameter';
  }
  @Get('users/:id/posts/:post')
  @CorsPolicy(named('nested'))
  nested(): string {
    return 'nested';
  }
  @Get('files/*')
  @CorsPolicy(named('wildcard'))
  wildcard(): string {
    return 'wildcard';
  }
  @Get(['first', 'second'])
  @CorsPolicy(named('several'))
  several(): string {
    return 'several';
  }
  @Get('dots.json')
  @CorsPolicy(named('dots'))
  dots(): string {
    return 'dots';
  }
}

@Controller(['cats', 'dogs/big'])
@CorsPolicy(named('animals'))
class AnimalsController {
  @Get(['list', 'all'])
  list(): string {
    return 'animals';
  }
}

describe.each(PLATFORMS)('3.3, the route of a preflight, on %s', (platform) => {
  test.each([
    ['/users/me', 'before'],
    ['/users/7', 'parameter'],
    ['/users/me2', 'parameter'],
    ['/users/%6De', platform === 'express' ? 'parameter' : 'before'],
    ['/users/a%2Fb', 'parameter'],
    ['/users/me?x=/users/7', 'before'],
    ['/users/7/posts/8', 'nested'],
    ['/users/7/posts', undefined],
    ['/users', undefined],
    ['/files/a', 'wildcard'],
    ['/files/a/b/c.txt', 'wildcard'],
    ['/files/../users/me', 'wildcard'],
    ['/first', 'several'],
    ['/second', 'several'],
    ['/third', undefined],
    ['/cats/list', 'animals'],
    ['/dogs/big/all', 'animals'],
    ['/dogs/list', undefined],
    ['/dots.json', 'dots'],
    ['/dotsXjson', undefined],
    ['/./first', undefined],
    ['/x/../first', undefined],
  ])('3.3: %s is served by %s, to a preflight too', async (target, name) => {
    const app = await startApp({ controllers: [OverlappingController, AnimalsController] }, platform);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? nobody() : by(name));
  });

  test.each([
    '/users/me/',
    '/users//me',
    '//users/me',
    '/users/me//',
    '/USERS/me',
    '/users/%ZZ',
    '/files/',
    '/files/%ZZ',
    '/users/a%00b',
  ])('3.3: %s stands under the policy of whatever serves it, and of nothing else', async (target) => {
    const app = await startApp({ controllers: [OverlappingController] }, platform);
    const { handler, response, preflight } = await reached(app, 'GET', target);
    // A parameter that cannot be decoded is a 400 of the platform; whether it belongs to a route is the platform's affair.
    expect([200, 404, 400]).toContain(typeof handler === 'string' ? 200 : handler);
    if (typeof handler === 'string') {
      expect({ response, preflight }).toEqual({ response: handler, preflight: handler });
    } else if (handler === 404) {
      expect({ response, preflight }).toEqual({ response: undefined, preflight: undefined });
    }
  });

  test('3.3: the order of declaration decides where the platform lets it', async () => {
    @Controller('o')
    class OrderedController {
      @Get(':any')
      @CorsPolicy(named('general'))
      general(): string {
        return 'general';
      }
      @Get('special')
      @CorsPolicy(named('special'))
      special(): string {
        return 'special';
      }
    }
    const app = await startApp({ controllers: [OrderedController] }, platform);
    expect(await reached(app, 'GET', '/o/special')).toEqual(by(platform === 'express' ? 'general' : 'special'));
  });

  test('3.3: one method of a path does not answer for another', async () => {
    @Controller('m')
    class MethodsController {
      @Put(':id')
      @CorsPolicy(named('put'))
      put(): string {
        return 'put';
      }
      @Delete('7')
      @CorsPolicy(named('delete'))
      delete(): string {
        return 'delete';
      }
    }
    const app = await startApp({ controllers: [MethodsController] }, platform);
    expect(await reached(app, 'PUT', '/m/7')).toEqual(by('put'));
    expect(await reached(app, 'DELETE', '/m/7')).toEqual(by('delete'));
    expect(await reached(app, 'DELETE', '/m/8')).toEqual(nobody());
    expect(await reached(app, 'PATCH', '/m/7')).toEqual(nobody());
    const { 'access-control-allow-methods': methods } = corsHeaders(await app.preflight('/m/7', { origin: APP }));
    expect(methods).toBe('PUT, DELETE');
  });

  test('3.3: HEAD goes to a HEAD of its own, before it goes to GET', async () => {
    @Controller('h')
    class HeadController {
      @Head()
      @CorsPolicy(named('head'))
      head(): void {}
      @Get()
      @CorsPolicy(named('get'))
      get(): string {
        return 'get';
      }
      @Get('only')
      @CorsPolicy(named('only'))
      only(): string {
        return 'only';
      }
      @Post('none')
      @CorsPolicy(named('post'))
      post(): void {}
    }
    const app = await startApp({ controllers: [HeadController] }, platform);
    expect(await reached(app, 'HEAD', '/h')).toEqual({ handler: 200, response: 'head', preflight: 'head' });
    expect(await reached(app, 'HEAD', '/h/only')).toEqual({ handler: 200, response: 'only', preflight: 'only' });
    expect(await reached(app, 'HEAD', '/h/none')).toEqual(nobody());
  });

  test('3.3: a host filter tells controllers apart, also by parameters', async () => {
    @Controller({ path: 'site', host: 'admin.example.com' })
    @CorsPolicy(named('admin'))
    class AdminController {
      @Get('a')
      get(): string {
        return 'admin';
      }
    }
    @Controller({ path: 'site', host: [':tenant.example.com', /^10\.0\.0\.\d+$/] })
    @CorsPolicy(named('tenant'))
    class TenantController {
      @Get('t')
      get(): string {
        return 'tenant';
      }
    }
    const app = await startApp({ controllers: [AdminController, TenantController] }, platform);
    expect(await reached(app, 'GET', '/site/a', { Host: 'admin.example.com' })).toEqual(by('admin'));
    expect(await reached(app, 'GET', '/site/a', { Host: 'ADMIN.example.com:8080' })).toEqual(by('admin'));
    expect(await reached(app, 'GET', '/site/a', { Host: 'shop.example.com' })).toEqual(nobody());
    expect(await reached(app, 'GET', '/site/t', { Host: 'shop.example.com:8080' })).toEqual(by('tenant'));
    expect(await reached(app, 'GET', '/site/t', { Host: '10.0.0.9' })).toEqual(by('tenant'));
    expect(await reached(app, 'GET', '/site/t', { Host: 'example.com' })).toEqual(nobody());
    expect(await reached(app, 'GET', '/site/t', { Host: 'shop.example.com.evil.test' })).toEqual(nobody());
  });

  test('3.3: a global prefix, its exclusions, and the paths that RouterModule gives', async () => {
    @Controller('health')
    @CorsPolicy(named('health'))
    class HealthController {
      @Get()
      get(): string {
        return 'health';
      }
      @Post()
      post(): string {
        return 'health';
      }
    }
    @Controller('users')
    @CorsPolicy(named('users'))
    class UsersController {
      @Get(':id')
      get(): string {
        return 'users';
      }
    }
    @Module({ controllers: [UsersController] })
    class UsersModule {}
    const app = await startApp(
      {
        controllers: [HealthController],
        imports: [
          UsersModule,
          RouterModule.register([{ path: 'admin', children: [{ path: 'v/:tenant', module: UsersModule }] }]),
        ],
        setUp: (nest) => nest.setGlobalPrefix('api', { exclude: [{ path: 'health', method: RequestMethod.GET }] }),
      },
      platform,
    );
    expect(await reached(app, 'GET', '/health')).toEqual(by('health'));
    expect(await reached(app, 'GET', '/api/health')).toEqual(nobody());
    expect(await reached(app, 'POST', '/api/health')).toEqual({
      handler: 201,
      response: 'health',
      preflight: 'health',
    });
    expect(await reached(app, 'POST', '/health')).toEqual(nobody());
    expect(await reached(app, 'GET', '/api/admin/v/one/users/7')).toEqual(by('users'));
    expect(await reached(app, 'GET', '/api/users/7')).toEqual(nobody());
    const { 'access-control-allow-methods': methods } = corsHeaders(
      await app.preflight('/health', { origin: APP, method: 'GET' }),
    );
    expect(methods).toBe('GET, HEAD');
  });

  test('3.3: under a default policy too a path that is excluded from the prefix has no methods but its own', async () => {
    @Controller('health')
    class HealthController {
      @Get()
      get(): string {
        return 'health';
      }
    }
    const app = await startApp(
      {
        cors: { defaultPolicy: { origin: APP } },
        controllers: [HealthController],
        setUp: (nest) => nest.setGlobalPrefix('api', { exclude: ['health'] }),
      },
      platform,
    );
    expect(corsHeaders(await app.preflight('/health', { origin: APP, method: 'GET' }))).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, HEAD',
    });
  });

  test('3.3: URI versions of one handler, several at once and with a prefix of their own', async () => {
    @Controller({ path: 'items', version: ['1', '2'] })
    @CorsPolicy(named('old'))
    class OldController {
      @Get()
      get(): string {
        return 'old';
      }
    }
    @Controller({ path: 'items', version: '3' })
    @CorsPolicy(named('new'))
    class NewController {
      @Get()
      get(): string {
        return 'new';
      }
    }
    const app = await startApp(
      {
        controllers: [OldController, NewController],
        setUp: (nest) => nest.enableVersioning({ type: VersioningType.URI, prefix: 'rev-' }),
      },
      platform,
    );
    expect(await reached(app, 'GET', '/rev-1/items')).toEqual(by('old'));
    expect(await reached(app, 'GET', '/rev-2/items')).toEqual(by('old'));
    expect(await reached(app, 'GET', '/rev-3/items')).toEqual(by('new'));
    expect(await reached(app, 'GET', '/rev-4/items')).toEqual(nobody());
    expect(await reached(app, 'GET', '/items')).toEqual(nobody());
  });

  test.each([
    ['a controller', (consumer: MiddlewareConsumer) => consumer.apply(CountingMiddleware).forRoutes(MiddledController)],
    [
      'a path and method',
      (consumer: MiddlewareConsumer) =>
        consumer.apply(CountingMiddleware).forRoutes({ path: 'middled/:id', method: RequestMethod.PUT }),
    ],
    ['a path', (consumer: MiddlewareConsumer) => consumer.apply(CountingMiddleware).forRoutes('middled/:id')],
    ['everything', (consumer: MiddlewareConsumer) => consumer.apply(CountingMiddleware).forRoutes('{*path}')],
  ])('3.3: middleware for %s takes no route from its handler, and no preflight reaches it', async (_title, apply) => {
    @Module({ controllers: [MiddledController] })
    class MiddledModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        apply(consumer);
      }
    }
    runs = 0;
    const app = await startApp({ imports: [MiddledModule] }, platform);
    const preflight = await app.preflight('/middled/7', { origin: APP, method: 'PUT' });
    expect([preflight.status, nameOf(corsHeaders(preflight)['access-control-max-age'])]).toEqual([204, 'middled']);
    expect(runs).toBe(0);
    const actual = await app.request('PUT', '/middled/7', { Origin: APP });
    expect([actual.text, corsHeaders(actual)['access-control-expose-headers']]).toEqual(['middled', 'X-middled']);
    expect(runs).toBe(1);
  });

  test('4: what a provider is told about a preflight is what it will be told about the request', async () => {
    const told: Partial<CorsContext>[] = [];
    @Injectable()
    class Told implements OriginAllowlist {
      isAllowed(origin: string, context: CorsContext): boolean {
        const { method, url, hostname, params, route, preflight } = context;
        told.push({ origin, method, url, hostname, params: { ...params }, route, preflight });
        return context.params['tenant'] === 'one';
      }
    }
    @Controller('t')
    class TenantController {
      @Put(':tenant/x')
      @CorsPolicy({ origin: Told })
      put(): string {
        return 'put';
      }
    }
    const app = await startApp({ controllers: [TenantController], providers: [Told] }, platform);
    expect(corsHeaders(await app.preflight('/t/one/x?y', { origin: APP }))).toMatchObject({
      'access-control-allow-methods': 'PUT',
    });
    expect(corsHeaders(await app.request('PUT', '/t/one/x?y', { Origin: APP }))).toEqual({
      'access-control-allow-origin': APP,
    });
    const about = {
      origin: APP,
      method: 'PUT',
      url: '/t/one/x?y',
      hostname: '127.0.0.1',
      params: { tenant: 'one' },
      route: expect.objectContaining({ name: 'TenantController.put', methods: ['PUT'] }) as unknown,
    };
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(0)).toEqual({ ...about, preflight: true });
    expect(told.at(-1)).toEqual({ ...about, preflight: false });
    expect(corsHeaders(await app.preflight('/t/two/x', { origin: APP }))).toEqual({});
    expect(corsHeaders(await app.request('PUT', '/t/two/x', { Origin: APP }))).toEqual({});
  });

  test('4: a controller that two modules serve is told its parameters in both', async () => {
    const answers = (_origin: string, { params }: CorsContext): boolean => params['tenant'] === 'one';
    @Controller(':tenant')
    class SharedController {
      @Get('x')
      @CorsPolicy({ origin: answers })
      get(): string {
        return 'shared';
      }
    }
    @Module({ controllers: [SharedController] })
    class FirstModule {}
    @Module({ controllers: [SharedController] })
    class SecondModule {}
    const app = await startApp(
      {
        imports: [
          FirstModule,
          SecondModule,
          RouterModule.register([
            { path: 'first', module: FirstModule },
            { path: 'second', module: SecondModule },
          ]),
        ],
      },
      platform,
    );
    for (const mount of ['first', 'second']) {
      const granted = { 'access-control-allow-origin': APP };
      expect([mount, corsHeaders(await app.get(`/${mount}/one/x`, APP))]).toEqual([mount, granted]);
      expect([mount, corsHeaders(await app.get(`/${mount}/two/x`, APP))]).toEqual([mount, {}]);
    }
  });
});

let runs = 0;

@Injectable()
class CountingMiddleware implements NestMiddleware {
  use(_request: unknown, _response: unknown, next: () => void): void {
    runs++;
    next();
  }
}

@Controller('middled')
@CorsPolicy(named('middled'))
class MiddledController {
  @Put(':id')
  put(): string {
    return 'middled';
  }
  @Get()
  get(): string {
    return 'middled';
  }
}

describe.each(PLATFORMS)('3.2 and 3.3, one inherited handler, on %s', (platform) => {
  class Base {
    @Get(['', 'by/:id'])
    get(): string {
      return 'inherited';
    }
    @All('all/:id')
    all(): string {
      return 'inherited';
    }
  }
  const inherited = (name: string) => ({ handler: 'inherited', response: name, preflight: name });

  test('3.3: several controllers on paths of their own, in modules that RouterModule mounts, with prefix and exclusion', async () => {
    @Controller(['a', 'aa'])
    @CorsPolicy(named('inherits-a'))
    class AController extends Base {}
    @Controller('b')
    @CorsPolicy(named('inherits-b'))
    class BController extends Base {}
    @Controller('b')
    @CorsPolicy(named('mounted-b'))
    class MountedController extends Base {}
    @Module({ controllers: [MountedController] })
    class MountedModule {}
    const app = await startApp(
      {
        controllers: [AController, BController],
        imports: [MountedModule, RouterModule.register([{ path: 'm', module: MountedModule }])],
        setUp: (nest) => nest.setGlobalPrefix('api', { exclude: ['b', 'b/*path'] }),
      },
      platform,
    );
    expect(await reached(app, 'GET', '/api/a')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'GET', '/api/aa/by/1')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'PUT', '/api/aa/all/1')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'GET', '/b')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'GET', '/b/by/1')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'DELETE', '/b/all/1')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'GET', '/api/m/b')).toEqual(inherited('mounted-b'));
    expect(await reached(app, 'GET', '/api/m/b/by/1')).toEqual(inherited('mounted-b'));
    expect(await reached(app, 'GET', '/api/b')).toEqual(nobody());
  });

  test('3.3: several controllers that only a URI version tells apart, one of them neutral', async () => {
    @Controller({ path: 'x', version: ['1', VERSION_NEUTRAL] })
    @CorsPolicy(named('inherits-1'))
    class FirstController extends Base {}
    @Controller({ path: 'x', version: '2' })
    @CorsPolicy(named('inherits-2'))
    class SecondController extends Base {}
    const app = await startApp(
      {
        controllers: [FirstController, SecondController],
        setUp: (nest) => nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
      },
      platform,
    );
    for (const [prefix, name] of [
      ['/api/v1', 'inherits-1'],
      ['/api', 'inherits-1'],
      ['/api/v2', 'inherits-2'],
    ] as const) {
      expect(await reached(app, 'GET', `${prefix}/x`)).toEqual(inherited(name));
      expect(await reached(app, 'GET', `${prefix}/x/by/1`)).toEqual(inherited(name));
      expect(await reached(app, 'PATCH', `${prefix}/x/all/1`)).toEqual(inherited(name));
    }
  });

  test('3.3: several controllers that only a version in a header tells apart', async () => {
    @Controller({ path: 'x', version: '1' })
    @CorsPolicy(named('header-1'))
    class FirstController extends Base {}
    @Controller({ path: 'x', version: ['2', '3'] })
    @CorsPolicy({ ...named('header-2'), origin: STRANGER })
    class SecondController extends Base {}
    const app = await startApp(
      {
        controllers: [FirstController, SecondController],
        setUp: (nest) => nest.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
      },
      platform,
    );
    for (const target of ['/x', '/x/by/1', '/x/all/1']) {
      const get = async (origin: string, version: string) => {
        const response = await app.get(target, origin, { 'X-Version': version });
        return response.status === 200 ? corsHeaders(response)['access-control-expose-headers'] : response.status;
      };
      expect(await get(APP, '1')).toBe('X-header-1');
      expect(await get(STRANGER, '2')).toBe('X-header-2');
      expect(await get(STRANGER, '3')).toBe('X-header-2');
      expect(await get(APP, '2')).toBe(403);
      expect(await get(STRANGER, '1')).toBe(403);
      expect(await get(STRANGER, '4')).toBe(404);
    }
  });
});

describe('3.3, the route of a preflight, as only Fastify finds it', () => {
  @Controller()
  class PatternsController {
    @Get('Case/Sub')
    @CorsPolicy(named('fastify-case'))
    case(): string {
      return 'fastify-case';
    }
    @Get('p/:id')
    @CorsPolicy(named('fastify-parameter'))
    parameter(): string {
      return 'fastify-parameter';
    }
    @Get('o/:id?')
    @CorsPolicy(named('fastify-optional'))
    optional(): string {
      return 'fastify-optional';
    }
    @Get('r/:id(^\\d+$)')
    @CorsPolicy(named('fastify-expression'))
    expression(): string {
      return 'fastify-expression';
    }
    @Get('two/:a-:b')
    @CorsPolicy(named('fastify-two'))
    two(): string {
      return 'fastify-two';
    }
  }
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

  async function startWith(options: object): Promise<TestApp> {
    const module = await Test.createTestingModule({
      imports: [CorsModule.forRoot()],
      controllers: [PatternsController],
    }).compile();
    const app = module.createNestApplication(new FastifyAdapter(options), {
      logger: false,
      forceCloseConnections: true,
    });
    opened.push(app);
    await app.listen(0, '127.0.0.1');
    return { app, port: Number(new URL(await app.getUrl()).port) } as unknown as TestApp;
  }

  test.each<[string, object, string, string | undefined]>([
    ['its own case', {}, '/Case/Sub', 'fastify-case'],
    ['another case', {}, '/case/sub', undefined],
    ['another case, where case is ignored', { routerOptions: { caseSensitive: false } }, '/case/SUB', 'fastify-case'],
    ['another case, where case is ignored (older option)', { caseSensitive: false }, '/case/SUB', 'fastify-case'],
    ['a trailing slash', {}, '/Case/Sub/', undefined],
    ['a trailing slash, ignored', { routerOptions: { ignoreTrailingSlash: true } }, '/Case/Sub/', 'fastify-case'],
    ['a trailing slash, ignored (older option)', { ignoreTrailingSlash: true }, '/Case/Sub/', 'fastify-case'],
    ['doubled slashes', {}, '//Case//Sub', undefined],
    ['doubled slashes, ignored', { routerOptions: { ignoreDuplicateSlashes: true } }, '//Case//Sub', 'fastify-case'],
    ['a semicolon', {}, '/Case/Sub;a=b', undefined],
    ['a semicolon that delimits', { routerOptions: { useSemicolonDelimiter: true } }, '/Case/Sub;a=b', 'fastify-case'],
    ['an optional parameter, with it', {}, '/o/1', 'fastify-optional'],
    ['an optional parameter, without it', {}, '/o', 'fastify-optional'],
    ['an expression that fits', {}, '/r/12', 'fastify-expression'],
    ['an expression that does not fit', {}, '/r/x', undefined],
    ['two parameters in a segment', {}, '/two/a-b', 'fastify-two'],
    ['an address that is rewritten', { rewriteUrl: () => '/p/1' }, '/anything', 'fastify-parameter'],
  ])('3.3: %s', async (_title, options, target, name) => {
    const app = await startWith(options);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? nobody() : by(name));
  });

  test('3.3: HEAD goes nowhere where Fastify adds none beside GET', async () => {
    const app = await startWith({ exposeHeadRoutes: false });
    expect(await reached(app, 'HEAD', '/p/1')).toEqual(nobody());
    const asked = ['Access-Control-Request-Method: GET', `Origin: ${APP}`];
    const preflight = await rawRequest(app.port, 'OPTIONS /p/1 HTTP/1.1', asked);
    expect(preflight.all('access-control-allow-methods')).toEqual(['GET']);
  });
});

describe('3.3, the route of a preflight, as only Express finds it', () => {
  @Controller()
  class PatternsController {
    @Get('opt{/:a}/end')
    @CorsPolicy(named('optional'))
    optional(): string {
      return 'optional';
    }
    @Get('img-:name.:ext')
    @CorsPolicy(named('image'))
    image(): string {
      return 'image';
    }
    @Get('Case/Sub/')
    @CorsPolicy(named('case'))
    case(): string {
      return 'case';
    }
    @Get('case/sub')
    @CorsPolicy(named('lower'))
    lower(): string {
      return 'lower';
    }
  }

  /** An app on an Express instance whose router was built with these settings. */
  async function startWith(settings: readonly string[], raw?: (server: express.Express) => void): Promise<TestApp> {
    const server = express();
    settings.forEach((setting) => server.enable(setting));
    raw?.(server);
    const module = await Test.createTestingModule({
      imports: [CorsModule.forRoot({ routes: [{ path: '/raw/*path', policy: named('raw') }] })],
      controllers: [PatternsController, HostController],
    }).compile();
    const app = module.createNestApplication(new ExpressAdapter(server), {
      logger: false,
      forceCloseConnections: true,
    });
    opened.push(app);
    await app.listen(0, '127.0.0.1');
    const port = Number(new URL(await app.getUrl()).port);
    return { app, port } as unknown as TestApp;
  }
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

  @Controller({ path: 'host', host: 'Admin.:zone.com' })
  @CorsPolicy(named('host'))
  class HostController {
    @Get()
    get(): string {
      return 'host';
    }
  }

  test.each<[string, string[], string, string | undefined]>([
    ['an optional group, without it', [], '/opt/end', 'optional'],
    ['an optional group, with it', [], '/opt/x/end', 'optional'],
    ['an optional group, twice', [], '/opt/x/y/end', undefined],
    ['two parameters in one segment', [], '/img-a.png', 'image'],
    ['two parameters in one segment, one missing', [], '/img-a', undefined],
    ['another case', [], '/CASE/sub', 'case'],
    ['no trailing slash', [], '/Case/Sub', 'case'],
    ['a trailing slash', [], '/case/sub/', 'case'],
    ['case sensitive: another case', ['case sensitive routing'], '/CASE/sub', undefined],
    ['case sensitive: this case', ['case sensitive routing'], '/Case/Sub', 'case'],
    ['case sensitive: the other route', ['case sensitive routing'], '/case/sub', 'lower'],
    ['strict: no slash', ['case sensitive routing', 'strict routing'], '/case/sub', 'lower'],
    ['strict: a slash too many', ['case sensitive routing', 'strict routing'], '/case/sub/', undefined],
  ])('3.3: %s', async (_title, settings, target, name) => {
    const app = await startWith(settings);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? nobody() : by(name));
  });

  test('3.3: hosts are matched whatever their case, also where paths are not', async () => {
    const app = await startWith(['case sensitive routing']);
    expect(await reached(app, 'GET', '/host', { Host: 'admin.eu.com' })).toEqual(by('host'));
    expect(await reached(app, 'GET', '/host', { Host: 'user.eu.com' })).toEqual(nobody());
  });

  test('3.3: a route that the app has put on the instance takes requests from the handlers behind it', async () => {
    const app = await startWith([], (server) => {
      server.get('/earlier', (_request: Request, response: Response) => void response.send('earlier'));
    });
    // Registered before Nest's adapter: nothing of Nest runs for it.
    const earlier = await rawRequest(app.port, 'GET /earlier HTTP/1.1', [`Origin: ${APP}`]);
    expect([earlier.body, earlier.cors()]).toEqual(['earlier', {}]);
  });

  test('3.3: raw routes before Nest’s stand under the entry of `routes`, and before a decorated wildcard', async () => {
    @Controller()
    class CatchAllController {
      @All('*path')
      @CorsPolicy(named('rest'))
      rest(): string {
        return 'rest';
      }
    }
    const app = await startApp({
      cors: { routes: [{ path: '/raw/*path', policy: named('entry') }] },
      controllers: [CatchAllController],
      setUp: (nest) => {
        const server = nest.getHttpAdapter().getInstance() as express.Express;
        server.get('/raw/:name', (_request: Request, response: Response) => void response.send('entry'));
      },
    });
    expect(await reached(app, 'GET', '/raw/x')).toEqual(by('entry'));
    expect(await reached(app, 'PUT', '/raw/x')).toEqual(by('rest'));
    expect(await reached(app, 'GET', '/else')).toEqual(by('rest'));
  });

  test('3.3: @All() counts for every method, but for those that a route before it takes', async () => {
    @Controller('all')
    class AllController {
      @Get()
      @CorsPolicy(named('get'))
      get(): string {
        return 'get';
      }
      @All()
      @CorsPolicy({ ...named('all'), credentials: true })
      all(): string {
        return 'all';
      }
    }
    const app = await startApp({ controllers: [AllController] });
    expect(await reached(app, 'GET', '/all')).toEqual(by('get'));
    expect(await reached(app, 'DELETE', '/all')).toEqual(by('all'));
    expect(corsHeaders(await app.preflight('/all', { origin: APP, method: 'DELETE' }))).toMatchObject({
      'access-control-allow-methods': 'POST, PUT, PATCH, DELETE',
    });
    expect(corsHeaders(await app.preflight('/all', { origin: APP, method: 'GET' }))).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD',
    });
  });

  test('3.3: the order that Nest gives routes by specificity is the one that counts', async () => {
    @Controller('o')
    class OrderedController {
      @Get(':any')
      @CorsPolicy(named('any'))
      any(): string {
        return 'any';
      }
      @Get('special')
      @CorsPolicy(named('specific'))
      special(): string {
        return 'specific';
      }
    }
    const app = await startApp({
      controllers: [OrderedController],
      create: { routeResolutionStrategy: 'specificity' } as object,
    });
    expect(await reached(app, 'GET', '/o/special')).toEqual(by('specific'));
    expect(await reached(app, 'GET', '/o/else')).toEqual(by('any'));
  });

  test('3.3: GET declared first answers HEAD, though a HEAD is declared behind it', async () => {
    @Controller('h')
    class HeadController {
      @Get()
      @CorsPolicy(named('get-first'))
      get(): string {
        return 'get';
      }
      @Head()
      @CorsPolicy(named('head-behind'))
      head(): void {}
    }
    const app = await startApp({ controllers: [HeadController] });
    expect(await reached(app, 'HEAD', '/h')).toEqual({ handler: 200, response: 'get-first', preflight: 'get-first' });
  });

  test('3.3: one path on two hosts, and one handler that both inherit', async () => {
    class Base {
      @Get()
      get(): string {
        return 'inherited';
      }
    }
    @Controller({ path: 'same', host: 'one.example.com' })
    @CorsPolicy(named('one'))
    class OneController extends Base {}
    @Controller({ path: 'same', host: 'two.example.com' })
    @CorsPolicy(named('two'))
    class TwoController extends Base {}
    const app = await startApp({ controllers: [OneController, TwoController] });
    for (const name of ['one', 'two']) {
      expect(await reached(app, 'GET', '/same', { Host: `${name}.example.com` })).toEqual({
        handler: 'inherited',
        response: name,
        preflight: name,
      });
    }
    expect(await reached(app, 'GET', '/same', { Host: 'three.example.com' })).toEqual(nobody());
  });

  test('3.3: nothing that was added with app.use() runs before a preflight is answered, in whatever form', async () => {
    const ran: string[] = [];
    const app = await startApp({
      controllers: [PatternsController],
      setUp: (nest) => {
        nest.use(express.json());
        nest.use('/opt', (_request: Request, _response: Response, next: NextFunction) => {
          ran.push('path');
          next();
        });
        nest.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => {
          ran.push('error');
          next();
        });
      },
    });
    const preflight = await request(app.url)
      .options('/opt/end')
      .set({ Origin: STRANGER, 'Access-Control-Request-Method': 'GET', 'Content-Type': 'application/json' })
      .send('{"broken');
    expect([preflight.status, corsHeaders(preflight), ran]).toEqual([204, {}, []]);
  });
});

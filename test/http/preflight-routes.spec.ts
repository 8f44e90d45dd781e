import {
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
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { by, named, nameOf, reached, unserved } from '../support/reached.js';

/* 3.3: a preflight belongs to the route that would serve the real request. */

const APP = 'https://app.example';

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
  ])('3.3: the request and its preflight find the same handler: %s is served by %s', async (target, name) => {
    const app = await startApp({ controllers: [OverlappingController, AnimalsController] }, platform);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? unserved() : by(name));
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
  ])('3.3: %s has the policy of the handler that serves it', async (target) => {
    const app = await startApp({ controllers: [OverlappingController] }, platform);
    const { handler, response, preflight } = await reached(app, 'GET', target);
    // The platform answers 400 to a parameter that it cannot decode. The platform decides which route it belongs to.
    expect([200, 404, 400]).toContain(typeof handler === 'string' ? 200 : handler);
    if (typeof handler === 'string') {
      expect({ response, preflight }).toEqual({ response: handler, preflight: handler });
    } else if (handler === 404) {
      expect({ response, preflight }).toEqual({ response: undefined, preflight: undefined });
    }
  });

  test('3.3: the order of declaration decides if it does on the platform', async () => {
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
    expect(await reached(app, 'DELETE', '/m/8')).toEqual(unserved());
    expect(await reached(app, 'PATCH', '/m/7')).toEqual(unserved());
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
    expect(await reached(app, 'HEAD', '/h/none')).toEqual(unserved());
  });

  test('3.3: a host filter selects the controller, also with parameters', async () => {
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
    expect(await reached(app, 'GET', '/site/a', { Host: 'shop.example.com' })).toEqual(unserved());
    expect(await reached(app, 'GET', '/site/t', { Host: 'shop.example.com:8080' })).toEqual(by('tenant'));
    expect(await reached(app, 'GET', '/site/t', { Host: '10.0.0.9' })).toEqual(by('tenant'));
    expect(await reached(app, 'GET', '/site/t', { Host: 'example.com' })).toEqual(unserved());
    expect(await reached(app, 'GET', '/site/t', { Host: 'shop.example.com.evil.test' })).toEqual(unserved());
  });

  test('3.3: routes with a global prefix, its exclusions, and paths of RouterModule are found', async () => {
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
    expect(await reached(app, 'GET', '/api/health')).toEqual(unserved());
    expect(await reached(app, 'POST', '/api/health')).toEqual({
      handler: 201,
      response: 'health',
      preflight: 'health',
    });
    expect(await reached(app, 'POST', '/health')).toEqual(unserved());
    expect(await reached(app, 'GET', '/api/admin/v/one/users/7')).toEqual(by('users'));
    expect(await reached(app, 'GET', '/api/users/7')).toEqual(unserved());
    const { 'access-control-allow-methods': methods } = corsHeaders(
      await app.preflight('/health', { origin: APP, method: 'GET' }),
    );
    expect(methods).toBe('GET, HEAD');
  });

  test('3.3: under a default policy too, a path that is excluded from the prefix has only its own methods', async () => {
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

  test('3.3: URI versions of one handler are found, several at once and with their own prefix', async () => {
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
    expect(await reached(app, 'GET', '/rev-4/items')).toEqual(unserved());
    expect(await reached(app, 'GET', '/items')).toEqual(unserved());
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
  ])('3.3: middleware for %s leaves the route to its handler, and gets no preflight', async (_title, apply) => {
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
});

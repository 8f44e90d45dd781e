import {
  All,
  Body,
  Controller,
  Get,
  Header,
  type INestApplication,
  Module,
  Param,
  Post,
  Scope,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { type AbstractHttpAdapter, ModuleRef, ModulesContainer, RouterModule } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import {
  addRouteConfig,
  answersAllMethods,
  applicationConfigOf,
  hostOf,
  installRequestHook,
  modulePathOf,
  pathsOf,
  refusesEmptyParameters,
  staticHeadersOf,
  versionOf,
} from '../../lib/discovery/nest-internals.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

@Controller({ path: ['one', 'two'], host: ':tenant.example.com', version: '1' })
class ProbeController {
  @Get(['a', 'b'])
  @Version(['2', '3'])
  @Header('X-One', '1')
  @RouteConfig({ own: true })
  probe(): string {
    return 'probe';
  }
  @All()
  all(): string {
    return 'all';
  }
  helper(): void {}
}

class Base {
  @Get('inherited/:id')
  inherited(@Param('id') id: string): string {
    return id;
  }
}

@Controller({ path: 'registered', version: ['1', '2'] })
class RegisteredController extends Base {
  @Get()
  plain(): string {
    return 'plain';
  }
  @Get(':id/x')
  @Version('3')
  versioned(@Param('id') id: string): string {
    return id;
  }
  @Post('posted')
  @Version(VERSION_NEUTRAL)
  posted(@Body() body: unknown): unknown {
    return body;
  }
  @All('all')
  any(): string {
    return 'all';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST, host: ':tenant.example.com' })
class ScopedController {
  @Get(':id')
  scoped(@Param('id') id: string): string {
    return id;
  }
}

// The metadata is read as the decorators of Nest wrote it.
const { probe, all, helper } = ProbeController.prototype;

/** The hooks of an adapter: its class has them, its interface does not. */
const adapterOf = (app: INestApplication): AbstractHttpAdapter => app.getHttpAdapter() as AbstractHttpAdapter;

afterEach(closeApps);

describe('reading Nest’s own metadata', () => {
  test('gives the paths of controllers and handlers, and none of a helper', () => {
    expect(pathsOf(ProbeController)).toEqual(['one', 'two']);
    expect(pathsOf(probe)).toEqual(['a', 'b']);
    expect(pathsOf(all)).toEqual(['/']);
    expect(pathsOf(helper)).toBeUndefined();
  });

  test('gives the method, or all of them', () => {
    expect([answersAllMethods(all), answersAllMethods(probe)]).toEqual([true, false]);
  });

  test('gives hosts, versions and headers', () => {
    expect(hostOf(ProbeController)).toEqual([':tenant.example.com']);
    expect([versionOf(ProbeController), versionOf(probe), versionOf(all)]).toEqual(['1', ['2', '3'], undefined]);
    expect([staticHeadersOf(probe), staticHeadersOf(all)]).toEqual([['X-One'], []]);
  });
});

describe.each(PLATFORMS)('reading Nest’s internals on %s', (platform) => {
  test('gives the path that RouterModule gave to a module', async () => {
    @Module({})
    class RoutedModule {}
    const { app } = await startApp(
      { imports: [RoutedModule, RouterModule.register([{ path: 'admin', module: RoutedModule }])] },
      platform,
    );
    expect(modulePathOf(RoutedModule, app.get(ModulesContainer))).toBe('/admin');
  });

  test('gives the application’s config: prefix and versioning', async () => {
    const { app } = await startApp(
      { setUp: (nest) => nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.HEADER, header: 'X-V' }) },
      platform,
    );
    const config = applicationConfigOf(app.get(ModuleRef));
    expect(config.getGlobalPrefix()).toBe('api');
    expect(config.getVersioning()).toMatchObject({ type: VersioningType.HEADER, header: 'X-V' });
  });

  test('without the application’s config startup stops with an explanation', () => {
    expect(() => applicationConfigOf({} as ModuleRef)).toThrow('application config');
  });

  test('our request hook runs first, then hooks that were set before it or after it', async () => {
    const ran: string[] = [];
    const hook =
      (name: string) =>
      (_request: object, _response: object, done: () => void): void => {
        ran.push(name);
        done();
      };
    const app = await startApp(
      { cors: null, setUp: (nest) => adapterOf(nest).setOnRequestHook(hook('before')) },
      platform,
    );
    const adapter = adapterOf(app.app);
    const uninstall = installRequestHook(adapter, hook('ours'));
    await app.get('/nowhere');
    expect(ran.splice(0)).toEqual(['ours', 'before']);
    adapter.setOnRequestHook(hook('after'));
    await app.get('/nowhere');
    expect(ran.splice(0)).toEqual(['ours', 'after']);
    uninstall();
    await app.get('/nowhere');
    expect(ran.splice(0)).toEqual(['after']);
  });

  test('no other hook runs after ours has refused', async () => {
    const ran: string[] = [];
    const app = await startApp(
      {
        cors: null,
        setUp: (nest) =>
          adapterOf(nest).setOnRequestHook((_request: unknown, _response: unknown, done: () => void) => {
            ran.push('other');
            done();
          }),
      },
      platform,
    );
    installRequestHook(app.app.getHttpAdapter(), (_request, _response, done) => done(new Error('refused')));
    expect((await app.get('/nowhere')).status).toBe(500);
    expect(ran).toEqual([]);
  });

  test('a hook runs before the body is parsed, and for paths that no route serves', async () => {
    const seen: string[] = [];
    const app = await startApp({ cors: null, controllers: [RegisteredController] }, platform);
    installRequestHook(app.app.getHttpAdapter(), (native, _response, done) => {
      const { url, body } = native as { url: string; body?: unknown };
      seen.push(`${url} ${typeof (body ?? undefined)}`);
      done();
    });
    await app.request('POST', '/registered/posted', { 'Content-Type': 'application/json' }).send('{"a":').expect(400);
    await app.get('/nowhere').expect(404);
    await app.get('/registered/%ZZ/x');
    expect(seen).toEqual(
      ['/registered/posted undefined', '/nowhere undefined', '/registered/%ZZ/x undefined'].slice(0, seen.length),
    );
    // Fastify refuses a path that it cannot decode before any hook.
    expect(seen.length).toBe(platform === 'express' ? 3 : 2);
  });

  test('the mark of a handler is found on every kind of function that Nest registers for it', async () => {
    const { plain, versioned, posted, any } = RegisteredController.prototype;
    const handlers: object[] = [
      plain,
      versioned,
      posted,
      any,
      ScopedController.prototype.scoped,
      Base.prototype.inherited,
    ];
    const KEY = 'test:mark';
    for (const handler of handlers) {
      Reflect.defineMetadata(KEY, handler, handler);
      addRouteConfig(handler, KEY, handler);
    }
    const registered: unknown[] = [];
    const { app } = await startApp(
      {
        cors: null,
        controllers: [RegisteredController, ScopedController],
        setUp: (nest) => {
          nest.enableVersioning({ type: VersioningType.HEADER, header: 'X-V' });
          if (platform === 'fastify') {
            (nest.getHttpAdapter().getInstance() as FastifyInstance).addHook('onRoute', ({ config }) => {
              registered.push((config as Record<string, unknown> | undefined)?.[KEY]);
            });
          }
        },
      },
      platform,
    );
    if (platform === 'express') {
      const { router } = app.getHttpAdapter().getInstance() as Express;
      const layers = router.stack.flatMap(({ route }) => (route === undefined ? [] : route.stack));
      registered.push(...layers.map(({ handle }) => Reflect.getMetadata(KEY, handle) as unknown));
    }
    // Nest 11 on Fastify wraps a handler with @All() and loses its configuration.
    const found = NEST < 12 && platform === 'fastify' ? handlers.filter((handler) => handler !== any) : handlers;
    expect(new Set(registered.filter((mark) => mark !== undefined))).toEqual(new Set(found));
  });

  test('on a Nest without request hooks startup stops with an explanation', () => {
    expect(() => installRequestHook({}, () => undefined)).toThrow('Nest 11.1.4 or later');
  });
});

test('our addition to a route’s config keeps the config of @RouteConfig()', () => {
  addRouteConfig(probe, 'added', 1);
  const config = Reflect.getMetadata('__fastify_route_config__', probe) as object;
  expect(config).toEqual({ own: true, added: 1 });
});

test.each(PLATFORMS)('on %s, the adapter shows whether it refuses empty parameters', async (platform) => {
  @Controller('empty')
  class EmptyController {
    @Get(':id')
    get(): string {
      return 'reached';
    }
  }
  const app = await startApp({ controllers: [EmptyController] }, platform);
  const refuses = refusesEmptyParameters(app.app.getHttpAdapter());
  // Express finds no route for this path.
  expect((await app.get('/empty/')).status).toBe(refuses || platform === 'express' ? 404 : 200);
  expect(refuses).toBe(platform === 'fastify');
});

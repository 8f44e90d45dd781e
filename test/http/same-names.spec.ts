import {
  Controller,
  type ControllerOptions,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type ModuleMetadata,
  type Type,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  CorsAllowlists,
  CorsInspector,
  CorsPolicy,
  type CorsPolicyOptions,
  type OriginLists,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';
import { withSocketIo } from '../support/sockets.js';

/* Apps have several classes of one name: a UsersController for each version, or for each part of the company. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';

afterEach(closeApps);

/** A module with a UsersController under this policy. */
function part(name: string, path: ControllerOptions | string, policy: CorsPolicyOptions): Type {
  @Controller(path as string)
  @CorsPolicy(policy)
  class UsersController {
    @Get()
    list(): string {
      return name;
    }
  }
  return moduleOf(name, { controllers: [UsersController] });
}

function moduleOf(name: string, metadata: ModuleMetadata): Type {
  const module = { [name]: class {} }[name]!;
  Module(metadata)(module);
  return module;
}

describe.each(PLATFORMS)('classes of one name, on %s', (platform) => {
  test('2.5: routes, fields and policies are told apart by the module', async () => {
    const imports = [
      part('AdminModule', 'admin', { origin: APP, maxAge: 10_000 }),
      part('ShopModule', 'shop', { origin: OTHER, maxAge: 20_000 }),
    ];
    const app = await startApp({ imports }, platform);
    const inspector = app.app.get(CorsInspector);
    const handlers = inspector.routes().filter(({ kind }) => kind === 'handler');
    expect(handlers.map(({ handler, policy, provenance }) => [handler, policy?.name, provenance['maxAge']])).toEqual([
      ['AdminModule/UsersController.list', 'AdminModule/UsersController', 'AdminModule/UsersController'],
      ['ShopModule/UsersController.list', 'ShopModule/UsersController', 'ShopModule/UsersController'],
    ]);
    expect(inspector.audit().map(({ code, place, detail }) => [code, place, detail])).toEqual([
      ['max-age-capped', 'AdminModule/UsersController', 'maxAge 10000'],
      ['max-age-capped', 'ShopModule/UsersController', 'maxAge 20000'],
    ]);
    expect(handlers.map(({ findings }) => findings.map(({ place }) => place))).toEqual([
      ['AdminModule/UsersController'],
      ['ShopModule/UsersController'],
    ]);
    expect(app.logs.join('\n')).toContain('CORS: 2 routes, 2 policies, 0 closed, 0 without a policy');
    const { route, provenance } = await inspector.explain({ method: 'GET', url: '/shop', origin: APP });
    expect([route?.handler, provenance['origin']]).toEqual([
      'ShopModule/UsersController.list',
      'ShopModule/UsersController',
    ]);
  });

  test('2.5: modules of one name are counted', async () => {
    const imports = [part('PartModule', 'a', { origin: APP }), part('PartModule', 'b', { origin: APP })];
    const app = await startApp({ imports }, platform);
    const names = app.app
      .get(CorsInspector)
      .routes()
      .map(({ handler }) => handler);
    expect(names.filter((name) => name.includes('Users'))).toEqual([
      'PartModule/UsersController.list',
      'PartModule/UsersController (2).list',
    ]);
  });

  test('2.5: one class in two modules has one name', async () => {
    @Controller('users')
    class UsersController {
      @Get()
      @CorsPolicy({ origin: APP })
      list(): string {
        return 'list';
      }
    }
    const imports = ['AdminModule', 'ShopModule'].map((name) => moduleOf(name, { controllers: [UsersController] }));
    const at = RouterModule.register(imports.map((module, index) => ({ path: String(index), module })));
    const app = await startApp({ imports: [...imports, at] }, platform);
    const names = app.app
      .get(CorsInspector)
      .routes()
      .map(({ handler }) => handler);
    expect(new Set(names.filter((name) => name.includes('Users')))).toEqual(new Set(['UsersController.list']));
  });

  test('2.5: a class has a name for reports, whatever its static member `name` is', async () => {
    const controllers = [() => 'a', { a: 1 }, ''].map((value, index) => {
      @Controller(`named/${index}`)
      class NamedController {
        @Get()
        @CorsPolicy({ origin: APP, maxAge: 10_000 + index })
        list(): string {
          return 'list';
        }
      }
      Object.defineProperty(NamedController, 'name', { value });
      return NamedController;
    });
    const app = await startApp({ controllers }, platform);
    const places = app.app
      .get(CorsInspector)
      .audit()
      .map(({ place }) => place);
    expect(places).toEqual(['', ' (2)', ' (3)'].map((number) => `AppModule/a class without a name${number}.list`));
    expect(corsHeaders(await app.get('/named/2', APP))).toEqual({ 'access-control-allow-origin': APP });
  });

  test('3.7: an error names the module', async () => {
    const imports = [
      part('AdminModule', 'admin', { origin: APP }),
      part('ShopModule', 'shop', { origin: 'shop.example' }),
    ];
    const { issues } = await bootError({ imports }, platform);
    expect(facts(issues).map(({ place }) => place)).toEqual(['ShopModule/UsersController']);
  });

  test('3.4: versions that differ are named', async () => {
    const imports = [
      part('FirstModule', { path: 'users', version: '1' }, { origin: APP }),
      part('SecondModule', { path: 'users', version: '2' }, { origin: OTHER }),
    ];
    const setUp = (app: INestApplication): unknown =>
      app.enableVersioning({ type: VersioningType.HEADER, header: 'v' });
    const app = await startApp({ imports, setUp }, platform);
    expect(app.app.get(CorsInspector).audit()).toMatchObject([
      { code: 'versions-differ', detail: 'FirstModule/UsersController.list, SecondModule/UsersController.list' },
    ]);
  });

  test('8.6: gateways are told apart', async () => {
    const gateway = (name: string, path: string, origin: string): Type => {
      @WebSocketGateway({ path })
      @CorsPolicy({ origin })
      class ChatGateway {}
      return moduleOf(name, { providers: [ChatGateway] });
    };
    const imports = [gateway('AdminModule', '/admin', APP), gateway('ShopModule', '/shop', OTHER)];
    const app = await startApp({ imports, setUp: withSocketIo }, platform);
    const inspector = app.app.get(CorsInspector);
    const gateways = inspector.routes().filter(({ kind }) => kind === 'gateway');
    expect(gateways.map(({ handler, findings }) => [handler, findings.map(({ place }) => place)])).toEqual([
      ['AdminModule/ChatGateway', ['AdminModule/ChatGateway']],
      ['ShopModule/ChatGateway', ['ShopModule/ChatGateway']],
    ]);
    const told = await inspector.explain({ url: '/shop/', origin: APP, webSocket: true });
    expect([told.verdict, told.policy?.name, Object.keys(told.sources)]).toEqual([
      'blocked',
      'ShopModule/ChatGateway',
      ['ShopModule/ChatGateway'],
    ]);
  });

  test('4.1: a list belongs to the class that is named, and not to another one of its name', async () => {
    const lists = (origin: string): new () => OriginLists => {
      @Injectable()
      class Tenants implements OriginLists {
        forAllowlist(): OriginSource {
          return { load: () => Promise.resolve([origin]) };
        }
      }
      return Tenants;
    };
    const [Ours, Theirs] = [lists(APP), lists(OTHER)];
    const [ourToken, theirToken] = [Symbol('TENANTS'), Symbol('TENANTS')];
    @Controller('lists')
    class ListsController {
      @Get('ours')
      @CorsPolicy({ origin: { provider: Ours, allowlist: 'all' } })
      ours(): string {
        return 'ours';
      }
      @Get('theirs')
      @CorsPolicy({ origin: { provider: Theirs, allowlist: 'all' } })
      theirs(): string {
        return 'theirs';
      }
      @Get('our-symbol')
      @CorsPolicy({ origin: { provider: ourToken, allowlist: 'all' } })
      ourSymbol(): string {
        return 'ours';
      }
      @Get('their-symbol')
      @CorsPolicy({ origin: { provider: theirToken, allowlist: 'all' } })
      theirSymbol(): string {
        return 'theirs';
      }
    }
    const app = await startApp(
      {
        controllers: [ListsController],
        providers: [
          Ours,
          Theirs,
          { provide: ourToken, useExisting: Ours },
          { provide: theirToken, useExisting: Theirs },
        ],
      },
      platform,
    );
    for (const [path, allowed, refused] of [
      ['ours', APP, OTHER],
      ['theirs', OTHER, APP],
      ['our-symbol', APP, OTHER],
      ['their-symbol', OTHER, APP],
    ] as const) {
      expect(corsHeaders(await app.get(`/lists/${path}`, allowed))).toEqual({ 'access-control-allow-origin': allowed });
      expect(corsHeaders(await app.get(`/lists/${path}`, refused))).toEqual({});
    }
    const names = app.app
      .get(CorsAllowlists)
      .status()
      .map(({ name }) => name);
    expect(new Set(names).size).toBe(4);
  });
});

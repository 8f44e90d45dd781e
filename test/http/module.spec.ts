import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  All,
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type INestApplication,
  Module,
  Param,
  Post,
  Put,
  Req,
  Version,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import request from 'supertest';
import {
  CorsAllowlists,
  CorsInspector,
  CorsModule,
  type CorsModuleAsyncOptions,
  type CorsModuleOptions,
  type CorsOptionsFactory,
  CorsPolicy,
  type CorsPolicyOptions,
  type Decision,
  NoCors,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });
const trusted = (origin: string): object => ({ ...granted(origin), 'access-control-allow-credentials': 'true' });

/** What a middleware sees of a request and a response, on whatever platform. */
interface RawRequest {
  readonly method?: string;
  readonly headers: Record<string, string | undefined>;
}
interface RawResponse {
  setHeader(name: string, value: string): void;
  end(body?: string): void;
}

@Controller('one')
@CorsPolicy('partner')
class OneController {
  @Get()
  read(): string {
    return 'read';
  }
}

afterEach(closeApps);

describe.each(PLATFORMS)('the module on %s', (platform) => {
  describe('2.1: forRoot()', () => {
    test('2.1: without options it changes nothing', async () => {
      @Controller('bare')
      class BareController {
        @Get()
        read(): string {
          return 'read';
        }
      }
      const app = await startApp(
        { cors: null, imports: [CorsModule.forRoot()], controllers: [BareController] },
        platform,
      );
      const response = await app.get('/bare', APP);
      expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([200, {}, undefined]);
      expect(app.logs.filter((line) => /^(?:warn|error)/.test(line))).toEqual([]);
    });

    test('2.1: it is global: every module may inject CorsInspector and CorsAllowlists', async () => {
      @Injectable()
      class Consumer {
        constructor(
          readonly inspector: CorsInspector,
          @Inject(CorsAllowlists) readonly allowlists: CorsAllowlists,
        ) {}
      }
      class FarModule {}
      const imports = [{ module: FarModule, providers: [Consumer], exports: [Consumer] }];
      const { app } = await startApp({ cors: {}, imports }, platform);
      const { inspector, allowlists } = app.get(Consumer, { strict: false });
      expect(inspector).toBe(app.get(CorsInspector));
      expect(inspector.routes()).toEqual([]);
      expect(allowlists.status()).toEqual([]);
    });
  });

  describe('2.1: forRootAsync()', () => {
    const options = (origin: string): CorsModuleOptions => ({ policies: { partner: { origin } } });

    @Injectable()
    class Origins {
      readonly partner = APP;
    }
    @Module({ providers: [Origins], exports: [Origins] })
    class OriginsModule {}
    @Injectable()
    class Factory implements CorsOptionsFactory {
      constructor(private readonly origins: Origins) {}
      createCorsOptions(): CorsModuleOptions {
        return options(this.origins.partner);
      }
    }
    @Injectable()
    class SlowFactory implements CorsOptionsFactory {
      async createCorsOptions(): Promise<CorsModuleOptions> {
        await new Promise((done) => setTimeout(done, 5));
        return options(APP);
      }
    }
    @Module({ imports: [OriginsModule], providers: [Factory], exports: [Factory] })
    class FactoryModule {}

    test.each<[string, CorsModuleAsyncOptions]>([
      ['useFactory', { useFactory: () => options(APP) }],
      ['an async useFactory', { useFactory: () => Promise.resolve(options(APP)) }],
      [
        'useFactory with inject and imports',
        {
          imports: [OriginsModule],
          inject: [Origins, { token: 'ABSENT', optional: true }],
          useFactory: (origins: Origins, absent?: string) => options(absent ?? origins.partner),
        },
      ],
      ['useClass with dependencies', { imports: [OriginsModule], useClass: Factory }],
      ['useClass that takes its time', { useClass: SlowFactory }],
      ['useExisting', { imports: [FactoryModule], useExisting: Factory }],
      [
        'providers that only the factory needs',
        { inject: ['HOME'], useFactory: options, extraProviders: [{ provide: 'HOME', useValue: APP }] },
      ],
    ])('2.1: %s makes the options', async (_way, asyncOptions) => {
      const app = await startApp(
        { cors: null, imports: [CorsModule.forRootAsync(asyncOptions)], controllers: [OneController] },
        platform,
      );
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
      expect(corsHeaders(await app.get('/one', STRANGER))).toEqual({});
    });

    test('2.1: useExisting takes the one instance that the app has, and useClass one of its own', async () => {
      let made = 0;
      @Injectable()
      class CountedFactory implements CorsOptionsFactory {
        constructor() {
          made++;
        }
        createCorsOptions(): CorsModuleOptions {
          return {};
        }
      }
      @Module({ providers: [CountedFactory], exports: [CountedFactory] })
      class CountedModule {}
      await startApp(
        {
          cors: null,
          imports: [CorsModule.forRootAsync({ imports: [CountedModule], useExisting: CountedFactory })],
        },
        platform,
      );
      expect(made).toBe(1);
      await startApp(
        { cors: null, imports: [CountedModule, CorsModule.forRootAsync({ useClass: CountedFactory })] },
        platform,
      );
      expect(made).toBe(3);
    });

    test.each<[string, object]>([
      ['none of the three', {}],
      ['two of them', { useFactory: () => ({}), useClass: Factory }],
    ])('2.1: %s is an error at once', (_title, wrong) => {
      expect(() => CorsModule.forRootAsync(wrong)).toThrow('exactly one of useFactory, useClass and useExisting');
    });

    test('2.1: what the factory throws ends the boot', async () => {
      const useFactory = (): Promise<CorsModuleOptions> => Promise.reject(new Error('no vault'));
      const boot = startApp({ cors: null, imports: [CorsModule.forRootAsync({ useFactory })] }, platform);
      await expect(boot).rejects.toThrow('no vault');
    });
  });

  test('2.1: forFeature() adds names that the whole app may use', async () => {
    @Controller('feature')
    @CorsPolicy('featured')
    class FeatureController {
      @Get()
      read(): string {
        return 'feature';
      }
    }
    @Module({
      imports: [CorsModule.forFeature({ policies: { featured: { origin: OTHER } } })],
      controllers: [FeatureController],
    })
    class FeatureModule {}
    @Controller('elsewhere')
    class ElsewhereController {
      @Get()
      @CorsPolicy('featured')
      read(): string {
        return 'elsewhere';
      }
      @Get('default')
      unmarked(): string {
        return 'default';
      }
    }
    const app = await startApp(
      {
        cors: {
          policies: { partner: { origin: APP } },
          defaultPolicy: 'second',
          routes: [{ path: '/raw', policy: 'featured' }],
        },
        imports: [FeatureModule, CorsModule.forFeature({ policies: { second: { origin: '*' } } })],
        controllers: [ElsewhereController, OneController],
        setUp: (nest) => nest.use('/raw', (_request: unknown, response: RawResponse) => response.end('raw')),
      },
      platform,
    );
    for (const path of ['/feature', '/elsewhere', '/raw']) {
      expect([path, corsHeaders(await app.get(path, OTHER))]).toEqual([path, granted(OTHER)]);
    }
    expect(corsHeaders(await app.get('/elsewhere/default', OTHER))).toEqual(granted('*'));
    expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
  });

  describe('2.4: routes without a controller', () => {
    @Controller('mixed')
    class MixedController {
      @Get('marked')
      @CorsPolicy({ origin: OTHER })
      marked(): string {
        return 'marked';
      }
      @Get('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
      @Get('bare')
      bare(): string {
        return 'bare';
      }
      @Post('bare')
      write(): string {
        return 'written';
      }
      @Get('bare/:id')
      one(@Param('id') id: string): string {
        return id;
      }
    }

    test('2.4: a decorated handler wins over an entry, and an entry over defaultPolicy', async () => {
      const app = await startApp(
        {
          cors: {
            defaultPolicy: { origin: STRANGER },
            routes: [
              { path: '/mixed/marked', policy: { origin: APP } },
              { path: '/mixed/closed', policy: { origin: APP } },
              { path: '/mixed/bare', policy: { origin: APP }, methods: ['GET'] },
              { path: '/mixed/bare/:any', policy: { origin: OTHER } },
            ],
          },
          controllers: [MixedController],
        },
        platform,
      );
      const admits = async (method: string, path: string): Promise<unknown> => {
        const found: string[] = [];
        for (const origin of [APP, OTHER, STRANGER]) {
          const response = await app.request(method, path, { Origin: origin });
          const preflight = await app.preflight(path, { origin, method });
          const sent = response.headers['access-control-allow-origin'];
          expect([path, origin, preflight.headers['access-control-allow-origin']]).toEqual([path, origin, sent]);
          found.push(...(sent === undefined ? [] : [sent]));
        }
        return found;
      };
      expect(await admits('GET', '/mixed/marked')).toEqual([OTHER]);
      expect(await admits('GET', '/mixed/closed')).toEqual([]);
      expect(await admits('GET', '/mixed/bare')).toEqual([APP]);
      expect(await admits('POST', '/mixed/bare')).toEqual([STRANGER]);
      expect(await admits('GET', '/mixed/bare/7')).toEqual([OTHER]);
      expect(await admits('GET', '/nowhere')).toEqual([STRANGER]);
      const allowed = await app.preflight('/mixed/bare', { origin: APP, method: 'GET' });
      expect(allowed.headers['access-control-allow-methods']).toBe('GET, HEAD');
    });

    test('2.4: the first entry that matches counts, method included', async () => {
      const app = await startApp(
        {
          cors: {
            routes: [
              { path: '/files/private/*path', policy: { origin: APP } },
              { path: '/files/*path', policy: { origin: '*' }, methods: 'get' },
              { path: '/files/*path', policy: { origin: OTHER }, methods: ['PUT', 'DELETE'] },
            ],
          },
          setUp: (nest) => nest.use('/files', (_request: unknown, response: RawResponse) => response.end('file')),
        },
        platform,
      );
      const rows: [string, string, string, object][] = [
        ['GET', '/files/private/a/b', APP, granted(APP)],
        ['GET', '/files/private/a/b', OTHER, {}],
        ['PUT', '/files/private/a', OTHER, {}],
        ['GET', '/files/a/b.txt', STRANGER, granted('*')],
        ['HEAD', '/files/a', STRANGER, granted('*')],
        ['PUT', '/files/a', OTHER, granted(OTHER)],
        ['PUT', '/files/a', APP, {}],
        ['POST', '/files/a', OTHER, {}],
      ];
      for (const [method, path, origin, headers] of rows) {
        const response = await app.request(method, path, { Origin: origin });
        expect([method, path, origin, response.status, corsHeaders(response)]).toEqual([
          method,
          path,
          origin,
          200,
          headers,
        ]);
      }
      // No entry has `POST`: the library leaves it alone, and says nothing in `Vary` either.
      expect((await app.request('POST', '/files/a', { Origin: OTHER })).headers.vary).toBeUndefined();
      expect((await app.request('PUT', '/files/a', { Origin: APP })).headers.vary).toBe('Origin');

      const put = await app.preflight('/files/a', { origin: OTHER, method: 'PUT' });
      expect([put.status, corsHeaders(put)]).toEqual([
        204,
        { ...granted(OTHER), 'access-control-allow-methods': 'GET, HEAD, PUT, DELETE' },
      ]);
      const passed = await app.preflight('/files/a', { origin: OTHER, method: 'POST' });
      expect([passed.status, passed.text, corsHeaders(passed)]).toEqual([200, 'file', {}]);
    });

    test('2.4: raw middleware, as GraphQL is mounted, with a global prefix that does not concern it', async () => {
      const seen: (Decision | undefined)[] = [];
      const app = await startApp(
        {
          cors: {
            policies: { partner: { origin: APP, credentials: true, maxAge: 60, allowedHeaders: 'Content-Type' } },
            routes: [{ path: '/graphql', policy: 'partner' }],
          },
          setUp: (nest) => {
            nest.setGlobalPrefix('api');
            nest.use('/graphql', (native: RawRequest, response: RawResponse) => {
              seen.push(nest.get(CorsInspector).decisionOf(native));
              response.setHeader('Vary', 'Accept');
              response.end('{}');
            });
          },
        },
        platform,
      );
      const preflight = await app.preflight('/graphql', { origin: APP, method: 'POST', headers: 'content-type' });
      expect([preflight.status, preflight.text, corsHeaders(preflight)]).toEqual([
        204,
        '',
        {
          ...trusted(APP),
          'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
          'access-control-allow-headers': 'Content-Type',
          'access-control-max-age': '60',
        },
      ]);
      expect(seen).toEqual([]);
      const response = await app.request('POST', '/graphql?op=1', { Origin: APP });
      expect([response.status, response.text, corsHeaders(response)]).toEqual([200, '{}', trusted(APP)]);
      expect(response.headers.vary).toBe('Accept, Origin');
      expect(seen).toMatchObject([{ allowed: true, reason: 'allowed' }]);
      const refused = await app.request('POST', '/graphql', { Origin: STRANGER });
      expect([refused.status, refused.text, corsHeaders(refused)]).toEqual([200, '{}', {}]);
      expect(corsHeaders(await app.get('/api/graphql', APP))).toEqual({});
    });

    test('2.4: an entry may close a route to other origins by a policy that admits nobody', async () => {
      const app = await startApp(
        {
          cors: { defaultPolicy: { origin: '*' }, routes: [{ path: '/admin/*rest', policy: { origin: false } }] },
          setUp: (nest) => nest.use((_request: unknown, response: RawResponse) => response.end('x')),
        },
        platform,
      );
      expect(corsHeaders(await app.get('/admin/x', APP))).toEqual({});
      expect(corsHeaders(await app.get('/else', APP))).toEqual(granted('*'));
    });
  });

  describe('2.5: CorsInspector.routes()', () => {
    test('2.5: every route with its effective policy, and where each field came from', async () => {
      @Controller('orders')
      @CorsPolicy('partner', { exposedHeaders: ['X-Total'] })
      class OrdersController {
        @Get()
        list(): string {
          return 'list';
        }
        @Put(':id')
        @CorsPolicy({ maxAge: 60, methods: 'PUT' })
        update(): string {
          return 'update';
        }
        @Post('purge')
        @NoCors()
        purge(): string {
          return 'purge';
        }
        @All('any')
        @CorsPolicy('public')
        any(): string {
          return 'any';
        }
      }
      @Controller({ path: 'bare', host: 'bare.example', version: ['1', '2'] })
      class BareController {
        @Get()
        read(): string {
          return 'read';
        }
        @Get('entry')
        @Version('3')
        underEntry(): string {
          return 'entry';
        }
      }
      const app = await startApp(
        {
          cors: {
            policies: {
              partner: { origin: [APP, 'https://*.partner.example', /^https:\/\/x$/], credentials: true, maxAge: 600 },
              public: { origin: '*', exposedHeaders: '*', allowedHeaders: 'X-A, X-B', enforce: true },
            },
            defaultPolicy: { origin: 'https://default.example', privateNetwork: true },
            routes: [
              { path: '/graphql', policy: 'partner', methods: ['get', 'post'] },
              { path: '/api/bare/entry', policy: 'public' },
            ],
          },
          controllers: [OrdersController, BareController],
          setUp: (nest) => {
            nest.setGlobalPrefix('api');
            nest.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
          },
        },
        platform,
      );
      const partner = {
        name: 'partner',
        noCors: false,
        origin: [APP, 'https://*.partner.example', String(/^https:\/\/x$/)],
        allowedHeaders: 'any',
        exposedHeaders: ['X-Total'],
        credentials: true,
        maxAge: 600,
        enforce: false,
        privateNetwork: false,
      };
      const ofPartner = {
        origin: 'policies.partner',
        credentials: 'policies.partner',
        maxAge: 'policies.partner',
      };
      const open = {
        name: 'public',
        noCors: false,
        origin: ['*'],
        allowedHeaders: ['X-A', 'X-B'],
        exposedHeaders: '*',
        credentials: false,
        enforce: true,
        privateNetwork: false,
      };
      const ofPublic = {
        origin: 'policies.public',
        exposedHeaders: 'policies.public',
        allowedHeaders: 'policies.public',
        enforce: 'policies.public',
      };
      const expected = [
        {
          handler: 'OrdersController.list',
          methods: ['GET'],
          path: '/api/orders',
          policy: partner,
          provenance: { ...ofPartner, exposedHeaders: 'OrdersController' },
        },
        {
          handler: 'OrdersController.update',
          methods: ['PUT'],
          path: '/api/orders/:id',
          policy: { ...partner, maxAge: 60, methods: ['PUT'] },
          provenance: {
            ...ofPartner,
            exposedHeaders: 'OrdersController',
            maxAge: 'OrdersController.update',
            methods: 'OrdersController.update',
          },
        },
        {
          handler: 'OrdersController.purge',
          methods: ['POST'],
          path: '/api/orders/purge',
          policy: {
            name: '@NoCors()',
            noCors: true,
            origin: [],
            allowedHeaders: [],
            exposedHeaders: [],
            credentials: false,
            enforce: false,
            privateNetwork: false,
          },
          provenance: {},
        },
        {
          handler: 'OrdersController.any',
          methods: ['*'],
          path: '/api/orders/any',
          policy: open,
          provenance: ofPublic,
        },
        {
          handler: 'BareController.read',
          methods: ['GET'],
          path: '/api/bare',
          host: ['bare.example'],
          version: ['1', '2'],
          policy: {
            name: 'defaultPolicy',
            noCors: false,
            origin: ['https://default.example'],
            allowedHeaders: 'any',
            exposedHeaders: [],
            credentials: false,
            enforce: false,
            privateNetwork: true,
          },
          provenance: { origin: 'defaultPolicy', privateNetwork: 'defaultPolicy' },
        },
        {
          handler: 'BareController.underEntry',
          methods: ['GET'],
          path: '/api/bare/entry',
          host: ['bare.example'],
          version: ['3'],
          policy: open,
          provenance: ofPublic,
        },
        {
          handler: 'routes[0]',
          methods: ['GET', 'POST'],
          path: '/graphql',
          policy: { ...partner, exposedHeaders: [] },
          provenance: ofPartner,
        },
        { handler: 'routes[1]', methods: ['*'], path: '/api/bare/entry', policy: open, provenance: ofPublic },
      ];
      const routes = app.app.get(CorsInspector).routes();
      const find = (name: string): unknown => routes.find(({ handler }) => handler === name);
      for (const report of expected) {
        expect(find(report.handler)).toEqual({
          ...report,
          policy: report.policy && { dangerously: [], ...report.policy },
          sources: expect.any(Object),
          findings: expect.any(Array),
        });
      }
      expect(new Set(routes.map(({ handler }) => handler))).toEqual(new Set(expected.map(({ handler }) => handler)));
      expect(Object.isFrozen(routes)).toBe(true);
    });

    test('2.5: a route that no policy reaches is listed without one, and providers by name', async () => {
      @Injectable()
      class Tenants implements OriginAllowlist {
        isAllowed(): boolean {
          return false;
        }
      }
      @Controller()
      class MixedController {
        @Get('none')
        none(): string {
          return 'none';
        }
        @Get('tenants')
        @CorsPolicy({
          origin: [
            Tenants,
            { provider: 'MORE' },
            function askMe() {
              return false;
            },
            'null',
          ],
          dangerously: { allowNullOrigin: true },
        })
        tenants(): string {
          return 'tenants';
        }
      }
      const { app } = await startApp(
        { controllers: [MixedController], providers: [Tenants, { provide: 'MORE', useClass: Tenants }] },
        platform,
      );
      const routes = app.get(CorsInspector).routes();
      expect(routes.find(({ path }) => path === '/none')).toEqual({
        handler: 'MixedController.none',
        methods: ['GET'],
        path: '/none',
        policy: null,
        provenance: {},
        sources: {},
        findings: [],
      });
      const [tenants, more, asked, nullOrigin] = routes.find(({ path }) => path === '/tenants')!.policy!.origin;
      expect([tenants, nullOrigin]).toEqual(['Tenants', 'null']);
      expect(more).toContain('MORE');
      expect(asked).toContain('askMe');
    });

    test('2.5: before the app is initialised it says so', () => {
      const inspector = new CorsInspector({
        expectRunning: () => {
          throw new Error('not running');
        },
      } as never);
      expect(() => inspector.routes()).toThrow('not running');
    });
  });

  describe('2.5: decisionOf() and isTrusted()', () => {
    test('2.5: the decision stands for middleware, guards, handlers and filters', async () => {
      const seen: [string, Decision | undefined, boolean][] = [];
      @Injectable()
      class SeeingGuard implements CanActivate {
        constructor(private readonly inspector: CorsInspector) {}
        canActivate(context: ExecutionContext): boolean {
          const native = context.switchToHttp().getRequest<object>();
          seen.push(['guard', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          return true;
        }
      }
      @Catch()
      class SeeingFilter implements ExceptionFilter {
        constructor(private readonly inspector: CorsInspector) {}
        catch(_error: unknown, host: ArgumentsHost): void {
          const native = host.switchToHttp().getRequest<object>();
          seen.push(['filter', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: string): void } }>();
          response.status(418).send('caught');
        }
      }
      @Controller('seen')
      @CorsPolicy({ origin: APP, credentials: true })
      class SeenController {
        constructor(private readonly inspector: CorsInspector) {}
        @Get()
        read(@Req() native: object): string {
          seen.push(['handler', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          return 'read';
        }
        @Get('fails')
        fails(): string {
          throw new Error('fails');
        }
      }
      const app = await startApp(
        {
          controllers: [SeenController],
          providers: [
            { provide: APP_GUARD, useClass: SeeingGuard },
            { provide: APP_FILTER, useClass: SeeingFilter },
          ],
          setUp: (nest) =>
            nest.use((native: object, _response: unknown, next: () => void) => {
              const inspector = nest.get(CorsInspector);
              seen.push(['middleware', inspector.decisionOf(native), inspector.isTrusted(native)]);
              next();
            }),
        },
        platform,
      );
      const allowed = {
        allowed: true,
        reason: 'allowed',
        headers: [
          ['Access-Control-Allow-Origin', APP],
          ['Access-Control-Allow-Credentials', 'true'],
        ],
        vary: ['Origin'],
      };
      await app.get('/seen', APP).expect(200);
      expect(seen).toEqual([
        ['middleware', allowed, true],
        ['guard', allowed, true],
        ['handler', allowed, true],
      ]);
      seen.length = 0;
      const failed = await app.get('/seen/fails', STRANGER);
      expect([failed.status, failed.text]).toEqual([418, 'caught']);
      const refused = { allowed: false, reason: 'origin-not-allowed', headers: [], vary: ['Origin'] };
      expect(seen).toEqual([
        ['middleware', refused, false],
        ['guard', refused, false],
        ['filter', refused, false],
      ]);
      expect(app.app.get(CorsInspector).decisionOf({})).toBeUndefined();
      expect(app.app.get(CorsInspector).isTrusted({})).toBe(false);
    });

    const POLICIES: [string, CorsPolicyOptions | 'no-cors' | undefined, string | undefined, string, boolean][] = [
      ['listed, with credentials', { origin: APP, credentials: true }, APP, 'allowed', true],
      [
        'matched by a pattern, with credentials',
        { origin: 'https://*.example', credentials: true },
        APP,
        'allowed',
        true,
      ],
      [
        'answered by a function, with credentials',
        { origin: async () => true, credentials: true },
        APP,
        'allowed',
        true,
      ],
      ['listed, without credentials', { origin: APP }, APP, 'allowed', false],
      ['any origin', { origin: '*' }, APP, 'allowed', false],
      [
        'any origin, echoed with credentials',
        { origin: [APP, '*'], credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
        APP,
        'allowed',
        false,
      ],
      ['not listed', { origin: APP, credentials: true }, STRANGER, 'origin-not-allowed', false],
      ['null', { origin: APP, credentials: true }, 'null', 'origin-null', false],
      ['malformed', { origin: APP, credentials: true }, `${APP}/`, 'origin-malformed', false],
      ['no Origin', { origin: APP, credentials: true }, undefined, 'no-origin', false],
      [
        'a method that the policy lacks',
        { origin: APP, credentials: true, methods: 'PUT' },
        APP,
        'method-not-allowed',
        false,
      ],
      ['@NoCors()', 'no-cors', APP, 'no-cors', false],
      ['no policy', undefined, APP, 'no-policy', false],
    ];
    test.each(POLICIES)('2.5: %s', async (_title, policy, origin, reason, isTrusted) => {
      const mark = policy === 'no-cors' ? NoCors() : policy === undefined ? (): void => undefined : CorsPolicy(policy);
      @Controller('seen')
      class SeenController {
        constructor(private readonly inspector: CorsInspector) {}
        @Post()
        @mark
        read(@Req() native: object): object {
          return { reason: this.inspector.decisionOf(native)?.reason, trusted: this.inspector.isTrusted(native) };
        }
      }
      const app = await startApp({ controllers: [SeenController] }, platform);
      const response = await app.request('POST', '/seen', origin === undefined ? {} : { Origin: origin });
      expect([response.status, response.body]).toEqual([201, { reason, trusted: isTrusted }]);
    });

    test('2.5: with enableCsrfProtection() exactly the origins that may use a route with cookies come through', async () => {
      const stored = new Set([APP]);
      @Injectable()
      class StoredOrigins implements OriginSource {
        load(): Promise<Iterable<string>> {
          return Promise.resolve([...stored]);
        }
      }
      @Controller('seen')
      class SeenController {
        @Post('cookies')
        @CorsPolicy({ origin: StoredOrigins, credentials: true })
        cookies(): string {
          return 'cookies';
        }
        @Post('asked')
        @CorsPolicy({ origin: (origin) => Promise.resolve(origin === OTHER), credentials: true })
        asked(): string {
          return 'asked';
        }
        @Post('bare')
        @CorsPolicy({ origin: APP })
        bare(): string {
          return 'bare';
        }
        @Post('open')
        @CorsPolicy({ origin: '*' })
        open(): string {
          return 'open';
        }
        @Post('closed')
        @NoCors()
        closed(): string {
          return 'closed';
        }
        @Post('none')
        none(): string {
          return 'none';
        }
      }
      const app = await startApp(
        {
          controllers: [SeenController],
          providers: [StoredOrigins],
          setUp: (nest) =>
            void nest.enableCsrfProtection({
              exclude: (native) => nest.get(CorsInspector).isTrusted(native as object),
            }),
        },
        platform,
      );
      const post = async (path: string, origin: string, headers: Record<string, string> = {}): Promise<number> =>
        (await app.request('POST', `/seen/${path}`, { Origin: origin, ...headers })).status;

      expect(await post('cookies', APP)).toBe(201);
      expect(await post('cookies', APP, { 'Sec-Fetch-Site': 'cross-site' })).toBe(201);
      expect(await post('cookies', STRANGER)).toBe(403);
      expect(await post('cookies', OTHER)).toBe(403);
      stored.add(OTHER).delete(APP);
      await app.app.get(CorsAllowlists).refresh(StoredOrigins);
      expect(await post('cookies', OTHER)).toBe(201);
      expect(await post('cookies', APP)).toBe(403);
      expect(await post('asked', OTHER)).toBe(201);
      expect(await post('asked', APP)).toBe(403);
      for (const path of ['bare', 'open', 'closed', 'none', 'nowhere']) {
        expect([path, await post(path, APP)]).toEqual([path, 403]);
      }
      expect(await post('closed', app.url)).toBe(201);
      // Refused by the CSRF check, and still readable by the page that may read it.
      const refused = await app.request('POST', '/seen/bare', { Origin: APP });
      expect([refused.status, corsHeaders(refused)]).toEqual([403, granted(APP)]);
      const preflight = await app.preflight('/seen/cookies', { origin: OTHER, method: 'POST' });
      expect(preflight.status).toBe(204);
    });
  });

  describe('2.5: CorsAllowlists', () => {
    test('2.5: refresh() brings one or all up to date, and status() says how each is doing', async () => {
      let origins: string[] = [APP, `${OTHER}/`, '*', 'http://plain.example', 'https://*.github.io'];
      let fails = false;
      let asked = 0;
      @Injectable()
      class Stored implements OriginSource {
        load(): Promise<Iterable<string>> {
          return fails ? Promise.reject(new Error('the database is down')) : Promise.resolve(origins);
        }
      }
      @Injectable()
      class Asked implements OriginAllowlist {
        isAllowed(origin: string): boolean {
          asked++;
          return origins.includes(origin);
        }
      }
      @Controller('lists')
      class ListsController {
        @Get('stored')
        @CorsPolicy({ origin: Stored, credentials: true })
        stored(): string {
          return 'stored';
        }
        @Get('asked')
        @CorsPolicy({ origin: { provider: 'ASKED' } })
        asked(): string {
          return 'asked';
        }
      }
      const app = await startApp(
        { controllers: [ListsController], providers: [Stored, { provide: 'ASKED', useClass: Asked }] },
        platform,
      );
      const allowlists = app.app.get(CorsAllowlists);
      const stored = () => allowlists.status().find(({ token }) => token === Stored);
      const reason = expect.stringMatching(/.{10}/) as unknown;
      expect(stored()).toEqual({
        token: Stored,
        kind: 'source',
        loaded: true,
        stale: false,
        entries: 1,
        rejected: [
          { value: expect.stringContaining(`${OTHER}/`), reason },
          { value: expect.stringContaining('*'), reason },
          { value: expect.stringContaining('http://plain.example'), reason },
          { value: expect.stringContaining('https://*.github.io'), reason },
        ],
        loadedAt: expect.any(Date),
      });
      expect(allowlists.status().find(({ token }) => token === 'ASKED')).toEqual({
        token: 'ASKED',
        kind: 'allowlist',
        loaded: true,
        stale: false,
        entries: 0,
        rejected: [],
      });

      for (let i = 0; i < 3; i++) {
        expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual({});
      }
      expect(asked).toBe(1);
      origins = [OTHER];
      expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual({});
      await allowlists.refresh('ASKED');
      expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual(granted(OTHER));
      expect(corsHeaders(await app.get('/lists/stored', APP))).toEqual(trusted(APP));
      await allowlists.refresh();
      expect(corsHeaders(await app.get('/lists/stored', APP))).toEqual({});
      expect(corsHeaders(await app.get('/lists/stored', OTHER))).toEqual(trusted(OTHER));

      fails = true;
      await expect(allowlists.refresh(Stored)).rejects.toThrow('the database is down');
      await expect(allowlists.refresh()).rejects.toThrow('the database is down');
      expect(corsHeaders(await app.get('/lists/stored', OTHER))).toEqual(trusted(OTHER));
      expect(stored()).toMatchObject({ loaded: true, entries: 1, lastError: expect.stringContaining('down') });
      fails = false;
      await allowlists.refresh(Stored);
      expect(stored()).not.toHaveProperty('lastError');

      class Unknown {}
      await expect(allowlists.refresh(Unknown)).rejects.toThrow('Unknown');
    });

    test('4: a source is loaded once it could get ready, and an app without its first list denies', async () => {
      const order: string[] = [];
      @Injectable()
      class Late implements OriginSource {
        onModuleInit(): void {
          order.push('ready');
        }
        load(): Promise<Iterable<string>> {
          order.push('load');
          return Promise.resolve([APP]);
        }
      }
      @Injectable()
      class Hanging implements OriginSource {
        load(): Promise<Iterable<string>> {
          return new Promise(() => undefined);
        }
      }
      @Controller('lists')
      class ListsController {
        @Get('late')
        @CorsPolicy({ origin: Late })
        late(): string {
          return 'late';
        }
        @Get('hanging')
        @CorsPolicy({ origin: [Hanging, OTHER] })
        hanging(): string {
          return 'hanging';
        }
      }
      const app = await startApp(
        {
          cors: { allowlists: { timeoutMs: 30 } },
          controllers: [ListsController],
          providers: [Late, Hanging],
        },
        platform,
      );
      expect(order).toEqual(['ready', 'load']);
      expect(corsHeaders(await app.get('/lists/late', APP))).toEqual(granted(APP));
      expect(corsHeaders(await app.get('/lists/hanging', APP))).toEqual({});
      expect(corsHeaders(await app.get('/lists/hanging', OTHER))).toEqual(granted(OTHER));
    });
  });

  describe('the life of an app', () => {
    test('2.1: an app may be closed and booted again, and two may run at once, each with its own policies', async () => {
      const boot = (origin: string) =>
        startApp({ cors: { policies: { partner: { origin } } }, controllers: [OneController] }, platform);
      const first = await boot(APP);
      expect(corsHeaders(await first.get('/one', APP))).toEqual(granted(APP));
      await first.app.close();
      const second = await boot(OTHER);
      const third = await boot(STRANGER);
      expect(corsHeaders(await second.get('/one', OTHER))).toEqual(granted(OTHER));
      expect(corsHeaders(await second.get('/one', APP))).toEqual({});
      expect(corsHeaders(await third.get('/one', STRANGER))).toEqual(granted(STRANGER));
      expect(corsHeaders(await third.get('/one', OTHER))).toEqual({});
      expect(second.app.get(CorsInspector).routes()).toHaveLength(1);
    });

    test('2.1: an app that fails to boot leaves nothing behind', async () => {
      await expect(startApp({ controllers: [OneController] }, platform)).rejects.toThrow('"partner"');
      const app = await startApp(
        { cors: { policies: { partner: { origin: APP } } }, controllers: [OneController] },
        platform,
      );
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
    });

    test('7: a request hook of the app goes on working, whether it was set before init or after, and so do ours', async () => {
      type Hook = (native: object, response: object, done: (error?: Error) => void) => void;
      const ran: string[] = [];
      const hook =
        (name: string): Hook =>
        (_native, _response, done) => {
          ran.push(name);
          done();
        };
      const setHook = (nest: INestApplication, set: Hook): void =>
        (nest.getHttpAdapter() as unknown as { setOnRequestHook(hook: Hook): void }).setOnRequestHook(set);
      const app = await startApp(
        {
          cors: { policies: { partner: { origin: APP } } },
          controllers: [OneController],
          setUp: (nest) => setHook(nest, hook('before')),
        },
        platform,
      );
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
      expect(ran).toEqual(['before']);

      setHook(app.app, hook('after'));
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
      expect(ran).toEqual(['before', 'after']);

      // One that answers by itself, and one that fails: our fields are set before either runs.
      setHook(app.app, (_native, _response, done) => done(new Error('the hook fails')));
      const failed = await app.get('/one', APP);
      expect([failed.status, corsHeaders(failed)]).toEqual([500, granted(APP)]);

      await app.app.close();
    });

    test('2.1: without HTTP, as in a script or a worker, nothing is asked of the module', async () => {
      @Module({
        imports: [CorsModule.forRoot({ policies: { partner: { origin: APP } } })],
        controllers: [OneController],
      })
      class AppModule {}
      const context = await NestFactory.createApplicationContext(AppModule, { logger: false });
      expect(() => context.get(CorsInspector).routes()).toThrow('not running');
      expect(() => context.get(CorsAllowlists).status()).toThrow('not running');
      await expect(context.get(CorsAllowlists).refresh()).rejects.toThrow('not running');
      expect(context.get(CorsInspector).decisionOf({})).toBeUndefined();
      await context.close();
    });

    test('6: debug logs each refusal once per reason, route and origin, and nothing that was allowed', async () => {
      const app = await startApp(
        {
          cors: { debug: true, policies: { partner: { origin: APP } } },
          controllers: [OneController],
        },
        platform,
      );
      const told = (): string[] => app.logs.filter((line) => line.startsWith('debug: '));
      await app.get('/one', APP);
      await app.get('/one');
      await app.get('/nowhere', STRANGER);
      expect(told()).toEqual([]);
      for (let i = 0; i < 3; i++) {
        await app.get('/one', STRANGER);
        await app.preflight('/one', { origin: STRANGER, method: 'GET' });
      }
      await app.get('/one', OTHER);
      expect(told()).toHaveLength(2);
      for (const line of told()) {
        expect(line).toContain('OneController.read');
        expect(line).toContain('origin-not-allowed');
        expect(line).toContain('partner');
      }
      expect(told().filter((line) => line.includes(STRANGER))).toHaveLength(1);
    });

    test('6: without debug a refusal writes no line', async () => {
      const app = await startApp(
        { cors: { policies: { partner: { origin: APP } } }, controllers: [OneController] },
        platform,
      );
      const lines = app.logs.length;
      await app.get('/one', STRANGER);
      expect(app.logs).toHaveLength(lines);
    });
  });
});

describe('the module on an Express app of one’s own', () => {
  @Module({
    imports: [
      CorsModule.forRoot({
        policies: { partner: { origin: APP } },
        routes: [
          { path: '/assets/*path', policy: { origin: '*' }, methods: ['GET'] },
          { path: '/own/:id', policy: { origin: OTHER } },
        ],
      }),
    ],
    controllers: [OneController],
  })
  class AppModule {}

  test('2.4: static files and routes that Express itself serves have the policy of their entry', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assets-'));
    await writeFile(join(folder, 'a.txt'), 'a');
    const server = express();
    const nest = await NestFactory.create(AppModule, new ExpressAdapter(server), { logger: false });
    nest.use('/assets', express.static(folder));
    server.put('/own/:id', (_request, response) => void response.send('own'));
    try {
      await nest.init();
      const get = (path: string, origin: string) => request(server).get(path).set('Origin', origin);
      const file = await get('/assets/a.txt', STRANGER);
      expect([file.status, file.text, corsHeaders(file)]).toEqual([200, 'a', granted('*')]);
      expect(file.headers.vary).toBeUndefined();
      const missing = await get('/assets/b.txt', STRANGER);
      expect([missing.status, corsHeaders(missing)]).toEqual([404, granted('*')]);
      const unchanged = await get('/assets/a.txt', STRANGER).set('If-None-Match', file.headers.etag!);
      expect([unchanged.status, corsHeaders(unchanged)]).toEqual([304, granted('*')]);
      const part = await get('/assets/a.txt', STRANGER).set('Range', 'bytes=0-0');
      expect([part.status, corsHeaders(part)]).toEqual([206, granted('*')]);
      const own = await request(server).put('/own/7').set('Origin', OTHER);
      expect([own.status, own.text, corsHeaders(own)]).toEqual([200, 'own', granted(OTHER)]);
      const preflight = await request(server)
        .options('/own/7')
        .set({ Origin: OTHER, 'Access-Control-Request-Method': 'PUT' });
      expect([preflight.status, corsHeaders(preflight)]).toMatchObject([204, granted(OTHER)]);
      const one = await get('/one', APP);
      expect([one.status, corsHeaders(one)]).toEqual([200, granted(APP)]);
    } finally {
      await nest.close();
      await rm(folder, { recursive: true });
    }
  });
});

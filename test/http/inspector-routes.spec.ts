import { All, Controller, Get, Injectable, Post, Put, Version } from '@nestjs/common';
import { CorsInspector, CorsPolicy, NoCors, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('the inspector on %s', (platform) => {
  describe('2.5: CorsInspector.routes()', () => {
    test('2.5: lists every route with its effective policy, and the place of each field', async () => {
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
            nest.enableVersioning(BY_HEADER);
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
          kind: report.handler.startsWith('routes[') ? 'entry' : 'handler',
          ...report,
          policy: report.policy && { dangerously: [], override: false, timing: false, ...report.policy },
          sources: expect.any(Object),
          findings: expect.any(Array),
        });
      }
      expect(new Set(routes.map(({ handler }) => handler))).toEqual(new Set(expected.map(({ handler }) => handler)));
      expect(Object.isFrozen(routes)).toBe(true);
    });

    test('2.5: lists a route without a policy as such, and providers by name', async () => {
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
        kind: 'handler',
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

    test('2.5: throws before the app is initialised', () => {
      const inspector = new CorsInspector({
        expectRunning: () => {
          throw new Error('not running');
        },
      } as never);
      expect(() => inspector.routes()).toThrow('not running');
    });
  });
});

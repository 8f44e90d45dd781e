import { Controller, Get, Header, Injectable, Post, Put, Version, VersioningType } from '@nestjs/common';
import { Resolver } from '@nestjs/graphql';
import { type AuditFinding, CorsInspector, type CorsModuleOptions, CorsPolicy, NoCors } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, startApp, warningsOf } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('the boot audit on %s', (platform) => {
  interface Audited {
    readonly findings: readonly AuditFinding[];
    readonly warnings: readonly string[];
    /** The codes of the findings, by the handler of the route. */
    readonly byHandler: Readonly<Record<string, readonly string[]>>;
  }

  async function audit(parts: AppParts): Promise<Audited> {
    const started = await startApp(parts, platform);
    const inspector = started.app.get(CorsInspector);
    const odd = inspector.routes().filter(({ findings }) => findings.length > 0);
    return {
      findings: inspector.audit(),
      warnings: warningsOf(started),
      byHandler: Object.fromEntries(odd.map(({ handler, findings }) => [handler, findings.map(({ code }) => code)])),
    };
  }

  @CorsPolicy('partner')
  @Controller('orders')
  class OrdersController {
    @Get()
    list(): string {
      return 'list';
    }

    @Put()
    @CorsPolicy({ allowedHeaders: ['X-Put'] })
    write(): string {
      return 'write';
    }

    @Post('own')
    @Header('Access-Control-Max-Age', '5')
    own(): string {
      return 'own';
    }

    @Get('closed')
    @NoCors()
    closed(): string {
      return 'closed';
    }
  }

  test('writes one line for each kind of finding, with the routes', async () => {
    const { findings, warnings, byHandler } = await audit({
      cors: {
        policies: {
          partner: {
            origin: APP,
            credentials: true,
            maxAge: 86_400,
            exposedHeaders: ['X-Total', 'Content-Type', 'ETag', 'cache-control'],
          },
          idle: { origin: APP },
        },
      },
      controllers: [OrdersController],
    });
    expect(findings.map(({ code, place, detail }) => [code, place, detail])).toEqual([
      ['unused-policy', 'policies.idle', undefined],
      ['own-header', 'OrdersController.own', 'Access-Control-Max-Age'],
      ['header-rules-differ', '/orders', 'OrdersController.list, OrdersController.write'],
      ['max-age-capped', 'policies.partner', 'maxAge 86400'],
      ['any-header-with-credentials', 'policies.partner', undefined],
      ['exposes-safelisted', 'policies.partner', 'Content-Type, cache-control'],
    ]);
    expect(warnings.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      'policies.idle',
      'OrdersController.own (Access-Control-Max-Age)',
      '/orders (OrdersController.list, OrdersController.write)',
      'policies.partner (maxAge 86400)',
      'policies.partner',
      'policies.partner (Content-Type, cache-control)',
    ]);
    const shared = ['max-age-capped', 'any-header-with-credentials', 'exposes-safelisted'];
    expect(byHandler).toEqual({
      'OrdersController.list': ['header-rules-differ', ...shared],
      'OrdersController.write': ['header-rules-differ', 'max-age-capped', 'exposes-safelisted'],
      'OrdersController.own': ['own-header', ...shared],
    });
    expect(Object.isFrozen(findings)).toBe(true);
  });

  test('keeps a line short if there are many places', async () => {
    const policies = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`idle${at}`, { origin: APP }]));
    const { findings, warnings } = await audit({ cors: { policies } });
    expect(findings).toHaveLength(30);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^policies\.idle0; .*policies\.idle4 and 25 more: /);
  });

  test('reports versions of one route that grant differently, and not versions that grant the same', async () => {
    @Controller('versioned')
    class VersionedController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-Version'] })
      one(): string {
        return '1';
      }

      @Get()
      @Version('2')
      @CorsPolicy({ origin: 'https://other.example', allowedHeaders: ['X-Version'] })
      two(): string {
        return '2';
      }

      @Get('same')
      @Version('1')
      @CorsPolicy({ origin: APP })
      sameOne(): string {
        return '1';
      }

      @Get('same')
      @Version('2')
      @CorsPolicy({ origin: APP, maxAge: 5 })
      sameTwo(): string {
        return '2';
      }
    }
    const parts = { controllers: [VersionedController] };
    const byHeader = await audit({
      ...parts,
      setUp: (app) => app.enableVersioning(BY_HEADER),
    });
    expect(byHeader.findings.map(({ code, place }) => [code, place])).toEqual([['versions-differ', 'GET /versioned']]);
    expect(Object.keys(byHeader.byHandler)).toEqual(['VersionedController.one', 'VersionedController.two']);
    await closeApps();
    const byUri = await audit({ ...parts, setUp: (app) => app.enableVersioning({ type: VersioningType.URI }) });
    expect(byUri.findings).toEqual([]);
  });

  test('an entry of routes is audited too', async () => {
    const { byHandler } = await audit({
      cors: { routes: [{ path: '/raw', policy: { origin: APP, credentials: true } }] },
    });
    expect(byHandler).toEqual({ 'routes[0]': ['any-header-with-credentials'] });
  });

  describe('entries of routes that never apply', () => {
    @Controller('own')
    class OwnController {
      @Get(':id')
      @CorsPolicy({ origin: APP })
      one(): string {
        return 'one';
      }

      @Get('bare/:id')
      bare(): string {
        return 'bare';
      }
    }

    const rest = platform === 'express' ? '*path' : '*';
    const policy = { origin: APP };
    const idle = async (routes: NonNullable<CorsModuleOptions['routes']>) => {
      const { findings } = await audit({ cors: { routes }, controllers: [OwnController] });
      return findings
        .filter(({ code }) => code === 'entry-never-counts')
        .map(({ place, detail = '' }) => `${place} ${detail.slice(detail.indexOf('behind'))}`);
    };

    test.each<[what: string, routes: NonNullable<CorsModuleOptions['routes']>, found: string[]]>([
      [
        'a wider path before it',
        [
          { path: `/api/${rest}`, policy },
          { path: `/api/admin/${rest}`, policy },
        ],
        ['routes[1] behind routes[0]'],
      ],
      [
        'the same path twice',
        [
          { path: '/feed', policy },
          { path: '/feed', policy, methods: ['GET'] },
        ],
        ['routes[1] behind routes[0]'],
      ],
      [
        'a parameter before a word',
        [
          { path: '/feed/:id', policy },
          { path: '/feed/latest', policy },
        ],
        ['routes[1] behind routes[0]'],
      ],
      [
        'a decorated handler that serves it',
        [{ path: '/own/:id', policy, methods: ['GET'] }],
        ['routes[0] behind OwnController.one'],
      ],
      [
        'one address of a decorated handler',
        [{ path: '/own/7', policy, methods: ['GET'] }],
        ['routes[0] behind OwnController.one'],
      ],
    ])('%s', async (_what, routes, found) => {
      expect(await idle(routes)).toEqual(found);
    });

    test.each<[what: string, routes: NonNullable<CorsModuleOptions['routes']>]>([
      [
        'the wider one comes later',
        [
          { path: `/api/admin/${rest}`, policy },
          { path: `/api/${rest}`, policy },
        ],
      ],
      [
        'the earlier one is for some methods',
        [
          { path: '/feed', policy, methods: ['GET'] },
          { path: '/feed', policy },
        ],
      ],
      [
        'the earlier one covers one segment only',
        [
          { path: '/:one', policy },
          { path: `/${rest}`, policy },
        ],
      ],
      [
        'the earlier one covers a part of a segment',
        [
          { path: '/:one-:two', policy },
          { path: '/:one', policy },
        ],
      ],
      ['other methods than those of the handler', [{ path: '/own/:id', policy }]],
      ['more than the handler serves', [{ path: `/own/${rest}`, policy, methods: ['GET'] }]],
      ['a handler without a decorator', [{ path: '/own/bare/:id', policy, methods: ['GET'] }]],
      [
        'it enforces, which reaches further',
        [{ path: '/own/:id', policy: { ...policy, enforce: true }, methods: ['GET'] }],
      ],
    ])('not reported: %s', async (_what, routes) => {
      expect(await idle(routes)).toEqual([]);
    });
  });

  test('reports a decorator that nothing reads, and what to write instead', async () => {
    @Resolver()
    @CorsPolicy({ origin: APP })
    class OrdersResolver {}

    @Injectable()
    class OrdersService {
      @NoCors()
      find(): string {
        return 'found';
      }
    }

    @Controller('helped')
    class HelpedController {
      @CorsPolicy({ origin: APP })
      helper(): string {
        return 'helper';
      }
    }
    const { findings } = await audit({
      controllers: [HelpedController],
      providers: [OrdersResolver, OrdersService],
    });
    expect(findings.map(({ code, place, detail }) => [code, place, detail])).toEqual([
      ['misplaced-decorator', 'HelpedController.helper', expect.stringContaining('decorate the handler')],
      ['misplaced-decorator', 'OrdersResolver', expect.stringContaining('an entry of routes')],
      ['misplaced-decorator', 'OrdersService.find', expect.stringContaining('decorate the controller or the handler')],
    ]);
  });
});

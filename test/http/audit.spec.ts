import { Controller, Get, Header, Post, Put, Version, VersioningType } from '@nestjs/common';
import { type AuditFinding, CorsInspector, CorsPolicy, NoCors } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('the boot audit on %s', (platform) => {
  interface Audited {
    readonly findings: readonly AuditFinding[];
    readonly warnings: readonly string[];
    /** Codes by the handlers of the routes that they are about. */
    readonly byHandler: Readonly<Record<string, readonly string[]>>;
  }

  async function audit(parts: AppParts): Promise<Audited> {
    const { app, logs }: TestApp = await startApp(parts, platform);
    const inspector = app.get(CorsInspector);
    const odd = inspector.routes().filter(({ findings }) => findings.length > 0);
    return {
      findings: inspector.audit(),
      warnings: logs.filter((line) => line.startsWith('warn: ')).map((line) => line.slice('warn: '.length)),
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

  test('names what is rarely meant, a line for each kind, and the routes that it is about', async () => {
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

  test('a line stays short, however many places there are', async () => {
    const policies = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`idle${at}`, { origin: APP }]));
    const { findings, warnings } = await audit({ cors: { policies } });
    expect(findings).toHaveLength(30);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^policies\.idle0; .*policies\.idle4 and 25 more: /);
  });

  test('versions of one route that grant differently, and not those that grant the same', async () => {
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
      setUp: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
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
});

import { Controller, Get, Injectable, Put } from '@nestjs/common';
import {
  type CorsModuleOptions,
  CorsPolicy,
  type CorsPolicyOptions,
  type ExplainRequest,
  NoCors,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import type { ExplainedFix } from '../../lib/inspect/explain/explanation.js';
import { CORS_PAGE_PORT, type CorsPagePort } from '../../lib/nest/page-port.js';
import { type AppParts, closeApps, PLATFORMS, startApp } from '../support/app.js';

const PARTNER = 'https://partner.example';
const OTHER = 'https://other.example';

@Injectable()
class Tenants implements OriginSource {
  loads = 0;

  load(): readonly string[] {
    this.loads++;
    return ['https://*.tenant.example', 'https://*.github.io', 'http://plain.example'];
  }
}

@Injectable()
class Someone implements OriginAllowlist {
  isAllowed(origin: string): boolean {
    return origin === PARTNER;
  }
}

@Controller('orders')
@CorsPolicy('partner')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }

  @Put(':id')
  @CorsPolicy({ methods: ['GET'], allowedHeaders: ['X-Key'] })
  update(): string {
    return 'updated';
  }
}

@Controller('closed')
@NoCors()
class ClosedController {
  @Get()
  list(): string {
    return 'closed';
  }
}

@Controller('open')
class OpenController {
  @Get()
  list(): string {
    return 'open';
  }
}

@Controller('tenants')
@CorsPolicy({ origin: [Tenants, PARTNER] })
class TenantsController {
  @Get()
  list(): string {
    return 'tenants';
  }
}

/** A provider that takes its time to refuse. */
class Slow implements OriginAllowlist {
  static asked = 0;

  async isAllowed(): Promise<boolean> {
    Slow.asked++;
    await new Promise((resolve) => setTimeout(resolve, 600));
    return false;
  }
}

const isPartner = (origin: string): boolean => origin === PARTNER;

@Controller('plain')
@CorsPolicy('partner')
class PlainController {
  @Get()
  @CorsPolicy({ credentials: false })
  list(): string {
    return 'plain';
  }
}

/** Has every field but its origin from the default policy. */
@Controller('public')
@CorsPolicy({ origin: '*' })
class PublicController {
  @Get()
  list(): string {
    return 'public';
  }
}

/** Has its origin from the controller, and its flags from the named policy. */
@Controller('flags')
@CorsPolicy('partner', { origin: OTHER })
class OuterFlagsController {
  @Get()
  list(): string {
    return 'flags';
  }
}

@Controller('functions')
class FunctionsController {
  @Get('inside')
  @CorsPolicy({ origin: (origin) => origin === PARTNER })
  inside(): string {
    return 'inside';
  }

  @Get('named')
  @CorsPolicy({ origin: isPartner })
  named(): string {
    return 'named';
  }
}

@Controller('asked')
@CorsPolicy({ origin: Someone })
class AskedController {
  @Get()
  list(): string {
    return 'asked';
  }
}

const CONTROLLERS = [
  OrdersController,
  ClosedController,
  OpenController,
  TenantsController,
  AskedController,
  FunctionsController,
];

describe.each(PLATFORMS)('6.5: corrections as code on %s', (platform) => {
  afterEach(closeApps);

  const start = async (
    cors: CorsModuleOptions = { policies: { partner: { origin: PARTNER } } },
    parts: AppParts = {},
  ): Promise<CorsPagePort> => {
    const { app } = await startApp(
      { cors, controllers: CONTROLLERS, providers: [Tenants, Someone], ...parts },
      platform,
    );
    return app.get<CorsPagePort>(CORS_PAGE_PORT, { strict: false });
  };
  const fixes = async (question: ExplainRequest, cors?: CorsModuleOptions): Promise<readonly ExplainedFix[]> =>
    (await start(cors)).fixes(question);

  it('has none where the request is allowed', async () => {
    expect(await fixes({ url: '/orders', origin: PARTNER })).toEqual([]);
    expect(await fixes({ url: '/orders' })).toEqual([]);
  });

  it('adds an origin where the list is written', async () => {
    expect(await fixes({ url: '/orders', origin: OTHER })).toEqual([
      {
        title: 'Add the origin to policies.partner',
        place: 'policies.partner',
        code: "origin: ['https://partner.example', 'https://other.example'],",
        language: 'ts',
      },
    ]);
  });

  it('does not add an origin that startup would refuse', async () => {
    const cors = { policies: { partner: { origin: PARTNER, credentials: true } } };

    expect(await fixes({ url: '/orders', origin: 'http://other.example' }, cors)).toEqual([]);
  });

  it('does not add an origin that startup would refuse in the named policy, which every route refines', async () => {
    const cors = { policies: { partner: { origin: PARTNER, credentials: true } } };
    const port = await start(cors, { controllers: [PlainController] });

    expect(await port.fixes({ url: '/plain', origin: 'http://other.example' })).toEqual([]);
    expect(await port.fixes({ url: '/plain', origin: OTHER })).toHaveLength(1);
  });

  it.each([
    ['another one refines', { maxAge: 60 }],
    ['another one refines, and all of whose fields it overrides', {}],
  ])('does not allow cookies in a policy that %s, where startup would refuse that', async (_what, more) => {
    const corsWith = (partner: CorsPolicyOptions): CorsModuleOptions => ({
      policies: { partner: { origin: PARTNER, ...more, ...partner } },
      defaultPolicy: 'partner',
    });
    const question = { url: '/metrics', origin: PARTNER, credentials: true };
    const alone = await start(corsWith({}), { controllers: [OrdersController] });
    expect((await alone.fixes(question)).map(({ code }) => code)).toEqual(['credentials: true,']);
    await closeApps();

    const refined = await start(corsWith({}), { controllers: [PublicController] });

    expect(await refined.fixes(question)).toEqual([]);
    await expect(start(corsWith({ credentials: true }), { controllers: [PublicController] })).rejects.toThrow(
      'any-origin-with-credentials',
    );
  });

  it('allows the origin null in a policy beside flags that the policy outside it has', async () => {
    const cors: CorsModuleOptions = {
      policies: { partner: { origin: PARTNER, dangerously: { allowInsecureOrigins: true } } },
    };
    const port = await start(cors, { controllers: [OuterFlagsController] });

    expect((await port.fixes({ url: '/flags', origin: 'null' })).map(({ place, code }) => [place, code])).toEqual([
      [
        expect.stringMatching(/^OuterFlagsController /),
        "origin: ['https://other.example', 'null'],\ndangerously: { allowInsecureOrigins: true, allowNullOrigin: true },",
      ],
    ]);
  });

  it('joins everything that a request lacks, each at its place', async () => {
    const [fix, ...others] = await fixes({
      method: 'PUT',
      url: '/orders/7',
      origin: OTHER,
      headers: { 'X-Api-Version': '2' },
      credentials: true,
    });

    expect(others).toEqual([]);
    expect(fix!.code.replace(/ \(\S+\)/g, '').split('\n')).toEqual([
      '// policies.partner',
      "origin: ['https://partner.example', 'https://other.example'],",
      'credentials: true,',
      '// OrdersController.update',
      "methods: ['GET', 'PUT'],",
      "allowedHeaders: ['X-Key', 'X-Api-Version'],",
    ]);
  });

  it('lists the origin in place of * where the page sends cookies', async () => {
    const [fix] = await fixes(
      { url: '/orders', origin: OTHER, credentials: true },
      { policies: { partner: { origin: '*' } } },
    );

    expect(fix!.code).toBe("origin: ['https://other.example'],\ncredentials: true,");
  });

  it('allows the origin null only with its flag', async () => {
    const [fix] = await fixes({ url: '/orders', origin: 'null' });

    expect(fix!.code).toBe("origin: ['https://partner.example', 'null'],\ndangerously: { allowNullOrigin: true },");
    expect(fix!.title).toContain('any site');
  });

  it('opens a closed route by a named policy that allows the request, or by one for the origin', async () => {
    const found = await fixes({ url: '/closed', origin: PARTNER });

    expect(found.map(({ code }) => code)).toEqual([
      "@CorsPolicy('partner')",
      "@CorsPolicy({ origin: 'https://partner.example' })",
    ]);
    expect(found[0]).toMatchObject({ place: expect.stringMatching(/^ClosedController\.list/), language: 'ts' });
    expect(found[0]!.title).toContain('Replace @NoCors()');
  });

  it('gives a route without a policy one, with cookies where the page sends them', async () => {
    expect((await fixes({ url: '/open', origin: OTHER, credentials: true })).map(({ code }) => code)).toEqual([
      "@CorsPolicy({ origin: 'https://other.example', credentials: true })",
    ]);
  });

  it('gives a path without a route an entry of routes', async () => {
    expect(await fixes({ url: '/metrics?x=1', origin: OTHER })).toEqual([
      {
        title: 'Add an entry of routes for /metrics, if middleware or a route without Nest serves it',
        place: 'CorsModule.forRoot(), routes',
        code: "{ path: '/metrics', policy: { origin: 'https://other.example' } },",
        language: 'ts',
      },
    ]);
    expect(await fixes({ url: '/a:b', origin: OTHER })).toEqual([]);
  });

  it('gives no entry for a path that an unmanaged one covers', async () => {
    const cors = {
      policies: { partner: { origin: PARTNER } },
      routes: [{ path: '/metrics', unmanaged: true as const }],
    };

    expect(await fixes({ url: '/metrics', origin: OTHER }, cors)).toEqual([]);
  });

  it('names the provider and the entry where a list is held by one', async () => {
    expect(await fixes({ url: '/tenants', origin: 'https://app.elsewhere.test' })).toEqual([
      {
        title: expect.stringContaining('the list of Tenants'),
        place: 'Tenants',
        code: 'https://app.elsewhere.test',
        language: 'text',
      },
      expect.objectContaining({
        code: "origin: [Tenants, 'https://partner.example', 'https://app.elsewhere.test'],",
      }),
    ]);
  });

  it('names no entry for code of the app that answers', async () => {
    expect((await fixes({ url: '/asked', origin: OTHER })).map(({ code }) => code)).toEqual([
      "origin: [Someone, 'https://other.example'],",
    ]);
  });

  it.each([
    ['inside', "origin: [/* keep the entry of now, and add: */ 'https://other.example'],"],
    ['named', "origin: [isPartner, 'https://other.example'],"],
  ])('repeats a function only where it has a name of its own: %s', async (path, code) => {
    expect((await fixes({ url: `/functions/${path}`, origin: OTHER })).map((fix) => fix.code)).toEqual([code]);
  });

  it('asks slow providers of named policies for two seconds at most, and then tries one for the origin', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `slow${i}`);
    Slow.asked = 0;
    const port = await start(
      { policies: Object.fromEntries(names.map((name) => [name, { origin: { provider: name } }])) },
      { controllers: [OpenController], providers: names.map((name) => ({ provide: name, useClass: Slow })) },
    );

    const found = await port.fixes({ url: '/open', origin: OTHER });

    expect(found.map(({ code }) => code)).toEqual(["@CorsPolicy({ origin: 'https://other.example' })"]);
    expect(Slow.asked).toBeLessThanOrEqual(8);
  });

  it.each([
    ['https://a.tenant.example', 1],
    // An entry for all hosts below a public suffix allows it, which cookies rule out.
    ['https://a.github.io', 0],
    ['http://plain.example', 0],
  ])('judges an entry of a list as a policy with cookies would: %s', async (origin, count) => {
    const cors = { policies: { partner: { origin: PARTNER } } };
    expect(await fixes({ url: '/tenants', origin }, cors)).toEqual([]);
    await closeApps();

    const found = await fixes({ url: '/tenants', origin, credentials: true }, cors);

    expect(found.filter(({ code }) => code === 'credentials: true,')).toHaveLength(count);
  });

  it('leaves the app as it is: lists are not loaded again, and decisions stay', async () => {
    let tenants: Tenants | undefined;
    const port = await start(undefined, {
      initialised: (app) => {
        tenants = app.get(Tenants);
      },
    });
    const before = tenants!.loads;
    for (let i = 0; i < 5; i++) {
      await port.fixes({ url: '/tenants', origin: 'https://a.tenant.example', credentials: true });
      await port.fixes({ url: '/tenants', origin: 'https://new.test' });
    }

    expect(tenants!.loads).toBe(before);
    expect(await port.fixes({ url: '/tenants', origin: 'https://new.test' })).toHaveLength(2);
  });

  it('keeps what enforces: a correction inherits it', async () => {
    const cors = { policies: { partner: { origin: PARTNER } }, defaultPolicy: { origin: PARTNER, enforce: true } };

    expect((await fixes({ url: '/open', origin: OTHER }, cors)).map(({ place, code }) => [place, code])).toEqual([
      ['defaultPolicy', "origin: ['https://partner.example', 'https://other.example'],"],
    ]);
  });
});

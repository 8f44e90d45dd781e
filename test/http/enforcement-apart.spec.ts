import { Controller, Get, Post, Put } from '@nestjs/common';
import { CorsInspector, type CorsContext, type CorsModuleOptions, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

/* Enforcement is independent of grants: closing or replacing a policy never turns enforcement off (rule 3.6). */

const PAGE = 'https://page.example';
const STRANGER = 'https://stranger.example';
const ENFORCED = 'Origin, Sec-Fetch-Site';

@Controller('a')
@CorsPolicy({ origin: PAGE, enforce: true })
class EnforcedController {
  @Post('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
  @Post('opened')
  @NoCors({ enforce: false })
  opened(): string {
    return 'opened';
  }
  @Post('unnamed')
  @CorsPolicy({ origin: false })
  unnamed(): string {
    return 'unnamed';
  }
  @Post('named')
  @CorsPolicy('other')
  named(): string {
    return 'named';
  }
  @Post('unenforced')
  @CorsPolicy('unenforced')
  unenforced(): string {
    return 'unenforced';
  }
}

@Controller('b')
@NoCors({ enforce: true })
class ClosedController {
  @Post('closed')
  closed(): string {
    return 'closed';
  }
  @Post('own')
  @CorsPolicy({ origin: PAGE })
  own(): string {
    return 'own';
  }
}

@Controller('c')
class PlainController {
  @Post('plain')
  plain(): string {
    return 'plain';
  }
  @Post('entry')
  @NoCors()
  entry(): string {
    return 'entry';
  }
}

const cors: CorsModuleOptions = {
  policies: { other: { origin: PAGE }, unenforced: { origin: PAGE, enforce: false } },
  routes: [{ path: '/c/entry', policy: { origin: PAGE, enforce: true } }],
};
const controllers = [EnforcedController, ClosedController, PlainController];

afterEach(closeApps);

describe.each(PLATFORMS)('enforcement apart from grants, on %s', (platform) => {
  const statusOf = async (app: TestApp, path: string, origin?: string) =>
    (await app.request('POST', path, origin === undefined ? {} : { Origin: origin })).status;

  test.each([
    ['/a/closed', 403, 403],
    ['/a/opened', 201, 201],
    ['/a/unnamed', 403, 403],
    ['/a/named', 403, 201],
    ['/a/unenforced', 201, 201],
    ['/b/closed', 403, 403],
    ['/b/own', 403, 201],
    ['/c/plain', 201, 201],
    ['/c/entry', 403, 403],
  ])('3.6: POST %s answers a stranger %i and a page %i', async (path, stranger, page) => {
    const app = await startApp({ cors, controllers }, platform);
    expect(await statusOf(app, path, STRANGER)).toBe(stranger);
    expect(await statusOf(app, path, PAGE)).toBe(page);
    expect(await statusOf(app, path)).toBe(201);
  });

  test('3.6: under an enforced default policy, entries and decorators keep its enforcement', async () => {
    const app = await startApp(
      {
        cors: {
          defaultPolicy: { origin: PAGE, enforce: true },
          policies: { other: { origin: PAGE }, unenforced: { origin: PAGE, enforce: false } },
          routes: [{ path: '/c/entry', policy: 'other' }],
        },
        controllers: [PlainController],
      },
      platform,
    );
    expect(await statusOf(app, '/c/plain', STRANGER)).toBe(403);
    expect(await statusOf(app, '/c/entry', STRANGER)).toBe(403);
  });

  test('2.5: routes() shows the enforcement of closed routes, and where it is written', async () => {
    const app = await startApp({ cors, controllers }, platform);
    const reports = app.app.get(CorsInspector).routes();
    const told = reports.map(({ handler, policy, provenance }) => [handler, policy?.enforce, provenance['enforce']]);
    expect(Object.fromEntries(told.map(([name, ...rest]) => [name, rest]))).toMatchObject({
      'EnforcedController.closed': [true, 'EnforcedController'],
      'EnforcedController.opened': [false, 'EnforcedController.opened'],
      'EnforcedController.named': [true, 'EnforcedController'],
      'EnforcedController.unenforced': [false, 'policies.unenforced'],
      'ClosedController.own': [true, 'ClosedController'],
      'PlainController.entry': [true, 'routes[0]'],
    });
  });

  test('3.7: a wrong value in @NoCors() stops startup', async () => {
    @Controller()
    @NoCors({ enforce: 'yes', origin: PAGE } as object)
    class WrongController {
      @Get()
      get(): void {}
    }
    await expect(startApp({ controllers: [WrongController] }, platform)).rejects.toMatchObject({
      issues: [
        { place: 'WrongController', field: 'origin', code: 'unknown-field' },
        { place: 'WrongController', field: 'enforce', code: 'not-an-enforcement' },
      ],
    });
  });

  test('3.6: Vary lists what a 403 depends on, on the other responses of the route too', async () => {
    @Controller()
    class VaryController {
      @Get('plain')
      @CorsPolicy({ origin: '*', methods: ['POST'], enforce: true })
      plain(): string {
        return 'plain';
      }
      @Get('open')
      @CorsPolicy({ origin: '*', enforce: true })
      open(): string {
        return 'open';
      }
      @Get('listed')
      @CorsPolicy({ origin: PAGE, enforce: true })
      listed(): string {
        return 'listed';
      }
      @Get('closed')
      @NoCors({ enforce: true })
      closed(): string {
        return 'closed';
      }
      @Get('metadata')
      @CorsPolicy({ origin: PAGE, enforce: 'fetch-metadata' })
      metadata(): string {
        return 'metadata';
      }
    }
    const app = await startApp({ controllers: [VaryController] }, platform);
    const ask = async (path: string, origin?: string) => {
      const { status, headers } = await app.get(path, origin);
      return [status, headers['vary']];
    };
    expect(await ask('/plain')).toEqual([200, ENFORCED]);
    expect(await ask('/plain', STRANGER)).toEqual([403, ENFORCED]);
    expect(await ask('/open', STRANGER)).toEqual([200, undefined]);
    expect(await ask('/listed')).toEqual([200, ENFORCED]);
    expect(await ask('/listed', PAGE)).toEqual([200, ENFORCED]);
    expect(await ask('/closed')).toEqual([200, ENFORCED]);
    expect(await ask('/closed', PAGE)).toEqual([403, ENFORCED]);
    expect(await ask('/metadata')).toEqual([200, `${ENFORCED}, Sec-Fetch-Mode, Sec-Fetch-Dest`]);
  });
});

describe.each(PLATFORMS)('enforce: "fetch-metadata", on %s', (platform) => {
  @Controller()
  class MetadataController {
    @Get('image')
    @CorsPolicy({ origin: PAGE, enforce: 'fetch-metadata' })
    image(): string {
      return 'image';
    }
    @Post('image')
    @CorsPolicy({ origin: PAGE, enforce: 'fetch-metadata' })
    post(): string {
      return 'posted';
    }
    @Get('any')
    @CorsPolicy({ origin: '*', enforce: 'fetch-metadata' })
    any(): string {
      return 'any';
    }
    @Get('enforced')
    @CorsPolicy({ origin: PAGE, enforce: true })
    enforced(): string {
      return 'enforced';
    }
    @Get('closed')
    @NoCors({ enforce: 'fetch-metadata' })
    closed(): string {
      return 'closed';
    }
  }
  const SITE = 'Sec-Fetch-Site';
  const navigation = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

  test.each<[string, string, string, Record<string, string>, number]>([
    ['an <img> of another site', 'GET', '/image', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }, 403],
    ['a link of another site', 'GET', '/image', navigation, 200],
    ['a frame of another site', 'GET', '/image', { ...navigation, 'Sec-Fetch-Dest': 'iframe' }, 403],
    ['a form of another site', 'POST', '/image', navigation, 403],
    ['what every origin may read', 'GET', '/any', { 'Sec-Fetch-Mode': 'no-cors' }, 200],
    ['plain enforcement', 'GET', '/enforced', { 'Sec-Fetch-Mode': 'no-cors' }, 200],
    ['a closed route', 'GET', '/closed', { 'Sec-Fetch-Mode': 'no-cors' }, 403],
  ])('3.6: %s, without Origin', async (_what, method, path, headers, status) => {
    const app = await startApp({ controllers: [MetadataController] }, platform);
    const send = async (site: string) => (await app.request(method, path, { ...headers, [SITE]: site })).status;
    const served = method === 'POST' ? 201 : 200;
    expect(await send('cross-site')).toBe(status);
    expect(await send('same-site')).toBe(served);
    expect(await send('same-origin')).toBe(served);
    expect(await send('none')).toBe(served);
  });

  test('3.6: the refusal is published as a refusal', async () => {
    const app = await startApp({ controllers: [MetadataController] }, platform);
    const { body } = await app.get('/image', undefined, { [SITE]: 'cross-site' });
    expect(body).toMatchObject({ statusCode: 403, reason: 'cross-site' });
  });
});

describe.each(PLATFORMS)('an unmanaged path, on %s', (platform) => {
  test('2.4: is left alone, also under an enforced default policy', async () => {
    @Controller()
    class OidcController {
      @Put('oidc/token')
      token(): string {
        return 'token';
      }
      @Put('oidc/decorated')
      @CorsPolicy({ origin: PAGE, enforce: false })
      decorated(): string {
        return 'decorated';
      }
      @Put('other')
      other(): string {
        return 'other';
      }
    }
    const app = await startApp(
      {
        cors: {
          defaultPolicy: { origin: PAGE, enforce: true },
          routes: [{ path: '/oidc/*path', unmanaged: true }],
        },
        controllers: [OidcController],
      },
      platform,
    );
    const put = async (path: string) => {
      const { status, headers } = await app.request('PUT', path, { Origin: STRANGER });
      return [status, corsHeaders({ headers }), headers['vary']];
    };
    expect(await put('/oidc/token')).toEqual([200, {}, undefined]);
    expect(await put('/oidc/decorated')).toEqual([200, {}, 'Origin']);
    expect(await put('/other')).toEqual([403, {}, ENFORCED]);
    expect((await app.preflight('/oidc/token', { origin: PAGE })).status).toBe(404);
    expect((await app.preflight('/oidc/nowhere', { origin: PAGE })).status).toBe(404);
    expect((await app.preflight('/oidc/decorated', { origin: PAGE })).status).toBe(204);
  });

  test('3.7: a policy together with `unmanaged` stops startup', async () => {
    const routes = [{ path: '/oidc', unmanaged: true, policy: { origin: PAGE } } as never];
    await expect(startApp({ cors: { routes } }, platform)).rejects.toMatchObject({
      issues: [{ place: 'routes[0]', field: 'unmanaged', code: 'unmanaged-with-policy' }],
    });
  });
});

describe.each(PLATFORMS)('an origin function that reads the context, on %s', (platform) => {
  test('3.1: one preflight calls it once for each policy, route and method', async () => {
    const asked: string[] = [];
    const origin = (_origin: string, { method, route }: CorsContext): boolean => {
      asked.push(`${method} ${route?.name}`);
      return true;
    };
    @Controller('asked')
    @CorsPolicy({ origin })
    class AskedController {
      @Put('one')
      put(): void {}
      @Get('two')
      get(): void {}
    }
    const app = await startApp({ controllers: [AskedController] }, platform);
    await app.preflight('/asked/one', { origin: PAGE });
    expect(asked.splice(0)).toEqual(['PUT AskedController.put']);
    await app.preflight('/asked/two', { origin: PAGE, method: 'GET' });
    expect(asked).toEqual(['GET AskedController.get']);
  });
});

describe.each(PLATFORMS)('policies inside an enforced closed controller, on %s', (platform) => {
  test('3.7: are checked like other policies', async () => {
    @Controller()
    @NoCors({ enforce: true })
    class ClosedController {
      @Get('a')
      @CorsPolicy({ methods: ['GET'] })
      withoutOrigin(): void {}
      @Get('b')
      @CorsPolicy({ origin: '*', credentials: true })
      anyWithCredentials(): void {}
    }
    await expect(startApp({ controllers: [ClosedController] }, platform)).rejects.toMatchObject({
      issues: [
        { place: 'ClosedController.withoutOrigin', code: 'origin-missing' },
        { place: 'ClosedController.anyWithCredentials', code: 'any-origin-with-credentials' },
      ],
    });
  });
});

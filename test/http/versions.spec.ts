import {
  Controller,
  Get,
  type INestApplication,
  Put,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
  type VersioningOptions,
} from '@nestjs/common';
import { CorsInspector, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

/** Each versioning type that a preflight does not show, and the headers that select a version. */
const KINDS: [string, VersioningOptions, (version: string) => Record<string, string>][] = [
  ['a header', BY_HEADER, (version) => ({ 'X-Version': version })],
  [
    'the media type',
    { type: VersioningType.MEDIA_TYPE, key: 'v=' },
    (version) => ({ Accept: `application/json;v=${version}` }),
  ],
  [
    'an extractor of the app',
    {
      type: VersioningType.CUSTOM,
      extractor: (request: unknown) =>
        String((request as { headers: Record<string, string> }).headers['x-custom'] ?? ''),
    },
    (version) => ({ 'X-Custom': version }),
  ],
];

@Controller('items')
class ItemsController {
  @Put('origins')
  @Version('1')
  @CorsPolicy({ origin: APP, maxAge: 1 })
  originsV1(): string {
    return 'v1';
  }
  @Put('origins')
  @Version(['2', '3'])
  @CorsPolicy({ origin: OTHER, maxAge: 2 })
  originsV2(): string {
    return 'v2';
  }
  @Put('none')
  @Version('1')
  @CorsPolicy({ origin: APP })
  noneV1(): string {
    return 'v1';
  }
  @Put('none')
  @Version('2')
  noneV2(): string {
    return 'v2';
  }
  @Put('closed')
  @Version('1')
  @CorsPolicy({ origin: APP })
  closedV1(): string {
    return 'v1';
  }
  @Put('closed')
  @Version('2')
  @NoCors()
  closedV2(): string {
    return 'v2';
  }
  @Put('credentials')
  @Version('1')
  @CorsPolicy({ origin: APP })
  credentialsV1(): string {
    return 'v1';
  }
  @Put('credentials')
  @Version('2')
  @CorsPolicy({ origin: APP, credentials: true })
  credentialsV2(): string {
    return 'v2';
  }
  @Put('methods')
  @Version('1')
  @CorsPolicy({ origin: APP, methods: ['GET'] })
  methodsV1(): string {
    return 'v1';
  }
  @Put('methods')
  @Version('2')
  @CorsPolicy({ origin: APP })
  methodsV2(): string {
    return 'v2';
  }
  @Put('headers')
  @Version('1')
  @CorsPolicy({ origin: APP, allowedHeaders: ['X-A', 'X-Version', 'X-Custom'] })
  headersV1(): string {
    return 'v1';
  }
  @Put('headers')
  @Version('2')
  @CorsPolicy({ origin: APP, allowedHeaders: ['X-B', 'X-Version', 'X-Custom'] })
  headersV2(): string {
    return 'v2';
  }
  @Get('same')
  @Version('1')
  @CorsPolicy({ origin: APP, exposedHeaders: 'X-1' })
  sameV1(): string {
    return 'v1';
  }
  @Get('same')
  @Version('2')
  @CorsPolicy({ origin: APP, exposedHeaders: 'X-2' })
  sameV2(): string {
    return 'v2';
  }
  @Get('neutral')
  @Version(VERSION_NEUTRAL)
  @CorsPolicy({ origin: APP, maxAge: 7 })
  neutral(): string {
    return 'neutral';
  }
}

describe.each(PLATFORMS)('3.4, what a preflight cannot see, on %s', (platform) => {
  describe.each(KINDS)('a version given by %s', (_kind, versioning, asking) => {
    let app: TestApp;
    beforeEach(async () => {
      app = await startApp(
        { controllers: [ItemsController], setUp: (nest) => nest.enableVersioning(versioning) },
        platform,
      );
    });
    const put = (path: string, version: string, origin: string | undefined, headers: Record<string, string> = {}) =>
      app.request('PUT', path, { ...(origin === undefined ? {} : { Origin: origin }), ...asking(version), ...headers });
    const preflight = async (path: string, origin: string, headers?: string) =>
      corsHeaders(await app.preflight(path, { origin, method: 'PUT', ...(headers === undefined ? {} : { headers }) }));

    test('3.4: a preflight is granted if one of the versions would grant it', async () => {
      expect(await preflight('/items/origins', APP)).toMatchObject({ 'access-control-max-age': '1' });
      expect(await preflight('/items/origins', OTHER)).toMatchObject({ 'access-control-max-age': '2' });
      expect(await preflight('/items/origins', STRANGER)).toEqual({});
    });

    test('3.4: each version is enforced, so a grant for another version does not override its policy', async () => {
      expect((await put('/items/origins', '1', APP)).text).toBe('v1');
      expect((await put('/items/origins', '3', OTHER)).text).toBe('v2');
      for (const [version, origin] of [
        ['2', APP],
        ['1', OTHER],
        ['1', STRANGER],
      ] as const) {
        const response = await put('/items/origins', version, origin);
        expect([response.status, corsHeaders(response)]).toEqual([403, {}]);
      }
      expect((await put('/items/origins', '2', undefined)).text).toBe('v2');
    });

    test.each(['none', 'closed'])('3.4: the version without a grant is enforced too (%s)', async (path) => {
      expect(await preflight(`/items/${path}`, APP)).toMatchObject({ 'access-control-allow-origin': APP });
      expect((await put(`/items/${path}`, '1', APP)).text).toBe('v1');
      const refused = await put(`/items/${path}`, '2', APP);
      expect([refused.status, corsHeaders(refused)]).toEqual([403, {}]);
      expect((await put(`/items/${path}`, '2', APP, { 'Sec-Fetch-Site': 'same-origin' })).text).toBe('v2');
    });

    test('3.4: a grant with credentials does not allow cookies for the version without credentials', async () => {
      expect(await preflight('/items/credentials', APP)).toMatchObject({ 'access-control-allow-credentials': 'true' });
      expect((await put('/items/credentials', '1', APP)).text).toBe('v1');
      expect((await put('/items/credentials', '1', APP, { Cookie: 'a=b' })).status).toBe(403);
      expect((await put('/items/credentials', '2', APP, { Cookie: 'a=b' })).text).toBe('v2');
    });

    test('3.4: a method that one version refuses does not reach it', async () => {
      expect(await preflight('/items/methods', APP)).toMatchObject({ 'access-control-allow-methods': 'PUT' });
      expect((await put('/items/methods', '1', APP)).status).toBe(403);
      expect((await put('/items/methods', '2', APP)).text).toBe('v2');
    });

    test('3.4: a header that one version refuses does not reach it', async () => {
      expect(await preflight('/items/headers', APP, 'x-a')).toMatchObject({
        'access-control-allow-headers': expect.stringContaining('X-A') as string,
      });
      expect(await preflight('/items/headers', APP, 'x-b')).toMatchObject({
        'access-control-allow-headers': expect.stringContaining('X-B') as string,
      });
      expect((await put('/items/headers', '1', APP, { 'X-A': '1' })).text).toBe('v1');
      expect((await put('/items/headers', '1', APP, { 'X-B': '1' })).status).toBe(403);
      expect((await put('/items/headers', '2', APP, { 'X-B': '1' })).text).toBe('v2');
      expect((await put('/items/headers', '2', APP, { 'X-A': '1' })).status).toBe(403);
    });

    test('3.4: versions that grant the same are not enforced, and each shows its own headers', async () => {
      const first = await app.get('/items/same', APP, asking('1'));
      expect([first.text, corsHeaders(first)['access-control-expose-headers']]).toEqual(['v1', 'X-1']);
      const second = await app.get('/items/same', STRANGER, asking('2'));
      expect([second.status, second.text, corsHeaders(second)]).toEqual([200, 'v2', {}]);
    });

    test('3.4: a neutral version is reached by every request', async () => {
      expect(corsHeaders(await app.preflight('/items/neutral', { origin: APP, method: 'GET' }))).toMatchObject({
        'access-control-max-age': '7',
      });
      for (const headers of [{}, asking('9')]) {
        const response = await app.get('/items/neutral', APP, headers);
        expect([response.text, corsHeaders(response)]).toEqual(['neutral', { 'access-control-allow-origin': APP }]);
      }
    });

    test('3.4: an unknown version is a 404 like any other', async () => {
      const response = await put('/items/origins', '9', APP);
      expect([response.status, corsHeaders(response)]).toEqual([404, {}]);
    });
  });

  test('3.3: a version in the path selects the route, in preflights too', async () => {
    @Controller({ path: 'users', version: '1' })
    class FirstController {
      @Put()
      @CorsPolicy({ origin: APP, maxAge: 1 })
      put(): string {
        return 'v1';
      }
    }
    @Controller({ path: 'users', version: '2' })
    class SecondController {
      @Put()
      @CorsPolicy({ origin: APP, maxAge: 2 })
      put(): string {
        return 'v2';
      }
    }
    const app = await startApp(
      {
        controllers: [FirstController, SecondController],
        setUp: (nest) => nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
      },
      platform,
    );
    for (const version of ['1', '2']) {
      const preflight = corsHeaders(await app.preflight(`/api/v${version}/users`, { origin: APP }));
      expect(preflight['access-control-max-age']).toBe(version);
      expect((await app.request('PUT', `/api/v${version}/users`, { Origin: APP })).text).toBe(`v${version}`);
    }
  });

  test('3.4: the boot log lists routes on one URL whose header rules differ', async () => {
    @Controller('rules')
    class RulesController {
      @Get()
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-A'] })
      get(): void {}
      @Put()
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-B'] })
      put(): void {}
    }
    const { logs } = await startApp({ controllers: [RulesController] }, platform);
    const named = logs.filter((line) => line.startsWith('warn') && line.includes('/rules'));
    expect(named).toEqual([expect.stringMatching(/RulesController\.get, RulesController\.put.*by URL/)]);
  });
});

describe.each(PLATFORMS)('versions that differ in credentials or enforcement, on %s', (platform) => {
  const versioned = (nest: INestApplication): void => {
    nest.enableVersioning(BY_HEADER);
  };

  test.each([
    ['cookies', { Cookie: 'session=1' }],
    ['HTTP authentication by a password', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['HTTP authentication by a ticket', { Authorization: 'Negotiate abc' }],
  ])('3.4: %s that another version was granted are refused by the one without credentials', async (_what, headers) => {
    @Controller('mixed')
    class MixedController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP })
      one(): string {
        return 'one';
      }
      @Get()
      @Version('2')
      @CorsPolicy({ origin: APP, credentials: true })
      two(): string {
        return 'two';
      }
    }
    const app = await startApp({ controllers: [MixedController], setUp: versioned }, platform);
    const get = async (version: string, more: Record<string, string>) =>
      (await app.get('/mixed', APP, { 'X-Version': version, ...more })).status;
    expect([await get('1', {}), await get('1', headers), await get('2', headers)]).toEqual([200, 403, 200]);
  });

  test('3.6: versions that differ only in enforcement each keep it, and the audit reports them', async () => {
    @Controller('guarded')
    class GuardedController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP, enforce: true })
      one(): string {
        return 'one';
      }
      @Get()
      @Version('2')
      @CorsPolicy({ origin: APP })
      two(): string {
        return 'two';
      }
    }
    const app = await startApp({ controllers: [GuardedController], setUp: versioned }, platform);
    const get = async (version: string) => (await app.get('/guarded', STRANGER, { 'X-Version': version })).status;
    expect([await get('1'), await get('2')]).toEqual([403, 200]);
    const found = app.app.get(CorsInspector).audit();
    expect(found).toMatchObject([{ code: 'enforcement-differs', place: 'GET /guarded' }]);
  });
});

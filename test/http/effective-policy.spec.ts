import {
  All,
  applyDecorators,
  Controller,
  Get,
  type INestApplication,
  Patch,
  Post,
  Put,
  Version,
} from '@nestjs/common';
import { RequestMethod, VersioningType } from '@nestjs/common';
import { CorsInspector, CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const DEFAULT = 'https://default.example';

afterEach(closeApps);

const policies: Record<string, CorsPolicyOptions> = {
  partner: {
    origin: [APP],
    credentials: true,
    exposedHeaders: ['X-Total', 'X-Page'],
    allowedHeaders: ['X-One', 'X-Two'],
    maxAge: 600,
    optionsSuccessStatus: 200,
  },
  public: { origin: '*', maxAge: 60 },
};

const PARTNER = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Total, X-Page',
};

/** The whole answer to a preflight: status and `Access-Control-*` fields. */
async function preflight(app: TestApp, path: string, origin: string, method = 'PUT'): Promise<[number, object]> {
  const response = await app.preflight(path, { origin, method });
  return [response.status, corsHeaders(response)];
}

/** Which of the origins a route admits. */
async function admittedBy(app: TestApp, path: string, headers: Record<string, string> = {}): Promise<string[]> {
  const found: string[] = [];
  for (const origin of [APP, OTHER, DEFAULT]) {
    const response = await app.get(path, origin, headers);
    expect([path, response.status]).toEqual([path, 200]);
    if (response.headers['access-control-allow-origin'] === origin) {
      found.push(origin);
    } else {
      expect(corsHeaders(response)).toEqual({});
    }
  }
  return found;
}

class Base {
  @Get('shared')
  shared(): string {
    return this.constructor.name;
  }
  @Get('refined')
  @CorsPolicy({ exposedHeaders: ['X-Refined'] })
  refined(): string {
    return this.constructor.name;
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return this.constructor.name;
  }
}

describe.each(PLATFORMS)('the effective policy on %s', (platform) => {
  describe('from the outside in', () => {
    @Controller('inside')
    @CorsPolicy('partner')
    class InsideController {
      @Put('plain')
      plain(): string {
        return 'plain';
      }
      @Put('refined')
      @CorsPolicy({ maxAge: 5, exposedHeaders: ['X-Own'] })
      refined(): string {
        return 'refined';
      }
      @Put('origin')
      @CorsPolicy({ origin: OTHER })
      origin(): string {
        return 'origin';
      }
      @Put('off')
      @CorsPolicy({ credentials: false, exposedHeaders: [], allowedHeaders: '*', optionsSuccessStatus: 204 })
      off(): string {
        return 'off';
      }
      @Put('absent')
      @CorsPolicy({ maxAge: undefined, credentials: undefined, exposedHeaders: undefined })
      absent(): string {
        return 'absent';
      }
      @Put('replaced')
      @CorsPolicy('public')
      replaced(): string {
        return 'replaced';
      }
      @Put('overridden')
      @CorsPolicy('public', { exposedHeaders: 'X-Own' })
      overridden(): string {
        return 'overridden';
      }
      @Put('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }

    let app: TestApp;
    beforeEach(async () => {
      app = await startApp(
        {
          cors: { policies, defaultPolicy: { origin: DEFAULT, exposedHeaders: 'X-Default' } },
          controllers: [InsideController],
        },
        platform,
      );
    });

    const rows: [rule: string, path: string, origin: string, response: object, answer: [number, object]][] = [
      [
        'a handler without a decorator has the policy of its controller',
        'plain',
        APP,
        PARTNER,
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'each field given replaces that field, and lists are never united',
        'refined',
        APP,
        { ...PARTNER, 'access-control-expose-headers': 'X-Own' },
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '5',
          },
        ],
      ],
      ['an origin given replaces the origins outside', 'origin', APP, {}, [200, {}]],
      [
        'an origin given keeps the other fields',
        'origin',
        OTHER,
        { ...PARTNER, 'access-control-allow-origin': OTHER },
        [
          200,
          {
            'access-control-allow-origin': OTHER,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'false, an empty list and a default are values like any other',
        'off',
        APP,
        { 'access-control-allow-origin': APP },
        [
          204,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'undefined counts as not given',
        'absent',
        APP,
        PARTNER,
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'a name replaces everything outside it',
        'replaced',
        OTHER,
        { 'access-control-allow-origin': '*' },
        [
          204,
          {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '60',
          },
        ],
      ],
      [
        'a name with overrides replaces, then refines',
        'overridden',
        OTHER,
        { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'X-Own' },
        [
          204,
          {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '60',
          },
        ],
      ],
      ['@NoCors() replaces everything outside it', 'closed', APP, {}, [204, {}]],
      ['@NoCors() holds against the default policy too', 'closed', DEFAULT, {}, [204, {}]],
      ['the controller’s name has replaced the default policy', 'plain', DEFAULT, {}, [200, {}]],
    ];
    test.each(rows)('3.2: %s (%s, %s)', async (_rule, path, origin, response, answer) => {
      const actual = await app.request('PUT', `/inside/${path}`, { Origin: origin });
      expect([actual.status, actual.text, corsHeaders(actual)]).toEqual([200, path, response]);
      expect(await preflight(app, `/inside/${path}`, origin)).toEqual(answer);
    });
  });

  test('3.2: options on a controller refine the default policy, and those on a handler refine both', async () => {
    @Controller('both')
    @CorsPolicy({ maxAge: 10, exposedHeaders: ['X-Class'] })
    class BothController {
      @Put('class')
      ofClass(): string {
        return 'class';
      }
      @Put('handler')
      @CorsPolicy({ maxAge: 20 })
      ofHandler(): string {
        return 'handler';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: 'partner' }, controllers: [BothController] },
      platform,
    );
    const granted = (maxAge: string): object => ({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'X-One, X-Two',
      'access-control-max-age': maxAge,
    });
    expect(await preflight(app, '/both/class', APP)).toEqual([200, granted('10')]);
    expect(await preflight(app, '/both/handler', APP)).toEqual([200, granted('20')]);
    for (const path of ['/both/class', '/both/handler']) {
      expect(corsHeaders(await app.request('PUT', path, { Origin: APP }))).toEqual({
        ...PARTNER,
        'access-control-expose-headers': 'X-Class',
      });
    }
  });

  test('3.2: inside @NoCors() a name opens a handler, and options must bring their own origin', async () => {
    @Controller('closed')
    @NoCors()
    class ClosedController {
      @Get('closed')
      closed(): string {
        return 'closed';
      }
      @Get('named')
      @CorsPolicy('public')
      named(): string {
        return 'named';
      }
      @Get('own')
      @CorsPolicy({ origin: OTHER, maxAge: 7 })
      own(): string {
        return 'own';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: 'partner' }, controllers: [ClosedController] },
      platform,
    );
    expect(corsHeaders(await app.get('/closed/closed', APP))).toEqual({});
    expect(corsHeaders(await app.get('/closed/named', OTHER))).toEqual({ 'access-control-allow-origin': '*' });
    // Nothing of the default policy shines through: no credentials, no exposed headers, any request header.
    expect(corsHeaders(await app.get('/closed/own', OTHER))).toEqual({ 'access-control-allow-origin': OTHER });
    const asked = await app.preflight('/closed/own', { origin: OTHER, method: 'GET', headers: 'x-any' });
    expect([asked.status, corsHeaders(asked)]).toEqual([
      204,
      {
        'access-control-allow-origin': OTHER,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'x-any',
        'access-control-max-age': '7',
      },
    ]);
  });

  test('3.2: inside @NoCors() options without an origin end the boot', async () => {
    @Controller('closed')
    @NoCors()
    class ClosedController {
      @Get('refined')
      @CorsPolicy({ maxAge: 5 })
      refined(): string {
        return 'refined';
      }
    }
    const boot = startApp({ cors: { defaultPolicy: { origin: APP } }, controllers: [ClosedController] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'ClosedController.refined', field: 'origin', code: 'origin-missing' }],
    });
  });

  test('3.2: a class may leave the origin to its handlers, if each brings one', async () => {
    @Controller('left')
    @CorsPolicy({ credentials: true, maxAge: 30 })
    class LeftController {
      @Get('app')
      @CorsPolicy({ origin: APP })
      app(): string {
        return 'app';
      }
      @Get('other')
      @CorsPolicy({ origin: OTHER, maxAge: 60 })
      other(): string {
        return 'other';
      }
      @Get('named')
      @CorsPolicy('public')
      named(): string {
        return 'named';
      }
      @Get('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }
    const app = await startApp({ cors: { policies }, controllers: [LeftController] }, platform);
    const credentials = { 'access-control-allow-credentials': 'true' };
    expect(corsHeaders(await app.get('/left/app', APP))).toEqual({
      'access-control-allow-origin': APP,
      ...credentials,
    });
    expect(await preflight(app, '/left/app', APP, 'GET')).toEqual([
      204,
      {
        'access-control-allow-origin': APP,
        ...credentials,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-max-age': '30',
      },
    ]);
    expect(await preflight(app, '/left/other', OTHER, 'GET')).toMatchObject([204, { 'access-control-max-age': '60' }]);
    expect(corsHeaders(await app.get('/left/named', OTHER))).toEqual({ 'access-control-allow-origin': '*' });
    expect(corsHeaders(await app.get('/left/closed', APP))).toEqual({});
  });

  test('3.2: a class without an origin, one of whose handlers brings none, ends the boot', async () => {
    @Controller('left')
    @CorsPolicy({ maxAge: 30 })
    class LeftController {
      @Get('app')
      @CorsPolicy({ origin: APP })
      app(): string {
        return 'app';
      }
      @Get('forgotten')
      forgotten(): string {
        return 'forgotten';
      }
      @Get('forgotten-too')
      forgottenToo(): string {
        return 'forgotten';
      }
    }
    await expect(startApp({ controllers: [LeftController] }, platform)).rejects.toMatchObject({
      issues: [{ place: 'LeftController', field: 'origin', code: 'origin-missing' }],
    });
  });

  test('3.2: without a decorator and without a default policy a route is left alone', async () => {
    @Controller('bare')
    class BareController {
      @Get()
      read(): string {
        return 'read';
      }
      @Get('vary')
      @CorsPolicy({ origin: APP })
      governed(): string {
        return 'governed';
      }
    }
    const app = await startApp({ cors: { policies }, controllers: [BareController] }, platform);
    const response = await app.get('/bare', APP);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([200, {}, undefined]);
    // Passed on: the app itself has nothing for OPTIONS here but Express's own answer or a 404.
    const passedOn = await app.preflight('/bare', { origin: APP, method: 'GET' });
    expect(corsHeaders(passedOn)).toEqual({});
    expect(passedOn.headers.vary).toBeUndefined();
    const without = await app.get('/bare/vary');
    expect(without.headers.vary).toBe('Origin');
  });

  test('3.2: a route without a decorator has the default policy', async () => {
    @Controller('bare')
    class BareController {
      @Get()
      read(): string {
        return 'read';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: 'partner' }, controllers: [BareController] },
      platform,
    );
    const response = await app.get('/bare', APP);
    expect([response.status, corsHeaders(response)]).toEqual([200, PARTNER]);
  });

  test('3.2: one decorator may stand on many targets, and each is refined for itself', async () => {
    const Partner = (): ClassDecorator & MethodDecorator => applyDecorators(CorsPolicy('partner', { maxAge: 1 }));
    const shared = CorsPolicy({ exposedHeaders: ['X-Shared'] });
    @Controller('first')
    @Partner()
    class FirstController {
      @Get()
      @shared
      read(): string {
        return 'first';
      }
    }
    @Controller('second')
    @shared
    @Reflect.metadata('other', true)
    class SecondController {
      @Get()
      read(): string {
        return 'second';
      }
      @Get('again')
      @shared
      again(): string {
        return 'again';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: { origin: DEFAULT } }, controllers: [FirstController, SecondController] },
      platform,
    );
    expect(corsHeaders(await app.get('/first', APP))).toEqual({
      ...PARTNER,
      'access-control-expose-headers': 'X-Shared',
    });
    for (const path of ['/second', '/second/again']) {
      expect(corsHeaders(await app.get(path, DEFAULT))).toEqual({
        'access-control-allow-origin': DEFAULT,
        'access-control-expose-headers': 'X-Shared',
      });
    }
    const places = app.app.get(CorsInspector).routes();
    expect(places.map(({ handler, provenance }) => [handler, provenance['exposedHeaders']])).toEqual([
      ['FirstController.read', 'FirstController.read'],
      ['SecondController.read', 'SecondController'],
      ['SecondController.again', 'SecondController.again'],
    ]);
  });

  test.each<[string, () => object]>([
    [
      'two policies on a handler',
      () => {
        @Controller('two')
        class TwoController {
          @Get()
          @CorsPolicy('partner')
          @CorsPolicy({ maxAge: 1 })
          read(): string {
            return 'two';
          }
        }
        return TwoController;
      },
    ],
    [
      'a policy and @NoCors() on a handler',
      () => {
        @Controller('two')
        class TwoController {
          @NoCors()
          @Get()
          @CorsPolicy('partner')
          read(): string {
            return 'two';
          }
        }
        return TwoController;
      },
    ],
  ])('3.2: %s end the boot', async (_title, controller) => {
    const boot = startApp({ cors: { policies }, controllers: [controller() as never] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'TwoController.read', field: '', code: 'two-decorators' }],
    });
  });

  test('3.2: two decorators on a class are told once, however many handlers it has', async () => {
    @NoCors()
    @Controller('two')
    @CorsPolicy('partner')
    class TwoController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      b(): string {
        return 'b';
      }
    }
    const boot = startApp({ cors: { policies }, controllers: [TwoController] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'TwoController', field: '', code: 'two-decorators' }],
    });
  });

  describe('inherited handlers', () => {
    test.each<[string, string, (nest: INestApplication) => void]>([
      ['', '', () => undefined],
      ['under a global prefix', '/api/v1', (nest) => nest.setGlobalPrefix('/api/v1/')],
      [
        'under a prefix that leaves one of them out',
        '/api',
        (nest) => nest.setGlobalPrefix('api', { exclude: [{ path: 'second/{*path}', method: RequestMethod.ALL }] }),
      ],
    ])('3.2: take the policy of the controller that serves them %s', async (_title, prefix, setUp) => {
      @Controller('first')
      @CorsPolicy({ origin: APP })
      class FirstController extends Base {}
      @Controller('second')
      @CorsPolicy({ origin: OTHER })
      class SecondController extends Base {}
      @Controller('third')
      @NoCors()
      class ThirdController extends Base {
        @CorsPolicy({ origin: DEFAULT })
        override refined(): string {
          return 'never a route: it has no @Get() of its own';
        }
      }
      @Controller('fourth')
      class FourthController extends Base {
        @CorsPolicy({ origin: APP, exposedHeaders: 'X-Fourth' })
        @Get('refined')
        override refined(): string {
          return 'fourth';
        }
      }
      const app = await startApp(
        {
          cors: { defaultPolicy: { origin: DEFAULT } },
          controllers: [FirstController, SecondController, ThirdController, FourthController],
          setUp,
        },
        platform,
      );
      const second = _title.includes('leaves one') ? '' : prefix;
      expect(await admittedBy(app, `${prefix}/first/shared`)).toEqual([APP]);
      expect((await app.get(`${prefix}/first/shared`)).text).toBe('FirstController');
      expect(await admittedBy(app, `${second}/second/shared`)).toEqual([OTHER]);
      expect((await app.get(`${second}/second/shared`)).text).toBe('SecondController');
      expect(await admittedBy(app, `${prefix}/third/shared`)).toEqual([]);
      expect(await admittedBy(app, `${prefix}/fourth/shared`)).toEqual([DEFAULT]);

      const refined = (origin: string): object => ({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'X-Refined',
      });
      expect(corsHeaders(await app.get(`${prefix}/first/refined`, APP))).toEqual(refined(APP));
      expect(corsHeaders(await app.get(`${second}/second/refined`, OTHER))).toEqual(refined(OTHER));
      expect(corsHeaders(await app.get(`${prefix}/fourth/refined`, APP))).toEqual({
        'access-control-allow-origin': APP,
        'access-control-expose-headers': 'X-Fourth',
      });
      for (const path of [`${prefix}/first`, `${second}/second`, `${prefix}/third`, `${prefix}/fourth`]) {
        expect(await admittedBy(app, `${path}/closed`)).toEqual([]);
      }
      // The preflight cache and the response agree.
      expect(await preflight(app, `${prefix}/first/shared`, APP, 'GET')).toEqual([
        204,
        { 'access-control-allow-origin': APP, 'access-control-allow-methods': 'GET, HEAD' },
      ]);
      expect(await preflight(app, `${second}/second/shared`, APP, 'GET')).toEqual([204, {}]);
    });

    test.each<
      [string, INestApplication['enableVersioning'] extends (options?: infer O) => unknown ? O : never, boolean]
    >([
      ['by header', { type: VersioningType.HEADER, header: 'X-Version' }, false],
      ['by media type', { type: VersioningType.MEDIA_TYPE, key: 'v=' }, false],
      ['by URI', { type: VersioningType.URI }, true],
      ['by URI with a prefix of their own', { type: VersioningType.URI, prefix: 'version-' }, true],
    ])('3.2: take the policy of the controller of their version, %s', async (_title, versioning, inPath) => {
      @Controller({ path: 'same', version: '1' })
      @CorsPolicy({ origin: APP })
      class FirstController extends Base {}
      @Controller({ path: 'same', version: ['2', '3'] })
      @CorsPolicy({ origin: OTHER })
      class SecondController extends Base {}
      for (const prefix of ['', '/api']) {
        const app = await startApp(
          {
            controllers: [FirstController, SecondController],
            setUp: (nest) => {
              nest.setGlobalPrefix(prefix);
              nest.enableVersioning(versioning);
            },
          },
          platform,
        );
        const name = _title.endsWith('own') ? 'version-' : 'v';
        const at = async (version: string): Promise<[string, string[]]> => {
          const path = inPath ? `${prefix}/${name}${version}/same/shared` : `${prefix}/same/shared`;
          const headers: Record<string, string> = inPath
            ? {}
            : { 'X-Version': version, Accept: `application/json;v=${version}` };
          const found: string[] = [];
          for (const origin of [APP, OTHER]) {
            const response = await app.get(path, origin, headers);
            if (response.headers['access-control-allow-origin'] === origin) {
              found.push(origin);
            }
          }
          return [(await app.get(path, undefined, headers)).text, found];
        };
        expect(await at('1')).toEqual(['FirstController', [APP]]);
        expect(await at('2')).toEqual(['SecondController', [OTHER]]);
        expect(await at('3')).toEqual(['SecondController', [OTHER]]);
      }
    });

    test('3.2: take the policy of a class further up where the controller has none of its own', async () => {
      @CorsPolicy({ origin: APP })
      class Guarded extends Base {}
      @Controller('silent')
      class SilentController extends Guarded {}
      @Controller('own')
      @CorsPolicy({ origin: OTHER })
      class OwnController extends Guarded {}
      @Controller('refining')
      @CorsPolicy({ exposedHeaders: ['X-A'] })
      class RefiningController extends Guarded {}
      const app = await startApp(
        {
          cors: { defaultPolicy: { origin: DEFAULT } },
          controllers: [SilentController, OwnController, RefiningController],
        },
        platform,
      );
      expect(await admittedBy(app, '/silent/shared')).toEqual([APP]);
      expect(await admittedBy(app, '/own/shared')).toEqual([OTHER]);
      // What it refines is the default policy: a class is one place, and its own decorator is the one that counts.
      expect(await admittedBy(app, '/refining/shared')).toEqual([DEFAULT]);
    });
  });

  test('3.2: each method of one handler name, each path of one handler and @All() have the handler’s policy', async () => {
    @Controller(['many', 'paths'])
    @CorsPolicy('partner')
    class ManyController {
      @Get(['a', 'b'])
      @CorsPolicy({ exposedHeaders: [] })
      read(): string {
        return 'read';
      }
      @All('all')
      @CorsPolicy('public')
      all(): string {
        return 'all';
      }
      @Post('a')
      write(): string {
        return 'written';
      }
      @Patch('a')
      @NoCors()
      patch(): string {
        return 'patched';
      }
    }
    const app = await startApp({ cors: { policies }, controllers: [ManyController] }, platform);
    for (const path of ['/many/a', '/many/b', '/paths/a', '/paths/b']) {
      expect(corsHeaders(await app.get(path, APP))).toEqual({
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
      });
    }
    for (const path of ['/many/a', '/paths/a']) {
      expect(corsHeaders(await app.request('POST', path, { Origin: APP }))).toEqual(PARTNER);
      expect(corsHeaders(await app.request('PATCH', path, { Origin: APP }))).toEqual({});
      expect(await preflight(app, path, APP, 'POST')).toMatchObject([
        200,
        { 'access-control-allow-methods': 'GET, HEAD, POST' },
      ]);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      expect(corsHeaders(await app.request(method, '/many/all', { Origin: OTHER }))).toEqual({
        'access-control-allow-origin': '*',
      });
    }
  });
});

/** Fastify takes no second route on a path and method, whatever host it is for. */
describe('the effective policy where Express serves one path twice', () => {
  test('3.2: inherited handlers take the policy of the controller on their host, where two share a path', async () => {
    @Controller({ path: 'same', host: 'first.example' })
    @CorsPolicy({ origin: APP })
    class FirstController extends Base {}
    @Controller({ path: 'same', host: ['second.example', ':tenant.third.example'] })
    @CorsPolicy({ origin: OTHER })
    class SecondController extends Base {}
    @Controller('same')
    @CorsPolicy({ origin: DEFAULT })
    class AnyController extends Base {}
    for (const setUp of [(): void => undefined, (nest: INestApplication): unknown => nest.setGlobalPrefix('api')]) {
      const app = await startApp(
        { controllers: [FirstController, SecondController, AnyController], setUp: setUp as () => void },
        'express',
      );
      const path = (await app.get('/same/shared')).status === 200 ? '/same' : '/api/same';
      const at = async (host: string): Promise<[string, string[]]> => [
        (await app.get(`${path}/shared`, undefined, { Host: host })).text,
        await admittedBy(app, `${path}/shared`, { Host: host }),
      ];
      expect(await at('first.example')).toEqual(['FirstController', [APP]]);
      expect(await at('first.example:8080')).toEqual(['FirstController', [APP]]);
      expect(await at('second.example')).toEqual(['SecondController', [OTHER]]);
      expect(await at('a.third.example')).toEqual(['SecondController', [OTHER]]);
      expect(await at('elsewhere.example')).toEqual(['AnyController', [DEFAULT]]);
      for (const [host, origin] of [
        ['first.example', APP],
        ['a.third.example', OTHER],
        ['elsewhere.example', DEFAULT],
      ] as const) {
        const response = await app.preflight(`${path}/shared`, { origin, method: 'GET', extra: { Host: host } });
        expect([response.status, corsHeaders(response)]).toEqual([
          204,
          { 'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, HEAD' },
        ]);
      }
    }
  });

  test('3.2: the same controller in two modules under two paths', async () => {
    @Controller({ path: 'orders', version: '1' })
    @CorsPolicy({ origin: APP })
    class OrdersController {
      @Get('shared')
      shared(): string {
        return 'orders';
      }
      @Version('2')
      @Get('shared')
      @CorsPolicy({ origin: OTHER })
      later(): string {
        return 'later';
      }
    }
    class OneModule {}
    class TwoModule {}
    const app = await startApp(
      {
        imports: [
          { module: OneModule, controllers: [OrdersController] },
          { module: TwoModule, controllers: [OrdersController] },
        ],
        setUp: (nest) => nest.enableVersioning({ type: VersioningType.URI }),
      },
      'express',
    );
    expect(await admittedBy(app, '/v1/orders/shared')).toEqual([APP]);
    expect(await admittedBy(app, '/v2/orders/shared')).toEqual([OTHER]);
  });
});

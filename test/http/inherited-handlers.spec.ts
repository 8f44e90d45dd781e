import {
  All,
  Controller,
  Get,
  type INestApplication,
  Module,
  RequestMethod,
  type Type,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { originsAllowedBy, preflightAnswer } from '../support/answers.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { NEST } from '../support/nest.js';
import { named, reached, unserved } from '../support/reached.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const DEFAULT = 'https://default.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

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

describe.each(PLATFORMS)('inherited handlers, on %s', (platform) => {
  test('3.2: have their policies where a function makes several controllers of the same names', async () => {
    const make = (version: string): Type[] => {
      class Base {
        @Get()
        list(): string {
          return version;
        }
      }
      @Controller({ path: 'made', version: `${version}-first` })
      @CorsPolicy({ origin: APP })
      class FirstController extends Base {}
      @Controller({ path: 'made', version: `${version}-second` })
      @CorsPolicy({ origin: OTHER })
      class SecondController extends Base {}
      return [FirstController, SecondController];
    };
    const setUp = (nest: INestApplication): unknown => nest.enableVersioning(BY_HEADER);
    const app = await startApp({ controllers: [...make('a'), ...make('b')], setUp }, platform);
    const allowed = ['a-first', 'a-second', 'b-first', 'b-second'].map(async (version) =>
      corsHeaders(await app.get('/made', OTHER, { 'x-version': version })),
    );
    const other = { 'access-control-allow-origin': OTHER };
    expect(await Promise.all(allowed)).toEqual([{}, other, {}, other]);
  });

  test.each<[string, string, (nest: INestApplication) => void]>([
    ['', '', () => undefined],
    ['under a global prefix', '/api/v1', (nest) => nest.setGlobalPrefix('/api/v1/')],
    [
      'under a prefix that leaves one of them out',
      '/api',
      (nest) => nest.setGlobalPrefix('api', { exclude: [{ path: 'second/{*path}', method: RequestMethod.ALL }] }),
    ],
  ])('3.2: have the policy of the controller that serves them %s', async (_title, prefix, setUp) => {
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
    expect(await originsAllowedBy(app, `${prefix}/first/shared`)).toEqual([APP]);
    expect((await app.get(`${prefix}/first/shared`)).text).toBe('FirstController');
    expect(await originsAllowedBy(app, `${second}/second/shared`)).toEqual([OTHER]);
    expect((await app.get(`${second}/second/shared`)).text).toBe('SecondController');
    expect(await originsAllowedBy(app, `${prefix}/third/shared`)).toEqual([]);
    expect(await originsAllowedBy(app, `${prefix}/fourth/shared`)).toEqual([DEFAULT]);

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
      expect(await originsAllowedBy(app, `${path}/closed`)).toEqual([]);
    }
    // The preflight and the response have the same policy.
    expect(await preflightAnswer(app, `${prefix}/first/shared`, APP, 'GET')).toEqual([
      204,
      { 'access-control-allow-origin': APP, 'access-control-allow-methods': 'GET, HEAD' },
    ]);
    expect(await preflightAnswer(app, `${second}/second/shared`, APP, 'GET')).toEqual([204, {}]);
  });

  test.each<[string, INestApplication['enableVersioning'] extends (options?: infer O) => unknown ? O : never, boolean]>(
    [
      ['by header', BY_HEADER, false],
      ['by media type', { type: VersioningType.MEDIA_TYPE, key: 'v=' }, false],
      ['by URI', { type: VersioningType.URI }, true],
      ['by URI with a prefix of their own', { type: VersioningType.URI, prefix: 'version-' }, true],
    ],
  )('3.2: have the policy of the controller of their version, %s', async (_title, versioning, inPath) => {
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

  test('3.2: have the policy of a base class if the controller has none of its own', async () => {
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
    expect(await originsAllowedBy(app, '/silent/shared')).toEqual([APP]);
    expect(await originsAllowedBy(app, '/own/shared')).toEqual([OTHER]);
    // The decorator of the subclass replaces the decorator of the base class, and refines the default policy.
    expect(await originsAllowedBy(app, '/refining/shared')).toEqual([DEFAULT]);
  });
});

describe.each(PLATFORMS)('one inherited handler of several controllers, on %s', (platform) => {
  class GetBase {
    @Get(['', 'by/:id'])
    get(): string {
      return 'inherited';
    }
  }
  class AllBase extends GetBase {
    @All('all/:id')
    all(): string {
      return 'inherited';
    }
  }
  const inherited = (name: string) => ({ handler: 'inherited', response: name, preflight: name });

  test('3.3: is found for several controllers with their own paths, in modules of RouterModule, with prefix and exclusion', async () => {
    @Controller(['a', 'aa'])
    @CorsPolicy(named('inherits-a'))
    class AController extends AllBase {}
    @Controller('b')
    @CorsPolicy(named('inherits-b'))
    class BController extends AllBase {}
    @Controller('b')
    @CorsPolicy(named('mounted-b'))
    class MountedController extends AllBase {}
    @Module({ controllers: [MountedController] })
    class MountedModule {}
    const app = await startApp(
      {
        controllers: [AController, BController],
        imports: [MountedModule, RouterModule.register([{ path: 'm', module: MountedModule }])],
        setUp: (nest) => nest.setGlobalPrefix('api', { exclude: ['b', 'b/*path'] }),
      },
      platform,
    );
    expect(await reached(app, 'GET', '/api/a')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'GET', '/api/aa/by/1')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'PUT', '/api/aa/all/1')).toEqual(inherited('inherits-a'));
    expect(await reached(app, 'GET', '/b')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'GET', '/b/by/1')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'DELETE', '/b/all/1')).toEqual(inherited('inherits-b'));
    expect(await reached(app, 'GET', '/api/m/b')).toEqual(inherited('mounted-b'));
    expect(await reached(app, 'GET', '/api/m/b/by/1')).toEqual(inherited('mounted-b'));
    expect(await reached(app, 'GET', '/api/b')).toEqual(unserved());
  });

  test('3.3: is found for several controllers that differ only in the URI version, one of them neutral', async () => {
    @Controller({ path: 'x', version: ['1', VERSION_NEUTRAL] })
    @CorsPolicy(named('inherits-1'))
    class FirstController extends AllBase {}
    @Controller({ path: 'x', version: '2' })
    @CorsPolicy(named('inherits-2'))
    class SecondController extends AllBase {}
    const app = await startApp(
      {
        controllers: [FirstController, SecondController],
        setUp: (nest) => nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
      },
      platform,
    );
    for (const [prefix, name] of [
      ['/api/v1', 'inherits-1'],
      ['/api', 'inherits-1'],
      ['/api/v2', 'inherits-2'],
    ] as const) {
      expect(await reached(app, 'GET', `${prefix}/x`)).toEqual(inherited(name));
      expect(await reached(app, 'GET', `${prefix}/x/by/1`)).toEqual(inherited(name));
      expect(await reached(app, 'PATCH', `${prefix}/x/all/1`)).toEqual(inherited(name));
    }
  });

  test('3.3: is found for several controllers that differ only in a version in a header', async () => {
    // Nest 11 on Fastify stops the startup for @All() on one path with two versions.
    const every = !(NEST < 12 && platform === 'fastify');
    class Versioned extends (every ? AllBase : GetBase) {}
    @Controller({ path: 'x', version: '1' })
    @CorsPolicy(named('header-1'))
    class FirstController extends Versioned {}
    @Controller({ path: 'x', version: ['2', '3'] })
    @CorsPolicy({ ...named('header-2'), origin: STRANGER })
    class SecondController extends Versioned {}
    const app = await startApp(
      {
        controllers: [FirstController, SecondController],
        setUp: (nest) => nest.enableVersioning(BY_HEADER),
      },
      platform,
    );
    for (const target of ['/x', '/x/by/1', ...(every ? ['/x/all/1'] : [])]) {
      const get = async (origin: string, version: string) => {
        const response = await app.get(target, origin, { 'X-Version': version });
        return response.status === 200 ? corsHeaders(response)['access-control-expose-headers'] : response.status;
      };
      expect(await get(APP, '1')).toBe('X-header-1');
      expect(await get(STRANGER, '2')).toBe('X-header-2');
      expect(await get(STRANGER, '3')).toBe('X-header-2');
      expect(await get(APP, '2')).toBe(403);
      expect(await get(STRANGER, '1')).toBe(403);
      expect(await get(STRANGER, '4')).toBe(404);
    }
  });
});

/** Fastify rejects a second route with the same path and method, even for another host. */
describe('inherited handlers on one path of several hosts, on express', () => {
  test('3.2: inherited handlers have the policy of the controller on their host if two share a path', async () => {
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
        await originsAllowedBy(app, `${path}/shared`, { Host: host }),
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

  test('3.3: one path on two hosts with an inherited handler is found for each host', async () => {
    class Base {
      @Get()
      get(): string {
        return 'inherited';
      }
    }
    @Controller({ path: 'same', host: 'one.example.com' })
    @CorsPolicy(named('one'))
    class OneController extends Base {}
    @Controller({ path: 'same', host: 'two.example.com' })
    @CorsPolicy(named('two'))
    class TwoController extends Base {}
    const app = await startApp({ controllers: [OneController, TwoController] });
    for (const name of ['one', 'two']) {
      expect(await reached(app, 'GET', '/same', { Host: `${name}.example.com` })).toEqual({
        handler: 'inherited',
        response: name,
        preflight: name,
      });
    }
    expect(await reached(app, 'GET', '/same', { Host: 'three.example.com' })).toEqual(unserved());
  });
});

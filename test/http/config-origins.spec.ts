import { Controller, Get } from '@nestjs/common';
import { ConfigModule, type ConfigModuleOptions, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ConfigOrigins, CorsAllowlists, CorsInspector, CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { adapterOf, type AppParts, closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { bootError } from '../support/boot-error.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const credentials = { 'access-control-allow-credentials': 'true' };
const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });

@Controller('one')
@CorsPolicy({ origin: ConfigOrigins.forKey('CORS_ORIGINS'), credentials: true })
class OneController {
  @Get()
  read(): string {
    return 'read';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
}

const configured = (values: Record<string, unknown>, more: ConfigModuleOptions = {}): AppParts => ({
  imports: [ConfigModule.forRoot({ ignoreEnvFile: true, ignoreEnvVars: true, load: [() => values], ...more })],
  controllers: [OneController],
});

afterEach(closeApps);

describe.each(PLATFORMS)('ConfigOrigins on %s', (platform) => {
  test.each<[string, unknown]>([
    ['a comma-separated string', `${APP},https://*.tenant.example`],
    ['a string with white space around its entries', `  ${APP} ,\n\thttps://*.tenant.example `],
    ['an array', [APP, 'https://*.tenant.example']],
  ])('4.6: %s is read as a list of origins', async (_title, value) => {
    const app = await startApp(configured({ CORS_ORIGINS: value }), platform);
    for (const origin of [APP, 'https://a.b.tenant.example']) {
      expect(corsHeaders(await app.get('/one', origin))).toEqual({ ...granted(origin), ...credentials });
    }
    for (const origin of ['https://tenant.example', STRANGER, 'null']) {
      expect(corsHeaders(await app.get('/one', origin))).toEqual({});
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ['unset', {}],
    ['empty', { PREVIEW_ORIGINS: '' }],
  ])('4.6: an optional key that is %s allows no origin, and the other origins stay allowed', async (_what, values) => {
    @Controller('optional')
    @CorsPolicy({ origin: [APP, ConfigOrigins.forKey('PREVIEW_ORIGINS', { optional: true })] })
    class OptionalController {
      @Get()
      read(): string {
        return 'read';
      }
      @Get('alone')
      @CorsPolicy({ origin: ConfigOrigins.forKey('PREVIEW_ORIGINS', { optional: true }) })
      alone(): string {
        return 'alone';
      }
    }
    const app = await startApp({ ...configured(values), controllers: [OptionalController] }, platform);
    expect(corsHeaders(await app.get('/optional', APP))).toEqual(granted(APP));
    expect(corsHeaders(await app.get('/optional/alone', APP))).toEqual({});
  });

  test('4.6: an environment variable is read, and a key within an object', async () => {
    @Controller()
    class KeysController {
      @Get('environment')
      @CorsPolicy({ origin: ConfigOrigins.forKey('TEST_CORS_ORIGINS') })
      environment(): string {
        return 'environment';
      }
      @Get('nested')
      @CorsPolicy({ origin: ConfigOrigins.forKey('cors.origins') })
      nested(): string {
        return 'nested';
      }
    }
    process.env['TEST_CORS_ORIGINS'] = `${APP},${OTHER}`;
    try {
      const app = await startApp(
        {
          imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ cors: { origins: [OTHER] } })] })],
          controllers: [KeysController],
        },
        platform,
      );
      expect(corsHeaders(await app.get('/environment', APP))).toEqual(granted(APP));
      expect(corsHeaders(await app.get('/nested', OTHER))).toEqual(granted(OTHER));
      expect(corsHeaders(await app.get('/nested', APP))).toEqual({});
    } finally {
      delete process.env['TEST_CORS_ORIGINS'];
    }
  });

  test('4.6: it may be used in a list, in several policies, and beside a provider', async () => {
    @Controller()
    class ListController {
      @Get('list')
      @CorsPolicy({ origin: [STRANGER, ConfigOrigins.forKey('CORS_ORIGINS'), { provider: 'ASKED' }] })
      list(): string {
        return 'list';
      }
    }
    const app = await startApp(
      {
        ...configured({ CORS_ORIGINS: APP }),
        controllers: [OneController, ListController],
        providers: [{ provide: 'ASKED', useValue: { isAllowed: (origin: string) => origin === OTHER } }],
      },
      platform,
    );
    for (const origin of [STRANGER, APP, OTHER]) {
      expect(corsHeaders(await app.get('/list', origin))).toEqual(granted(origin));
    }
    expect(corsHeaders(await app.get('/one', OTHER))).toEqual({});
  });

  test("4.6: '*' means any origin, and 'null' needs its flag, as in other configuration", async () => {
    @Controller()
    class AnyController {
      @Get('any')
      @CorsPolicy({ origin: ConfigOrigins.forKey('ANY') })
      any(): string {
        return 'any';
      }
      @Get('null')
      @CorsPolicy({ origin: ConfigOrigins.forKey('NULL'), dangerously: { allowNullOrigin: true } })
      nullOrigin(): string {
        return 'null';
      }
    }
    const app = await startApp(
      { ...configured({ ANY: '*', NULL: `null,${APP}` }), controllers: [AnyController] },
      platform,
    );
    expect(corsHeaders(await app.get('/any', STRANGER))).toEqual(granted('*'));
    expect(corsHeaders(await app.get('/null', 'null'))).toEqual(granted('null'));
  });

  describe('errors', () => {
    const rows: [rule: string, values: Record<string, unknown>, issues: object[]][] = [
      [
        'a bad entry of a string is told at its place',
        { CORS_ORIGINS: `${APP}, https://b.example/ ,c.example` },
        [
          {
            place: 'CORS_ORIGINS[1]',
            field: 'origin',
            value: 'https://b.example/',
            code: 'origin-trailing-slash',
            suggestion: 'https://b.example',
          },
          { place: 'CORS_ORIGINS[2]', field: 'origin', value: 'c.example', code: 'origin-scheme-missing' },
        ],
      ],
      [
        'a bad entry of an array is told at its place',
        { CORS_ORIGINS: [APP, OTHER, 'https://App.example'] },
        [{ place: 'CORS_ORIGINS[2]', field: 'origin', value: 'https://App.example', code: 'origin-upper-case' }],
      ],
      [
        'an entry that is no string',
        { CORS_ORIGINS: [APP, 5] },
        [{ place: 'CORS_ORIGINS[1]', field: 'origin', value: 5, code: 'not-an-origin' }],
      ],
      [
        'an empty entry',
        { CORS_ORIGINS: `${APP},` },
        [{ place: 'CORS_ORIGINS[1]', field: 'origin', value: '', code: 'origin-empty-string' }],
      ],
      [
        'an entry that is not fit for credentials',
        { CORS_ORIGINS: [APP, 'http://app.example'] },
        [{ place: 'CORS_ORIGINS[1]', field: 'origin', value: 'http://app.example', code: 'origin-insecure' }],
      ],
      [
        'a wildcard above a public suffix with credentials',
        { CORS_ORIGINS: 'https://*.github.io' },
        [{ place: 'CORS_ORIGINS[0]', field: 'origin', value: 'https://*.github.io', code: 'origin-public-suffix' }],
      ],
      [
        "'*' with credentials",
        { CORS_ORIGINS: '*' },
        [{ place: 'CORS_ORIGINS[0]', field: 'origin', value: '*', code: 'any-origin-with-credentials' }],
      ],
      [
        "'null' without its flag",
        { CORS_ORIGINS: `${APP},null` },
        [{ place: 'CORS_ORIGINS[1]', field: 'origin', value: 'null', code: 'null-origin' }],
      ],
      ['a missing key', {}, [{ place: 'CORS_ORIGINS', field: 'origin', code: 'config-missing' }]],
      ['an empty string', { CORS_ORIGINS: ' ' }, [{ place: 'CORS_ORIGINS', field: 'origin', code: 'config-missing' }]],
      ['an empty array', { CORS_ORIGINS: [] }, [{ place: 'CORS_ORIGINS', field: 'origin', code: 'config-missing' }]],
      ['a number', { CORS_ORIGINS: 5 }, [{ place: 'CORS_ORIGINS', field: 'origin', code: 'config-missing' }]],
    ];
    test.each(rows)('4.6: %s stops startup', async (_rule, values, issues) => {
      const error = await bootError(configured(values), platform);
      expect(error.issues).toMatchObject(issues);
      expect(error.issues).toHaveLength(issues.length);
    });

    test('4.6: a bad entry that several policies use is reported once', async () => {
      const origin = ConfigOrigins.forKey('CORS_ORIGINS');
      const boot = startApp(
        {
          ...configured({ CORS_ORIGINS: 'b.example' }),
          cors: { policies: { one: { origin }, two: { origin, credentials: true } }, defaultPolicy: { origin } },
        },
        platform,
      );
      await expect(boot).rejects.toMatchObject({ issues: { length: 1, 0: { place: 'CORS_ORIGINS[0]' } } });
    });

    test('4.6: without a ConfigModule startup stops, and says what to import', async () => {
      const boot = startApp({ controllers: [OneController] }, platform);
      await expect(boot).rejects.toMatchObject({
        issues: [
          {
            place: 'CORS_ORIGINS',
            field: 'origin',
            code: 'provider-missing',
            suggestion: expect.stringContaining('ConfigModule'),
          },
        ],
      });
    });
  });

  test('2.5: the status shows what was read', async () => {
    const app = await startApp(configured({ CORS_ORIGINS: [APP, OTHER] }), platform);
    expect(app.app.get(CorsAllowlists).status()).toMatchObject([
      { kind: 'config', loaded: true, stale: false, entries: 2, rejected: [] },
    ]);
  });

  test('4.6: a later change of the configuration changes nothing, as it is read once', async () => {
    const values = { CORS_ORIGINS: [APP] };
    const app = await startApp(configured(values), platform);
    values.CORS_ORIGINS.push(STRANGER);
    values.CORS_ORIGINS = [STRANGER];
    expect(corsHeaders(await app.get('/one', STRANGER))).toEqual({});
    expect(corsHeaders(await app.get('/one', APP))).toEqual({ ...granted(APP), ...credentials });
  });

  test('4.6: a service in the place of that of @nestjs/config counts', async () => {
    const get = (): string => APP;
    const provided = await startApp(
      { controllers: [OneController], providers: [{ provide: ConfigService, useValue: { get } }] },
      platform,
    );
    expect(corsHeaders(await provided.get('/one', APP))).toEqual({ ...granted(APP), ...credentials });

    const { imports = [], controllers = [] } = configured({ CORS_ORIGINS: OTHER });
    const testing = await Test.createTestingModule({ imports: [CorsModule.forRoot(), ...imports], controllers })
      .overrideProvider(ConfigService)
      .useValue({ get })
      .compile();
    const overridden = testing.createNestApplication(adapterOf(platform));
    await overridden.init();
    expect(overridden.get(CorsInspector).routes()[0]?.policy?.origin).toEqual([APP]);
    await overridden.close();
  });

  test('4.6: the service of @nestjs/config comes before a class of the app that has its name', async () => {
    const Own = { ConfigService: class ConfigService {} }.ConfigService;
    Object.assign(Own.prototype, { get: () => STRANGER });
    const parts = configured({ CORS_ORIGINS: APP });
    const app = await startApp({ ...parts, providers: [Own] }, platform);
    expect(corsHeaders(await app.get('/one', APP))).toEqual({ ...granted(APP), ...credentials });
    expect(corsHeaders(await app.get('/one', STRANGER))).toEqual({});
  });

  test('4.6: the service of @nestjs/config is found under the name that a bundler gave it', async () => {
    Object.defineProperty(ConfigService, 'name', { value: 'a', configurable: true });
    try {
      const app = await startApp(configured({ CORS_ORIGINS: APP }), platform);
      expect(corsHeaders(await app.get('/one', APP))).toEqual({ ...granted(APP), ...credentials });
    } finally {
      Object.defineProperty(ConfigService, 'name', { value: 'ConfigService', configurable: true });
    }
  });
});

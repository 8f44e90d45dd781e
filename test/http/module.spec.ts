import { Controller, Get, Inject, Injectable, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CorsAllowlists,
  CorsInspector,
  CorsModule,
  type CorsModuleAsyncOptions,
  type CorsModuleOptions,
  type CorsOptionsFactory,
  CorsPolicy,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });

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
    ])('2.1: %s creates the options', async (_way, asyncOptions) => {
      const app = await startApp(
        { cors: null, imports: [CorsModule.forRootAsync(asyncOptions)], controllers: [OneController] },
        platform,
      );
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
      expect(corsHeaders(await app.get('/one', STRANGER))).toEqual({});
    });

    test('2.1: useExisting uses the instance of the app, and useClass creates its own', async () => {
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
    ])('2.1: %s throws at once', (_title, wrong) => {
      expect(() => CorsModule.forRootAsync(wrong)).toThrow('exactly one of useFactory, useClass and useExisting');
    });

    test('2.1: an error of the factory stops startup', async () => {
      const useFactory = (): Promise<CorsModuleOptions> => Promise.reject(new Error('no vault'));
      const boot = startApp({ cors: null, imports: [CorsModule.forRootAsync({ useFactory })] }, platform);
      await expect(boot).rejects.toThrow('no vault');
    });
  });

  test('2.1: forFeature() adds policies that the whole app may use', async () => {
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

  describe('the life of an app', () => {
    test('2.1: an app may be closed and started again, and two may run at once, each with its own policies', async () => {
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

    test('2.1: an app that fails to start leaves nothing behind', async () => {
      await expect(startApp({ controllers: [OneController] }, platform)).rejects.toThrow('"partner"');
      const app = await startApp(
        { cors: { policies: { partner: { origin: APP } } }, controllers: [OneController] },
        platform,
      );
      expect(corsHeaders(await app.get('/one', APP))).toEqual(granted(APP));
    });

    test('a request hook of the app works together with ours, set before init or after it', async () => {
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

      // One middleware answers and one fails. The library sets its fields before either runs.
      setHook(app.app, (_native, _response, done) => done(new Error('the hook fails')));
      const failed = await app.get('/one', APP);
      expect([failed.status, corsHeaders(failed)]).toEqual([500, granted(APP)]);

      await app.app.close();
    });

    test('2.1: an app without HTTP, as in a script or a worker, starts', async () => {
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

    test('6.1: debug logs each refusal once per reason, route and origin, and no allowed request', async () => {
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

    test('6.1: without debug a refusal writes no line', async () => {
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

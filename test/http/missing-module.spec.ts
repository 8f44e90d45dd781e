import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { CorsConfigurationError, CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, startApp } from '../support/app.js';
import { Proxied } from '../support/replacing.js';

@Controller('orders')
class OrdersController {
  @Get()
  @CorsPolicy({ origin: 'https://app.example', enforce: true })
  list(): string {
    return 'orders';
  }
}

/** Puts another function in place of a method, as a decorator of tracing does. */
const Wrapped: MethodDecorator = (_target, _key, descriptor) => {
  Object.assign(descriptor, { value: () => 'wrapped' });
};

@Controller('wrapped')
class WrappedController {
  @Get()
  @Wrapped
  @NoCors({ enforce: true })
  list(): string {
    return 'never called';
  }
}

@Controller('proxied')
@Proxied
@NoCors({ enforce: true })
class ProxiedController {
  @Get()
  list(): string {
    return 'list';
  }
}

@NoCors()
@Injectable()
class DecoratedProvider {}

@Module({ imports: [CorsModule.forFeature({ policies: { partner: { origin: 'https://a.example' } } })] })
class CatalogModule {}

afterEach(closeApps);

describe.each(PLATFORMS)('an app without CorsModule.forRoot() on %s', (platform) => {
  test.each<[string, AppParts, string, RegExp]>([
    [
      'a decorated method',
      { controllers: [OrdersController] },
      'OrdersController',
      /^OrdersController has a CORS decorator, but/,
    ],
    [
      'a decorated method in whose place a further decorator puts another function',
      { controllers: [WrappedController] },
      'WrappedController',
      /^WrappedController has a CORS decorator, but/,
    ],
    [
      'a decorated class in whose place a further decorator puts a proxy',
      { controllers: [ProxiedController] },
      'ProxiedController',
      /^ProxiedController has a CORS decorator, but/,
    ],
    [
      'a decorated provider',
      { providers: [DecoratedProvider] },
      'DecoratedProvider',
      /^DecoratedProvider has a CORS decorator/,
    ],
    [
      'forFeature() alone',
      { imports: [CatalogModule] },
      'CorsModule.forFeature()',
      /^CatalogModule imports CorsModule\.forFeature\(\), but/,
    ],
    [
      'CorsModule itself',
      { imports: [CorsModule] },
      'CorsModule',
      /^The app imports CorsModule without a call of forRoot\(\), but/,
    ],
  ])('2.1: %s stops startup, with the line to add', async (_what, parts, place, reason) => {
    const boot = startApp({ ...parts, cors: null }, platform);
    await expect(boot).rejects.toBeInstanceOf(CorsConfigurationError);
    await expect(boot).rejects.toMatchObject({
      issues: [
        {
          place,
          code: 'module-missing',
          reason: expect.stringMatching(reason) as string,
          suggestion: expect.stringContaining('add CorsModule.forRoot({ … }) to the imports of ') as string,
        },
      ],
    });
  });

  test('2.1: none of them is an error beside forRoot() or forRootAsync()', async () => {
    const imports = [CatalogModule, CorsModule, CorsModule.forRootAsync({ useFactory: () => ({}) })];
    const app = await startApp(
      { cors: null, imports, controllers: [OrdersController], providers: [DecoratedProvider] },
      platform,
    );
    expect((await app.get('/orders', 'https://stranger.example')).status).toBe(403);
    expect(app.logs.filter((line) => line.includes('module-missing'))).toEqual([]);
  });
});

describe('decorators without the module', () => {
  test('2.1: bring the check to a class once, however many of its methods have one', () => {
    class ManyController {
      @NoCors()
      one(): void {}
      @NoCors()
      other(): void {}
    }
    expect(Reflect.getMetadata('__exceptionFilters__', ManyController)).toHaveLength(1);
  });

  test('2.1: are silent in a unit test or a script, where no app is created', async () => {
    const module = await Test.createTestingModule({
      controllers: [OrdersController],
      imports: [CatalogModule],
    }).compile();
    await module.init();
    expect(module.get(OrdersController).list()).toBe('orders');
    await module.close();
    const context = await NestFactory.createApplicationContext(
      { module: class AppModule {}, controllers: [OrdersController], imports: [CatalogModule] },
      { logger: false, abortOnError: false },
    );
    await context.close();
  });

  test('2.1: are a warning, logged once, in an app of a testing module', async () => {
    const lines: string[] = [];
    const write = (line: unknown): void => void lines.push(String(line));
    @Module({ controllers: [OrdersController] })
    class OneModule {}
    @Module({ providers: [DecoratedProvider] })
    class TwoModule {}
    const module = await Test.createTestingModule({ imports: [OneModule, TwoModule] })
      .setLogger({ log: () => undefined, error: write, warn: write })
      .compile();
    const app = module.createNestApplication();
    await app.init();
    expect(lines).toEqual([expect.stringMatching(/^OrdersController: .*CorsModule\.forRoot\(\).*\[module-missing\]/)]);
    await app.close();
  });
});

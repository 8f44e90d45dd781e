import { Controller, Get, Injectable, UseGuards } from '@nestjs/common';
import { CorsModule, CorsPolicy, NoCors, type OriginAllowlist } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, startApp, warningsOf } from '../support/app.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('warnings at startup, on %s', (platform) => {
  /** Starts an app, and returns what the library warned about. */
  const warnings = async (parts: AppParts): Promise<string[]> => warningsOf(await startApp(parts, platform));

  @Controller('one')
  @CorsPolicy('partner')
  class OneController {
    @Get()
    read(): string {
      return 'read';
    }
    @Get('two')
    two(): string {
      return 'two';
    }
  }

  test('3.7: a sound configuration has no warning', async () => {
    expect(
      await warnings({
        cors: {
          policies: {
            partner: {
              origin: APP,
              credentials: true,
              maxAge: 7200,
              allowedHeaders: [],
              exposedHeaders: ['X-Total'],
            },
          },
        },
        controllers: [OneController],
      }),
    ).toEqual([]);
  });

  test('3.7: maxAge above Chromium’s cap is reported once, with its place', async () => {
    const found = await warnings({
      cors: { policies: { partner: { origin: APP, maxAge: 7201 } }, defaultPolicy: 'partner' },
      controllers: [OneController],
    });
    expect(found).toEqual([expect.stringMatching(/^policies\.partner \(maxAge 7201\): .*7200/)]);
  });

  test('3.7: a policy that nothing uses is a warning', async () => {
    const found = await warnings({
      cors: {
        policies: {
          partner: { origin: APP },
          idle: { origin: APP },
          byDefault: { origin: APP },
          byRoute: { origin: APP },
        },
        defaultPolicy: 'byDefault',
        routes: [{ path: '/x', policy: 'byRoute' }],
      },
      controllers: [OneController],
      imports: [CorsModule.forFeature({ policies: { idleToo: { origin: APP } } })],
    });
    expect(found).toEqual([expect.stringMatching(/^policies\.idle; policies\.idleToo: No route uses/)]);
  });

  test('3.7: a decorator on a class that is not a controller is a warning', async () => {
    @Injectable()
    @CorsPolicy('partner')
    class OrdersService {}
    @Injectable()
    @NoCors()
    class OrdersGuard {
      canActivate(): boolean {
        return true;
      }
    }
    @Controller('guarded')
    @UseGuards(OrdersGuard)
    class GuardedController {
      @Get()
      read(): string {
        return 'read';
      }
    }
    const found = await warnings({
      cors: { policies: { partner: { origin: APP } } },
      controllers: [OneController, GuardedController],
      providers: [OrdersService],
    });
    expect(found).toEqual([expect.stringMatching(/^OrdersService \(.*\); OrdersGuard \(.*\): .*neither a controller/)]);
  });

  test('3.7: a decorator on a method that serves no route is a warning', async () => {
    @Injectable()
    class OrdersResolver {
      @NoCors()
      resolve(): void {}
    }
    @Controller('helped')
    class HelpedController {
      @Get()
      @NoCors()
      read(): string {
        return this.helper();
      }
      @CorsPolicy({ origin: APP })
      helper(): string {
        return 'read';
      }
    }
    const found = await warnings({
      cors: { policies: { partner: { origin: APP } } },
      controllers: [OneController, HelpedController],
      providers: [OrdersResolver],
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^HelpedController\.helper \(.*\); OrdersResolver\.resolve \(.*\): .*nothing reads the decorator/,
      ),
    ]);
  });

  test('2.3: each dangerously flag is listed with its place', async () => {
    const found = await warnings({
      cors: {
        policies: {
          partner: { origin: [APP, 'null'], dangerously: { allowNullOrigin: true, allowPublicSuffixes: false } },
        },
        defaultPolicy: { origin: '*', credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
      },
      controllers: [OneController],
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^policies\.partner \(dangerously\.allowNullOrigin\); defaultPolicy \(dangerously\.reflectAnyOriginWithCredentials\): /,
      ),
    ]);
  });

  test('4.3: an allowlist that is called for every request is a warning', async () => {
    @Injectable()
    class Tenants implements OriginAllowlist {
      isAllowed(this: void, _origin: string, context: object): boolean {
        return context !== undefined;
      }
    }
    @Injectable()
    class KeyedTenants implements OriginAllowlist {
      cacheKey(): string {
        return 'one';
      }
      isAllowed(_origin: string, context: object): boolean {
        return context !== undefined;
      }
    }
    const found = await warnings({
      cors: { policies: { partner: { origin: [Tenants, KeyedTenants] } } },
      controllers: [OneController],
      providers: [Tenants, KeyedTenants],
    });
    expect(found).toEqual([expect.stringMatching(/^Tenants: isAllowed .*cacheKey/)]);
  });
});

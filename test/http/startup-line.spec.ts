import { Controller, Get, Post } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { CorsModule, type CorsModuleOptions, CorsPolicy, NoCors } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, startApp } from '../support/app.js';
import { withSocketIo } from '../support/sockets.js';

const policies: CorsModuleOptions['policies'] = {
  app: { origin: 'https://app.example', credentials: true },
  public: { origin: '*' },
};

@CorsPolicy('app')
@Controller('orders')
class OrdersController {
  @Get()
  @CorsPolicy({ maxAge: 60 })
  list(): string {
    return 'orders';
  }

  @Get('catalog')
  @CorsPolicy('public')
  catalog(): string {
    return 'catalog';
  }

  @Post('purge')
  @NoCors()
  purge(): string {
    return 'purged';
  }

  @Post('audit')
  @CorsPolicy({ origin: false })
  audit(): string {
    return 'audited';
  }
}

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'up';
  }
}

@CorsPolicy('app')
@WebSocketGateway()
class ChatGateway {}

@WebSocketGateway({ namespace: '/open' })
class OpenGateway {}

const controllers = [OrdersController, HealthController];

afterEach(closeApps);

describe.each(PLATFORMS)('the line at startup, on %s', (platform) => {
  const linesOf = async (parts: AppParts): Promise<readonly string[]> =>
    (await startApp(parts, platform)).logs.filter((line) => line.includes('CORS: '));

  it('2.1: counts routes, policies, closed routes and routes without a policy', async () => {
    expect(await linesOf({ cors: { policies }, controllers })).toEqual([
      'log: CORS: 5 routes, 2 policies, 2 closed, 1 without a policy',
    ]);
  });

  it('2.1: counts entries of routes, with unmanaged ones separately', async () => {
    const routes = [
      { path: '/graphql', policy: 'app' },
      { path: '/oidc', unmanaged: true },
    ] as const;

    expect(await linesOf({ cors: { policies, routes, defaultPolicy: 'public' }, controllers })).toEqual([
      'log: CORS: 7 routes, 2 policies, 2 closed, 0 without a policy, 1 unmanaged',
    ]);
  });

  it('2.1: counts gateways', async () => {
    const providers = [ChatGateway, OpenGateway];
    const parts = { cors: { policies }, controllers: [HealthController], providers, setUp: withSocketIo };

    expect(await linesOf(parts)).toEqual(['log: CORS: 1 route, 2 gateways, 1 policy, 0 closed, 2 without a policy']);
  });

  it('2.1: says that nothing has a policy', async () => {
    expect(await linesOf({ controllers: [HealthController] })).toEqual([
      'log: CORS: 1 route, 0 policies, 0 closed, 1 without a policy',
    ]);
  });

  it.each([true, false])('2.1: does not depend on debug: %s', async (debug) => {
    expect(await linesOf({ cors: { policies, debug }, controllers })).toHaveLength(1);
    expect(await linesOf({ cors: { policies, debug, summary: false }, controllers })).toEqual([]);
  });

  it('2.1: is silenced by options of forRootAsync() too', async () => {
    const imports = [CorsModule.forRootAsync({ useFactory: () => ({ policies, summary: false }) })];

    expect(await linesOf({ cors: null, imports, controllers })).toEqual([]);
  });
});

import { Controller, Get, Post } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsInspector, CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

/* Behind a proxy that ends TLS, the app's own origin is the one that the proxy received, if the platform trusts it. */

const OWN = 'https://shop.example';
const FORWARDED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'shop.example' };

@Controller()
@CorsPolicy({ origin: 'https://partner.example', enforce: true })
class OrdersController {
  @Post('orders')
  create(): string {
    return 'created';
  }
}

afterEach(closeApps);

function warnings({ logs }: TestApp): readonly string[] {
  return logs.filter((line) => line.startsWith('warn') && line.includes('trust the proxy'));
}

describe.each(PLATFORMS)('3.6: enforcement behind a proxy, on %s', (platform) => {
  const start = () => startApp({ controllers: [OrdersController] }, platform);
  const post = async (app: TestApp, headers: Record<string, string>) =>
    (await app.request('POST', '/orders', { Origin: OWN, ...headers })).status;

  test('a request with Sec-Fetch-Site: same-origin passes', async () => {
    const app = await start();
    expect(await post(app, { ...FORWARDED, 'Sec-Fetch-Site': 'same-origin' })).toBe(201);
    expect(warnings(app)).toEqual([]);
  });

  test('without Sec-Fetch-Site and without trust it is refused, and the log explains it once', async () => {
    const app = await start();
    expect([await post(app, FORWARDED), await post(app, FORWARDED)]).toEqual([403, 403]);
    expect(warnings(app)).toHaveLength(1);
  });

  test('a stranger that is refused behind the proxy does not cause the warning', async () => {
    const app = await start();
    expect(await post(app, { ...FORWARDED, Origin: 'https://stranger.example' })).toBe(403);
    expect(warnings(app)).toEqual([]);
  });
});

@Controller({ host: 'shop.example' })
@CorsPolicy({ origin: 'https://partner.example' })
class ShopController {
  @Get('shop')
  read(): string {
    return 'read';
  }
}

describe.each(PLATFORMS)('behind a proxy that is trusted, on %s', (platform) => {
  const start = (): Promise<TestApp> =>
    startApp(
      {
        controllers: [OrdersController, ShopController],
        ...(platform === 'fastify' ? { adapter: new FastifyAdapter({ trustProxy: true }) } : {}),
        setUp: (nest) => {
          if (platform === 'express') {
            (nest.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void }).set(
              'trust proxy',
              true,
            );
          }
        },
      },
      platform,
    );

  test('3.6: a request of the same origin passes', async () => {
    const app = await start();
    const answer = await app.request('POST', '/orders', { Origin: OWN, ...FORWARDED });
    expect([answer.status, warnings(app)]).toEqual([201, []]);
  });

  test('2.5: explain() finds the host that the proxy was asked for, as the server does', async () => {
    const app = await start();
    const origin = 'https://partner.example';
    expect(corsHeaders(await app.get('/shop', origin, FORWARDED))).toEqual({ 'access-control-allow-origin': origin });
    const asked = { method: 'GET', url: '/shop', origin, headers: FORWARDED };
    await expect(app.app.get(CorsInspector).explain(asked)).resolves.toMatchObject({
      route: { handler: 'ShopController.read' },
      response: { headers: { 'Access-Control-Allow-Origin': origin } },
    });
  });
});

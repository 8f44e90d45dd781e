import { Body, type CanActivate, Controller, Get, Injectable, Post, Put, UseGuards } from '@nestjs/common';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

const ran: string[] = [];

@Injectable()
class NotingGuard implements CanActivate {
  canActivate(): boolean {
    ran.push('guard');
    return true;
  }
}

@Controller()
@UseGuards(NotingGuard)
@CorsPolicy({ origin: APP, enforce: true, methods: ['GET', 'POST'] })
class EnforcedController {
  @Get('one')
  one(): string {
    ran.push('handler');
    return 'one';
  }
  @Post('one')
  post(@Body() body: unknown): unknown {
    ran.push('handler');
    return body;
  }
  @Put('one')
  put(): string {
    ran.push('handler');
    return 'put';
  }
  @Get('hidden')
  @CorsPolicy({ enforce: false })
  hidden(): string {
    ran.push('handler');
    return 'hidden';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    ran.push('handler');
    return 'closed';
  }
  @Get('asked')
  @CorsPolicy({ origin: async (origin) => Promise.resolve(origin === APP) })
  asked(): string {
    ran.push('handler');
    return 'asked';
  }
}

beforeEach(() => ran.splice(0));
afterEach(closeApps);

describe.each(PLATFORMS)('3.6, enforcement, on %s', (platform) => {
  const start = (prefix?: string): Promise<TestApp> =>
    startApp(
      {
        controllers: [EnforcedController],
        setUp: (app) => {
          if (prefix !== undefined) {
            app.setGlobalPrefix(prefix);
          }
        },
      },
      platform,
    );

  test.each([undefined, 'api'])(
    '3.6: a refused origin ends in 403 before guards and handler (prefix %s)',
    async (prefix) => {
      const app = await start(prefix);
      const path = prefix === undefined ? '/one' : `/${prefix}/one`;
      for (const method of ['GET', 'POST']) {
        const response = await app.request(method, path, { Origin: STRANGER, 'Content-Type': 'application/json' });
        expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([
          403,
          {},
          'Origin, Sec-Fetch-Site',
        ]);
        expect(response.body).toEqual({
          statusCode: 403,
          error: 'Forbidden',
          message: 'This route does not accept requests from this origin.',
          reason: 'origin-not-allowed',
        });
      }
      expect(ran).toEqual([]);
    },
  );

  test('3.6: a refused request with a malformed body gets 403, as its body is not read', async () => {
    const app = await start();
    const json = { Origin: STRANGER, 'Content-Type': 'application/json' };
    expect((await app.request('POST', '/one', json).send('{"a":')).status).toBe(403);
  });

  test('3.6: a refused method ends in 403, also for an allowed origin', async () => {
    const app = await start();
    const response = await app.request('PUT', '/one', { Origin: APP });
    expect([response.status, corsHeaders(response), response.body.reason]).toEqual([403, {}, 'method-not-allowed']);
    expect(ran).toEqual([]);
  });

  test('3.6: an allowed origin and a request without Origin pass', async () => {
    const app = await start();
    const allowed = await app.get('/one', APP);
    expect([allowed.status, allowed.text, corsHeaders(allowed)]).toEqual([
      200,
      'one',
      { 'access-control-allow-origin': APP },
    ]);
    const without = await app.get('/one');
    expect([without.status, without.text, corsHeaders(without)]).toEqual([200, 'one', {}]);
    expect((await app.request('PUT', '/one')).text).toBe('put');
  });

  test.each([
    ['same-origin', 200],
    ['none', 200],
    ['same-site', 403],
    ['cross-site', 403],
    ['nonsense', 403],
  ])('3.6: Sec-Fetch-Site: %s answers %i', async (site, status) => {
    const app = await start();
    expect((await app.get('/one', STRANGER, { 'Sec-Fetch-Site': site })).status).toBe(status);
  });

  test('3.6: without Sec-Fetch-Site the request’s own origin passes, and similar origins do not', async () => {
    const app = await start();
    expect((await app.get('/one', app.url)).status).toBe(200);
    expect((await app.get('/one', 'http://shop.example', { Host: 'shop.example:80' })).status).toBe(200);
    expect((await app.get('/one', 'http://shop.example:8080', { Host: 'shop.example:8080' })).status).toBe(200);
    expect((await app.get('/one', 'https://shop.example', { Host: 'shop.example' })).status).toBe(403);
    expect((await app.get('/one', 'http://shop.example', { Host: 'shop.example:8080' })).status).toBe(403);
    expect((await app.get('/one', 'http://shop.example.evil.test', { Host: 'shop.example' })).status).toBe(403);
  });

  test('3.6: a handler with `enforce: false` runs, and the browser hides the response', async () => {
    const app = await start();
    const response = await app.get('/hidden', STRANGER);
    expect([response.status, response.text, corsHeaders(response)]).toEqual([200, 'hidden', {}]);
  });

  test('3.6: @NoCors() keeps the enforcement of the policy that it replaces', async () => {
    const app = await start();
    const response = await app.get('/closed', STRANGER);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([
      403,
      {},
      'Origin, Sec-Fetch-Site',
    ]);
    expect((await app.get('/closed')).text).toBe('closed');
  });

  test('3.6: the request waits for a slow provider', async () => {
    const app = await start();
    expect((await app.get('/asked', STRANGER)).status).toBe(403);
    expect(ran).toEqual([]);
    expect((await app.get('/asked', APP)).text).toBe('asked');
  });

  test('3.6: a preflight is answered, never refused with 403', async () => {
    const app = await start();
    const response = await app.preflight('/one', { origin: STRANGER, method: 'GET' });
    expect([response.status, corsHeaders(response)]).toEqual([204, {}]);
  });
});

import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Injectable, Put, VersioningType } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CorsDevtoolsModule, type CorsDevtoolsOptions } from '../../lib/devtools.js';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

@Controller('orders')
@CorsPolicy('partner')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }

  @Put(':id')
  @CorsPolicy({ maxAge: 60 })
  update(): string {
    return 'updated';
  }
}

@Injectable()
class NobodyGuard {
  canActivate(): boolean {
    return false;
  }
}

const PARTNER = 'https://partner.example';
const SAME_ORIGIN = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' };
const FILES = ['', '/style.css', '/main.js', '/icon.svg', '/overview.json'];

describe.each(PLATFORMS)('the development page on %s', (platform) => {
  afterEach(async () => {
    await closeApps();
  });

  const start = (
    options?: CorsDevtoolsOptions,
    { setUp, providers = [] }: { setUp?: (app: INestApplication) => void; providers?: [] | [object] } = {},
  ): Promise<TestApp> =>
    startApp(
      {
        cors: { policies: { partner: { origin: PARTNER, credentials: true } }, defaultPolicy: { origin: '*' } },
        imports: [CorsDevtoolsModule.forRoot(options)],
        controllers: [OrdersController],
        providers: providers as [],
        ...(setUp === undefined ? {} : { setUp }),
      },
      platform,
    );

  it.each(FILES)('sends %j under a strict Content-Security-Policy, kept and framed by nobody', async (file) => {
    const { get } = await start();

    const response = await get(`/__cors${file}`);

    expect(response.status).toBe(200);
    expect(response.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(response.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(response.headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
    expect(response.headers['content-security-policy']).not.toMatch(/unsafe|\*/);
    expect(response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
  });

  it('has no script and no style in the page itself, and nothing from elsewhere', async () => {
    const { get } = await start();

    const { text } = await get('/__cors');

    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\/(?!app\.example)/);
    expect(text).toContain('href="__cors/style.css"');
    expect((await get('/__cors/')).text).toContain('href="style.css"');
  });

  it('is under @NoCors(): no header of CORS, whatever the default policy grants', async () => {
    const { get, preflight } = await start();

    expect(corsHeaders(await get('/elsewhere', PARTNER))).not.toEqual({});
    expect(corsHeaders(await get('/__cors/overview.json', PARTNER))).toEqual({});
    expect(corsHeaders(await get('/__cors/'))).toEqual({});
    expect(corsHeaders(await get('/__cors/', PARTNER))).toEqual({});
    expect(corsHeaders(await preflight('/__cors/overview.json', { method: 'GET', headers: 'x-any' }))).toEqual({});
  });

  it('shows each route with its policy and the origin of its fields, and not itself', async () => {
    const { get } = await start();

    const { body } = await get('/__cors/overview.json', undefined, SAME_ORIGIN);

    expect(body.routes.map(({ handler }: { handler: string }) => handler)).toEqual([
      'OrdersController.list',
      'OrdersController.update',
    ]);
    expect(body.routes[1]).toMatchObject({
      methods: ['PUT'],
      example: '/orders/1',
      policy: { name: 'partner', credentials: true, maxAge: 60 },
      provenance: { origin: 'policies.partner', maxAge: 'OrdersController.update' },
    });
    expect(body.origins).toEqual([
      PARTNER,
      expect.stringMatching(/^http:\/\/localhost:\d+$/),
      'https://stranger.example',
    ]);
    expect(body).toMatchObject({ allowlists: [], findings: expect.any(Array), reports: [] });
  });

  it('explains what it is asked', async () => {
    const { get } = await start();
    const question = { method: 'PUT', url: '/orders/7', origin: 'https://other.example' };

    const { status, body } = await get(`/__cors/explain.json?q=${encodeURIComponent(JSON.stringify(question))}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdict: 'blocked',
      reason: 'origin-not-allowed',
      route: { handler: 'OrdersController.update' },
    });
    expect(body.advice.length).toBeGreaterThan(0);
  });

  it.each([
    ['no question', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['an unknown field', '{"url":"/","orgin":"https://a.example"}'],
    ['a wrong origin', '{"url":"/","origin":""}'],
    ['a question without end', JSON.stringify({ url: `/${'a'.repeat(5_000)}` })],
  ])('answers 400 and a sentence to %s', async (_what, question) => {
    const { get } = await start();

    const { status, body } = await get(`/__cors/explain.json?q=${encodeURIComponent(question)}`);

    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.any(String) });
    expect(body.error).not.toMatch(/\n|node_modules/);
  });

  it('says what each route is to an origin', async () => {
    const { get } = await start();
    const column = async (origin: string): Promise<unknown> =>
      (await get(`/__cors/matrix.json?q=${encodeURIComponent(origin)}`)).body;

    expect(await column(PARTNER)).toEqual([
      { state: 'with-cookies', reason: 'allowed' },
      { state: 'with-cookies', reason: 'allowed' },
    ]);
    expect(await column('https://other.example')).toEqual([
      { state: 'refused', reason: 'origin-not-allowed' },
      { state: 'refused', reason: 'origin-not-allowed' },
    ]);
    expect((await get('/__cors/matrix.json?q=')).status).toBe(400);
  });

  it.each(['/__cors/nothing', '/__cors/constructor', '/__cors/__proto__'])('has nothing at %s', async (path) => {
    const { get } = await start();

    expect((await get(path)).status).toBe(404);
  });

  it.each(['app.example', 'localhost.example:80', 'evil@localhost', '127.0.0.1.example', '10.0.0.1'])(
    'answers 403 to the host %s: a page may have its own name resolve to this machine',
    async (host) => {
      const { port } = await start();

      expect(await statusFor(port, '/__cors', { Host: host })).toBe(403);
      expect(await statusFor(port, '/__cors/overview.json', { Host: host })).toBe(403);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '[::1]:3000', 'shop.localhost'])(
    'answers to the host %s',
    async (host) => {
      const { port } = await start();

      expect(await statusFor(port, '/__cors', { Host: host })).toBe(200);
    },
  );

  it('answers 403 behind a proxy, and to a configured name everywhere', async () => {
    const { port } = await start({ hosts: ['App.test'] });

    expect(await statusFor(port, '/__cors', { 'X-Forwarded-For': '203.0.113.9' })).toBe(403);
    expect(await statusFor(port, '/__cors', { 'X-Forwarded-For': '203.0.113.9', Host: 'app.test:8080' })).toBe(200);
    expect(await statusFor(port, '/__cors', { Host: 'other.test' })).toBe(403);
  });

  it.each([
    ['a script of another site', 'cross-site', 'no-cors', 'script', false],
    ['another port of this machine', 'same-site', 'cors', 'empty', false],
    ['a frame', 'cross-site', 'navigate', 'iframe', false],
    ['a link of another site', 'cross-site', 'navigate', 'document', true],
    ['the address bar', 'none', 'navigate', 'document', true],
  ])('answers %s only where it opens the page', async (_who, site, mode, dest, opens) => {
    const { get } = await start();
    const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest };

    expect((await get('/__cors', undefined, headers)).status).toBe(opens ? 200 : 403);
    const isUser = site === 'none';
    expect((await get('/__cors/overview.json', undefined, headers)).status).toBe(isUser ? 200 : 403);
    expect((await get('/__cors/main.js', undefined, headers)).status).toBe(isUser ? 200 : 403);
  });

  it('answers 403 to a foreign Origin where the browser sends no Sec-Fetch-Site', async () => {
    const { get, url } = await start();

    expect((await get('/__cors/overview.json', 'https://evil.example')).status).toBe(403);
    expect((await get('/__cors/overview.json', 'null')).status).toBe(403);
    expect((await get('/__cors/overview.json', url)).status).toBe(200);
  });

  it('stands below the global prefix, outside of versions, and before guards', async () => {
    const { get } = await start(
      { path: 'tools/cors/' },
      {
        setUp: (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
        providers: [{ provide: APP_GUARD, useClass: NobodyGuard }],
      },
    );

    expect((await get('/api/v1/orders')).status).toBe(403);
    expect((await get('/api/tools/cors')).text).toContain('href="cors/style.css"');
    expect((await get('/api/tools/cors/style.css')).status).toBe(200);
    expect((await get('/api/tools/cors/overview.json')).body.routes[0].path).toBe('/api/v1/orders');
    expect((await get('/tools/cors')).status).toBe(404);
  });

  it('is not there unless it is imported', async () => {
    const { get } = await startApp(
      { controllers: [OrdersController], cors: { policies: { partner: { origin: '*' } } } },
      platform,
    );

    expect((await get('/__cors')).status).toBe(404);
  });

  it('ends the boot in production, unless it is allowed there', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      await expect(start()).rejects.toThrow(/CorsDevtoolsModule is a tool for development, and NODE_ENV is production/);
      const { get, logs } = await start({ allowInProduction: true });
      expect((await get('/__cors')).status).toBe(200);
      expect(logs).toContainEqual(expect.stringMatching(/^warn: .*mounted in production/));
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it('asks for CorsModule where it is missing', async () => {
    await expect(startApp({ cors: null, imports: [CorsDevtoolsModule.forRoot()] }, platform)).rejects.toThrow(
      'import CorsModule.forRoot()',
    );
  });

  it.each([
    [{ path: '/a/:b' }, 'path'],
    [{ path: '' }, 'path'],
    [{ hosts: ['http://a.test'] }, 'hosts'],
    [{ tester: { port: 70_000 } }, 'tester.port'],
    [{ tester: true as never }, 'tester'],
    [{ pth: '/x' } as never, 'pth'],
  ])('refuses the options %j', (options, named) => {
    expect(() => CorsDevtoolsModule.forRoot(options)).toThrow(named);
  });

  describe('the live tester', () => {
    interface Frame {
      readonly origin: string;
      readonly frame: string;
    }
    const frames = async ({ get }: TestApp): Promise<[localhost: Frame, address: Frame]> =>
      (await get('/__cors/overview.json', undefined, SAME_ORIGIN)).body.tester.origins;

    it('stands in a frame of the page alone, and reaches that page’s origin alone', async () => {
      const started = await start();

      for (const { frame } of await frames(started)) {
        const response = await fetch(frame.replace('localhost', '127.0.0.1'));
        const policy = response.headers.get('content-security-policy');
        expect(response.status).toBe(200);
        expect(policy).toContain(`frame-ancestors ${started.url}`);
        expect(policy).toContain(`connect-src ${started.url};`);
        expect(policy).toMatch(/^default-src 'none'/);
      }
    });

    it('answers 404 without its secret, and for a page of another name', async () => {
      const [, { frame }] = await frames(await start());
      const address = new URL(frame);

      expect((await fetch(`${address.origin}/?page=${encodeURIComponent('http://localhost:1')}`)).status).toBe(404);
      for (const page of ['https://evil.example', 'http://localhost:1/', 'http://localhost:1; script-src *', '', '*']) {
        address.searchParams.set('page', page);
        expect((await fetch(address)).status).toBe(404);
      }
      expect(await statusFor(Number(address.port), address.pathname, { Host: 'evil.example' })).toBe(403);
    });

    it('gives its port back when the app closes', async () => {
      const { app, ...started } = await start();
      const [{ origin }] = await frames({ app, ...started });
      const port = Number(new URL(origin).port);

      await app.close();

      const again = createServer().listen(port, '127.0.0.1');
      await once(again, 'listening');
      again.close();
    });

    it('says so where its port is taken', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      await expect(start({ tester: { port } })).rejects.toThrow(`the port ${port} of the option tester is taken`);
      other.close();
    });

    it('is left out where it is not wanted', async () => {
      const { get } = await start({ tester: false });

      expect((await get('/__cors/overview.json')).body.tester).toBeNull();
      expect((await get('/__cors')).headers['content-security-policy']).toContain("frame-src 'none'");
    });
  });
});

/** `fetch` does not let a test choose the Host. */
async function statusFor(port: number, path: string, headers: Record<string, string>): Promise<number> {
  const request = httpRequest({ host: '127.0.0.1', port, path, headers }).end();
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

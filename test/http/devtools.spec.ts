import { request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Injectable, Put, VersioningType } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { CorsDevtoolsModule, type CorsDevtoolsOptions } from '../../lib/devtools.js';
import { CorsPolicy } from '../../lib/index.js';
import { type AppParts, closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { tokenHeader, withToken } from '../support/devtools.js';

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
const FILES = ['', '/style.css', '/page.js', '/icon.svg', '/overview.json'];

describe.each(PLATFORMS)('6.5: the development page on %s', (platform) => {
  afterEach(async () => {
    await closeApps();
  });

  const startPage = async (parts: AppParts): Promise<TestApp> => withToken(await startApp(parts, platform));
  const start = (
    options?: CorsDevtoolsOptions,
    { setUp, providers = [] }: { setUp?: (app: INestApplication) => void; providers?: [] | [object] } = {},
  ): Promise<TestApp> =>
    startPage({
      cors: { policies: { partner: { origin: PARTNER, credentials: true } }, defaultPolicy: { origin: '*' } },
      imports: [CorsDevtoolsModule.forRoot(options)],
      controllers: [OrdersController],
      providers: providers as [],
      ...(setUp === undefined ? {} : { setUp }),
    });

  it.each(FILES)(
    'sends %j with a strict Content-Security-Policy, uncached, and without permission to frame it',
    async (file) => {
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
    },
  );

  it('has no inline script, no inline style and no file of another origin', async () => {
    const { get } = await start();

    const { text } = await get('/__cors');

    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\/(?!app\.example)/);
    expect(text).toContain('href="__cors/style.css"');
    expect((await get('/__cors/')).text).toContain('href="style.css"');
  });

  it('has no CORS header under a default policy that allows everything', async () => {
    const { get, preflight } = await start();

    expect(corsHeaders(await get('/elsewhere', PARTNER))).not.toEqual({});
    expect(corsHeaders(await get('/__cors/overview.json', PARTNER))).toEqual({});
    expect(corsHeaders(await get('/__cors/'))).toEqual({});
    expect(corsHeaders(await get('/__cors/', PARTNER))).toEqual({});
    expect(corsHeaders(await preflight('/__cors/overview.json', { method: 'GET', headers: 'x-any' }))).toEqual({});
  });

  it('lists each route with its policy and the place of each field, without its own routes', async () => {
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

  it('explains a request', async () => {
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
    expect(body.alwaysReadable).toEqual(expect.arrayContaining(['cache-control', 'content-type', 'pragma']));
  });

  it.each([
    ['no question', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['an unknown field', '{"url":"/","orgin":"https://a.example"}'],
    ['a question without end', JSON.stringify({ url: `/${'a'.repeat(5_000)}` })],
  ])('answers 400 and a sentence to %s', async (_what, question) => {
    const { get } = await start();

    const { status, body } = await get(`/__cors/explain.json?q=${encodeURIComponent(question)}`);

    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.any(String) });
    expect(body.error).not.toMatch(/\n|node_modules/);
  });

  it.each([
    ['method', { url: '/', method: 'TRACE' }],
    ['method', { url: '/', method: 'G E T' }],
    ['method', { url: '/', method: 'patch' }],
    ['url', { url: 'orders' }],
    ['url', { url: 'ftp://api.example/orders' }],
    ['url', { url: 'https://me:secret@api.example/orders' }],
    ['origin', { url: '/', origin: 1 }],
    ['headers', { url: '/', headers: 'X-Api-Key' }],
    ['headers', { url: '/', headers: [['X-Api-Key']] }],
    ['headers', { url: '/', headers: { 'X A': '1' } }],
    ['headers', { url: '/', headers: { 'X-A': '\n' } }],
    ['headers', { url: '/', headers: { Cookie: 'a=1' } }],
    ['credentials', { url: '/', credentials: 'include' }],
    ['namespace', { url: '/', webSocket: true, namespace: 'admin' }],
  ])('names the wrong field %s of %j, and says in a sentence what is wrong', async (field, question) => {
    const { get } = await start();

    const { status, body } = await get(`/__cors/explain.json?q=${encodeURIComponent(JSON.stringify(question))}`);

    expect({ status, ...body }).toEqual({ status: 400, field, error: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('shows what pages of an origin may do with each route', async () => {
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

  it('says of a route that no example leads to why its state is not known', async () => {
    @Controller({ host: 'shop.example' })
    @CorsPolicy({ origin: PARTNER })
    class ShopController {
      @Get('shop')
      shop(): string {
        return 'shop';
      }
    }
    const { get } = await startPage({ imports: [CorsDevtoolsModule.forRoot()], controllers: [ShopController] });

    expect((await get(`/__cors/matrix.json?q=${encodeURIComponent(PARTNER)}`)).body).toEqual([
      { state: 'unknown', why: 'no example of its address is known; ask about one below' },
    ]);
  });

  it('3.1: shows a label wildcard and an origin of another scheme, and what these may do', async () => {
    const patterns = ['https://shop-git-*.preview.example', 'app://one.shop'];
    @Controller('previews')
    @CorsPolicy({ origin: patterns })
    class PreviewsController {
      @Get()
      list(): string {
        return 'previews';
      }
    }
    const { get } = await startPage({ imports: [CorsDevtoolsModule.forRoot()], controllers: [PreviewsController] });
    const state = async (origin: string): Promise<unknown> =>
      (await get(`/__cors/matrix.json?q=${encodeURIComponent(origin)}`)).body[0].state;

    const { body } = await get('/__cors/overview.json', undefined, SAME_ORIGIN);
    expect(body.routes[0].policy.origin).toEqual(patterns);
    // A pattern is not an origin, so the matrix has no column for it.
    expect(body.origins.filter((origin: string) => origin.includes('*'))).toEqual([]);
    expect(await state('https://shop-git-main.preview.example')).toBe('without-cookies');
    expect(await state('https://shop-git-.preview.example')).toBe('refused');
    expect(await state('https://shop-git-a.b.preview.example')).toBe('refused');
    expect(await state('app://one.shop')).toBe('without-cookies');
    expect(await state('app://two.shop')).toBe('refused');
  });

  it.each(['/__cors/nothing', '/__cors/constructor', '/__cors/__proto__'])('answers 404 at %s', async (path) => {
    const { get } = await start();

    expect((await get(path)).status).toBe(404);
  });

  it.each(['app.example', 'localhost.example:80', 'evil@localhost', '127.0.0.1.example', '10.0.0.1'])(
    'answers 403 to the host %s: a page may have its own name resolve to this machine',
    async (host) => {
      const started = await start();

      expect(await statusFor(started, '/__cors', { Host: host })).toBe(403);
      expect(await statusFor(started, '/__cors/overview.json', { Host: host })).toBe(403);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '[::1]:3000', 'shop.localhost'])(
    'is served for the host %s',
    async (host) => {
      const started = await start();

      expect(await statusFor(started, '/__cors', { Host: host })).toBe(200);
    },
  );

  it('answers 403 behind a proxy, and to a configured name everywhere', async () => {
    const started = await start({ hosts: ['App.test'] });

    expect(await statusFor(started, '/__cors', { 'X-Forwarded-For': '203.0.113.9' })).toBe(403);
    expect(await statusFor(started, '/__cors', { 'X-Forwarded-For': '203.0.113.9', Host: 'app.test:8080' })).toBe(200);
    expect(await statusFor(started, '/__cors', { Host: 'other.test' })).toBe(403);
  });

  it.each([
    ['Via', '1.1 proxy'],
    ['Forwarded', 'for=203.0.113.9'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Server', 'edge'],
    ['X-Forwarded', 'for=203.0.113.9'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Real-IP', '203.0.113.9'],
    ['X-Client-IP', '203.0.113.9'],
    ['Client-IP', '203.0.113.9'],
    ['CF-Connecting-IP', '203.0.113.9'],
    ['CF-Ray', '1-AMS'],
    ['True-Client-IP', '203.0.113.9'],
    ['Fastly-Client-IP', '203.0.113.9'],
    ['X-Cluster-Client-IP', '203.0.113.9'],
    ['X-Original-Host', 'app.example'],
    ['X-ProxyUser-Ip', '203.0.113.9'],
    ['WL-Proxy-Client-IP', '203.0.113.9'],
    ['DO-Connecting-IP', '203.0.113.9'],
    ['CDN-Loop', 'cloudflare'],
    ['Proxy-Connection', 'keep-alive'],
  ])('answers 403 to what a proxy has forwarded, by %s', async (name, value) => {
    const started = await start();

    expect(await statusFor(started, '/__cors', { [name]: value })).toBe(403);
    expect(await statusFor(started, '/__cors/overview.json', { [name]: value })).toBe(403);
  });

  it('answers 403 to HTTP/1.0, which nginx speaks by a plain proxy_pass and no browser does', async () => {
    const started = await start();
    const statusOf = async (version: string): Promise<string> => {
      const socket = connect(started.port, '127.0.0.1');
      const { Authorization } = tokenHeader(started);
      const head = `Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: ${Authorization}`;
      socket.end(`GET /__cors HTTP/${version}\r\n${head}\r\n\r\n`);
      let answer = '';
      for await (const chunk of socket) {
        answer += String(chunk);
      }
      return answer.split(' ')[1]!;
    };

    expect(await statusOf('1.0')).toBe('403');
    expect(await statusOf('1.1')).toBe('200');
  });

  it('is not in the app’s Swagger document', async () => {
    const { app } = await start();

    const { paths, components } = SwaggerModule.createDocument(app, new DocumentBuilder().build());

    expect(Object.keys(paths)).toEqual(['/orders', '/orders/{id}']);
    expect(JSON.stringify([paths, components])).not.toMatch(/devtools|__cors/i);
  });

  it('shows that the app was restarted', async () => {
    const runs = [];
    for (const { get } of [await start(), await start()]) {
      const { run } = (await get('/__cors/run.json')).body;
      expect((await get('/__cors/overview.json')).body.run).toBe(run);
      runs.push(run);
    }
    expect(new Set(runs).size).toBe(2);
  });

  it('fills its matrix with the origins of its options', async () => {
    const { get } = await start({ origins: ['https://tea.example', 'capacitor://localhost'] });

    const { origins } = (await get('/__cors/overview.json')).body;
    expect(origins.slice(0, 3)).toEqual(['https://tea.example', 'capacitor://localhost', PARTNER]);

    let tenants = ['https://tea.example', 'no origin', ''];
    const asked = await start({ origins: () => tenants });
    expect((await asked.get('/__cors/overview.json')).body.origins.slice(0, 2)).toEqual([tenants[0], PARTNER]);
    tenants = ['https://coffee.example'];
    expect((await asked.get('/__cors/overview.json')).body.origins.slice(0, 2)).toEqual([tenants[0], PARTNER]);
  });

  it.each([
    ['app.example', 'has no scheme', 'https://app.example'],
    ['https://app.example/', 'is not what browsers send', 'https://app.example'],
    ['https://app.example/orders?x', 'is not what browsers send', 'https://app.example'],
    ['HTTPS://App.example', 'is not what browsers send', 'https://app.example'],
    ['https://app.example:443', 'is not what browsers send', 'https://app.example'],
    ['https://*.app.example', 'means many origins', undefined],
    ['https://app-git-*.vercel.app', 'means many origins', undefined],
    ['anything', 'has no scheme', undefined],
    ['https://', 'is not an origin', undefined],
    ['', 'has no scheme', undefined],
  ])('explains why %j is not an origin', async (origin, reason, suggestion) => {
    const { get } = await start();
    const question = encodeURIComponent(JSON.stringify({ url: '/orders', origin }));

    for (const path of [`matrix.json?q=${encodeURIComponent(origin)}`, `explain.json?q=${question}`]) {
      const { status, body } = await get(`/__cors/${path}`);
      expect({ status, ...body }).toEqual({
        status: 400,
        field: 'origin',
        error: expect.stringContaining(reason),
        ...(suggestion !== undefined && { suggestion }),
      });
    }
  });

  it.each(['https://app.example:8443', 'http://[::1]:3000', 'null', 'file://', 'app://.', 'chrome-extension://abc'])(
    'accepts the origin %s',
    async (origin) => {
      const { get } = await start();

      expect((await get(`/__cors/matrix.json?q=${encodeURIComponent(origin)}`)).status).toBe(200);
    },
  );

  it.each([
    ['a script of another site', 'cross-site', 'no-cors', 'script', false],
    ['another port of this machine', 'same-site', 'cors', 'empty', false],
    ['a frame', 'cross-site', 'navigate', 'iframe', false],
    ['a link of another site', 'cross-site', 'navigate', 'document', true],
    ['the address bar', 'none', 'navigate', 'document', true],
  ])('answers %s only if it opens the page', async (_who, site, mode, dest, opens) => {
    const { get } = await start();
    const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest };

    expect((await get('/__cors', undefined, headers)).status).toBe(opens ? 200 : 403);
    const isUser = site === 'none';
    expect((await get('/__cors/overview.json', undefined, headers)).status).toBe(isUser ? 200 : 403);
    expect((await get('/__cors/page.js', undefined, headers)).status).toBe(isUser ? 200 : 403);
  });

  it('answers 403 to a foreign Origin where the browser sends no Sec-Fetch-Site', async () => {
    const { get, url } = await start();

    expect((await get('/__cors/overview.json', 'https://evil.example')).status).toBe(403);
    expect((await get('/__cors/overview.json', 'null')).status).toBe(403);
    expect((await get('/__cors/overview.json', url)).status).toBe(200);
  });

  it('is below the global prefix, outside of versions, and before guards', async () => {
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

  it('does not exist unless it is imported', async () => {
    const { get } = await startApp(
      { controllers: [OrdersController], cors: { policies: { partner: { origin: '*' } } } },
      platform,
    );

    expect((await get('/__cors')).status).toBe(404);
  });

  it('stops startup in production, unless it is allowed there', async () => {
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

  it('reports that CorsModule is missing', async () => {
    await expect(startApp({ cors: null, imports: [CorsDevtoolsModule.forRoot()] }, platform)).rejects.toThrow(
      'import CorsModule.forRoot()',
    );
  });

  it.each([
    [{ path: '/a/:b' }, 'path'],
    [{ path: '' }, 'path'],
    [{ hosts: ['http://a.test'] }, 'hosts'],
    [{ origins: ['https://app.example/'] }, 'Did you mean "https://app.example"?'],
    [{ origins: 'https://app.example' as never }, 'origins'],
    [{ tester: { port: 70_000 } }, 'tester.port'],
    [{ tester: true as never }, 'tester'],
    [
      { token: 'secret' },
      /^CorsDevtoolsModule.forRoot\(\): token is not 22 to 256 characters of A-Z, a-z, 0-9, '-' and '_'\.$/,
    ],
    [{ token: `${'a'.repeat(22)};` }, 'token'],
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

    it('can be framed by the page only, and can send requests to that page’s origin only', async () => {
      const started = await start();

      for (const { frame } of await frames(started)) {
        const response = await fetch(frame.replace('localhost', '127.0.0.1'));
        const policy = response.headers.get('content-security-policy');
        expect(response.status).toBe(200);
        // Whole, so that no feature of the tester widens it unseen.
        expect(policy).toBe(
          "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; " +
            `connect-src ${started.url} ${started.url.replace('http', 'ws')}; ` +
            `base-uri 'none'; form-action 'none'; frame-ancestors ${started.url}`,
        );
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
      expect(await statusAt(Number(address.port), address.pathname, { Host: 'evil.example' })).toBe(403);
    });

    it('frees its port when the app closes', async () => {
      const { app, ...started } = await start();
      const [{ origin }] = await frames({ app, ...started });
      const port = Number(new URL(origin).port);

      await app.close();

      const again = createServer().listen(port, '127.0.0.1');
      await once(again, 'listening');
      again.close();
    });

    it('reports that its port is taken', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      await expect(start({ tester: { port } })).rejects.toThrow(`the port ${port} of the option tester is taken`);
      other.close();
    });

    it('does not run if it is turned off', async () => {
      const { get } = await start({ tester: false });

      expect((await get('/__cors/overview.json')).body.tester).toBeNull();
      expect((await get('/__cors')).headers['content-security-policy']).toContain("frame-src 'none'");
    });
  });
});

/** The status of a request with the token. `fetch` does not let a test choose the Host. */
function statusFor(started: TestApp, path: string, headers: Record<string, string>): Promise<number> {
  return statusAt(started.port, path, { ...tokenHeader(started), ...headers });
}

async function statusAt(port: number, path: string, headers: Record<string, string>): Promise<number> {
  const request = httpRequest({ host: '127.0.0.1', port, path, headers }).end();
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

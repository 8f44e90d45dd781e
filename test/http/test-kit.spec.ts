import { Body, Controller, Get, Header, Headers, HttpCode, Post, Put, Redirect, Req, Res, Sse } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { interval, map } from 'rxjs';
import { CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { browser, type BrowserFetchInit } from '../../lib/testing.js';
import { type PlatformName, PLATFORMS } from '../support/app.js';
import { freePort } from '../support/free-port.js';

const APP = 'https://app.example';
const EVIL = 'https://evil.example';

let dropped = 0;
/** How many requests reached a server. */
let count = 0;

function unknown(member: string, value: string, type: string): string {
  return `Failed to read the '${member}' property from 'RequestInit': The provided value '${value}' is not a valid enum value of type ${type}.`;
}

@CorsPolicy({ origin: [APP, 'http://localhost:*'], credentials: true, exposedHeaders: ['X-Total'], maxAge: 60 })
@Controller('orders')
class Orders {
  @Get()
  @Header('X-Total', '1')
  @Header('X-Secret', '1')
  list() {
    return ['tea'];
  }

  @Post()
  create(@Body() body: unknown, @Headers() headers: Record<string, string>) {
    return { body, type: headers['content-type'] };
  }

  @Put(':id')
  update(@Headers() headers: Record<string, string>) {
    return headers;
  }

  @Get('who')
  who(@Headers('cookie') cookie: string | undefined, @Req() { protocol, hostname, ip }: Record<string, string>) {
    return { cookie, protocol, hostname, ip };
  }

  @Post('login')
  @HttpCode(204)
  @Header('Set-Cookie', 'sid=1; Path=/; Secure; HttpOnly; SameSite=None')
  login() {}

  @Get('away')
  @Redirect('https://other.test/public')
  away() {}

  @Sse('stream')
  stream() {
    return interval(5).pipe(map((count) => ({ data: { count } })));
  }

  @Get('broken')
  broken(@Res() reply: { raw?: { destroy(): void }; destroy(): void }) {
    (reply.raw ?? reply).destroy();
  }

  @Get('endless')
  endless(@Res() reply: { raw?: NodeJS.WritableStream } & NodeJS.WritableStream) {
    const raw = reply.raw ?? reply;
    raw.on('close', () => dropped++);
    raw.write('x'.repeat(200_000));
  }
}

@Controller()
class Others {
  @Get('public')
  @CorsPolicy({ origin: '*' })
  open(@Headers('origin') origin: string) {
    return { origin };
  }

  @Get('closed')
  @NoCors()
  closed() {
    return {};
  }

  @Get('resource')
  @NoCors()
  @Header('Cross-Origin-Resource-Policy', 'same-site')
  resource() {
    return {};
  }
}

const made: INestApplication[] = [];

async function create(platform: PlatformName): Promise<INestApplication> {
  const module = { module: class AppModule {}, imports: [CorsModule.forRoot({})], controllers: [Orders, Others] };
  const app = await NestFactory.create(module, platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
    logger: false,
  });
  app.getHttpServer().on('request', () => count++);
  made.push(app);
  return app;
}

describe.each(PLATFORMS)('6.3: a page of the test kit (%s)', (platform) => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await create(platform);
  });
  afterAll(() => Promise.all(made.splice(0).map((each) => each.close())));

  it('sees an answer as fetch() hands it over, without a port', async () => {
    const { blocked, response, preflight } = await browser(app, { origin: APP }).fetch('/orders');

    expect({ blocked, preflight }).toEqual({ blocked: false, preflight: undefined });
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({
      type: 'cors',
      status: 200,
      ok: true,
      url: 'https://api.test/orders',
      redirected: false,
    });
    expect(Object.keys(Object.fromEntries(response!.headers))).toEqual(['content-length', 'content-type', 'x-total']);
    expect(await response!.clone().json()).toEqual(['tea']);
    expect(await response!.text()).toBe('["tea"]');
    expect(app.getHttpServer().address()).toBeNull();
  });

  it('learns why it is blocked, and what the server did', async () => {
    const result = await browser(app, { origin: EVIL }).fetch('/orders');

    expect(result).toMatchObject({
      blocked: true,
      reason: 'missing-allow-origin',
      stage: 'response',
      message: `Access to fetch at 'https://api.test/orders' from origin '${EVIL}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
      answer: { status: 200 },
    });
    expect(result.response).toBeUndefined();
  });

  it('sends a preflight, shows it, and keeps the answer until it expires', async () => {
    const page = browser(app, { origin: APP });
    const put = () => page.fetch('/orders/1', { method: 'PUT', headers: { 'X-B': '1', 'X-A': '1' } });
    const first = await put();
    if (first.preflight === undefined || first.preflight === 'cached') {
      throw new Error('no preflight');
    }

    expect(first.preflight.request.headers.get('access-control-request-headers')).toBe('x-a,x-b');
    expect(first.preflight.answer?.status).toBe(204);
    expect(first.preflight.answer?.headers.get('access-control-max-age')).toBe('60');
    expect((await put()).preflight).toBe('cached');
    page.advance(60);
    expect((await put()).preflight).toMatchObject({ answer: { status: 204 } });
  });

  it('does not send what a preflight refused', async () => {
    const result = await browser(app, { origin: EVIL }).fetch('/orders/1', { method: 'PUT' });

    expect(result).toMatchObject({ blocked: true, stage: 'preflight', preflight: { answer: { status: 204 } } });
    expect(result.answer).toBeUndefined();
  });

  it.each([
    ['a string', 'a=b', 'text/plain;charset=UTF-8'],
    ['a form', new URLSearchParams({ a: 'b' }), 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['JSON', Buffer.from('{"a":"b"}'), 'application/json'],
  ])('sends %s as a body', async (_title, body, type) => {
    const headers = type === 'application/json' ? { 'Content-Type': type } : {};
    const { response } = await browser(app, { origin: APP }).fetch('/orders', { method: 'POST', body, headers });

    expect(response?.status).toBe(201);
    expect(await response!.json()).toMatchObject({ type });
  });

  it('tells the server where the request comes from', async () => {
    const { response } = await browser(app, { origin: APP }).fetch('/orders/1', {
      method: 'PUT',
      headers: { Cookie: 'no', 'X-A': '1' },
    });
    const sent = (await response!.json()) as Record<string, string>;

    expect(sent).toMatchObject({
      host: 'api.test',
      origin: APP,
      referer: `${APP}/`,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      'x-a': '1',
      'content-length': '0',
    });
    expect(sent.cookie).toBeUndefined();
  });

  it('reaches the API at the URL of its option', async () => {
    const seen = async (url?: string) =>
      (await browser(app, { origin: APP, ...(url && { url }) }).fetch('/orders/who')).response!.json();

    expect(await seen()).toEqual({ protocol: 'https', hostname: 'api.test', ip: '127.0.0.1' });
    expect(await seen('http://shop.example:8080/')).toMatchObject({
      protocol: 'http',
      hostname: expect.stringMatching('shop.example'),
    });
  });

  it('keeps and sends cookies only with credentials', async () => {
    const page = browser(app, { origin: APP });
    const cookie = async (credentials: 'omit' | 'same-origin' | 'include') =>
      await (await page.fetch('/orders/who', { credentials })).response!.json();

    await page.fetch('/orders/login', { method: 'POST' });
    expect(page.cookies()).toEqual([]);
    await page.fetch('/orders/login', { method: 'POST', credentials: 'include' });
    expect(page.cookies()).toEqual(['sid=1']);
    expect(await cookie('include')).toMatchObject({ cookie: 'sid=1' });
    expect(await cookie('same-origin')).not.toHaveProperty('cookie');
    expect(await cookie('omit')).not.toHaveProperty('cookie');
  });

  it('shares its cookies with the other pages of its browser', async () => {
    const page = browser(app, { origin: APP });
    page.setCookie('lax=1; Secure');
    page.setCookie('none=1; Secure; SameSite=None');

    expect(page.open(EVIL).cookies()).toEqual(['none=1']);
    expect(page.open('https://www.api.test').cookies()).toEqual(['lax=1', 'none=1']);
    expect(page.open('https://api.test').cookies()).toEqual(['lax=1', 'none=1']);
    const own = await page.open('https://api.test').fetch('/orders/who');
    expect(own.response).toMatchObject({ type: 'basic' });
    expect(await own.response!.json()).toMatchObject({ cookie: 'lax=1; none=1' });
  });

  it('follows redirects to other servers, with Origin: null from there on', async () => {
    const page = browser(app, { origin: APP, servers: { 'https://other.test': app } });
    const { response } = await page.fetch('/orders/away');

    expect(response).toMatchObject({ redirected: true, url: 'https://other.test/public', type: 'cors' });
    expect(await response!.json()).toEqual({ origin: 'null' });
    expect((await page.fetch('/orders/away', { redirect: 'error' })).reason).toBe('redirect-refused');
    expect((await page.fetch('/orders/away', { redirect: 'manual' })).response).toMatchObject({
      type: 'opaqueredirect',
      status: 0,
    });
  });

  it('rejects a URL of an unknown server', async () => {
    await expect(browser(app, { origin: APP }).fetch('/orders/away')).rejects.toThrow(
      'The page asks for https://other.test, which is not a known server: add it to `servers`',
    );
  });

  it('cannot read an opaque answer', async () => {
    const { response } = await browser(app, { origin: APP }).fetch('/closed', { mode: 'no-cors' });

    expect(response).toMatchObject({ type: 'opaque', status: 0, url: '' });
    expect([...response!.headers]).toEqual([]);
  });

  it('reads a stream as it comes, and can cancel it', async () => {
    const page = browser(app, { origin: APP });
    const { response } = await page.fetch('/orders/stream');
    const reader = response!.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += read.value;
      if (text.includes('"count":2')) {
        break;
      }
    }
    expect(text).toContain('"count":2');
    expect(response!.headers.get('content-type')).toBe('text/event-stream');
    await reader.cancel();
  });

  it('aborts as fetch() does', async () => {
    const signal = AbortSignal.abort();

    await expect(browser(app, { origin: APP }).fetch('/orders', { signal })).rejects.toBe(signal.reason);
  });

  it('cancels open streams when it is closed, and the server is informed', async () => {
    const page = browser(app, { origin: APP });
    const before = dropped;
    expect((await page.fetch('/orders/endless')).response?.status).toBe(200);
    page.close();
    while (dropped === before) {
      await new Promise((done) => setTimeout(done, 5));
    }
  });

  it('is blocked without an answer if the connection breaks', async () => {
    expect(await browser(app, { origin: APP }).fetch('/orders/broken')).toMatchObject({
      blocked: true,
      reason: 'no-answer',
    });
  });

  it.each([
    [{ method: 'TRACE' }, "'TRACE' HTTP method is unsupported."],
    [{ method: 'A B' }, "'A B' is not a valid HTTP method."],
    [{ body: 'x' }, 'Request with GET/HEAD method cannot have body.'],
    [{ method: 'PUT', mode: 'no-cors' }, "'PUT' is unsupported in no-cors mode."],
    [{ mode: 'CORS' }, unknown('mode', 'CORS', 'RequestMode')],
    [{ mode: 'navigate' }, "Cannot construct a Request with a RequestInit whose mode member is set as 'navigate'."],
    [{ credentials: true }, unknown('credentials', 'true', 'RequestCredentials')],
    [{ redirect: 'none' }, unknown('redirect', 'none', 'RequestRedirect')],
    [{ cache: 'nostore' }, unknown('cache', 'nostore', 'RequestCache')],
    [{ cache: 'only-if-cached' }, "'only-if-cached' can be set only with 'same-origin' mode"],
    [{ headers: 'X-A: 1' }, expect.stringContaining("Failed to read the 'headers' property")],
  ])('throws as fetch() does for %j, and sends nothing', async (init, message) => {
    const asked = count;
    const failure = browser(app, { origin: APP }).fetch('/orders', init as BrowserFetchInit);

    await expect(failure).rejects.toBeInstanceOf(TypeError);
    await expect(failure).rejects.toMatchObject({
      message: typeof message === 'string' ? `Failed to execute 'fetch' on 'Window': ${message}` : message,
    });
    expect(count).toBe(asked);
  });

  it('takes a Request, with options beside it', async () => {
    const page = browser(app, { origin: APP });
    const made = new Request('https://api.test/orders', { method: 'POST', body: 'a=b', headers: { 'X-A': '1' } });
    const sent = await page.fetch(made, { headers: { 'Content-Type': 'text/plain' } });

    expect(sent.preflight).toBeUndefined();
    expect(await sent.response!.json()).toMatchObject({ type: 'text/plain' });
    await expect(page.fetch(made)).rejects.toThrow('has already been used');
  });

  it('does not let a page use with no-cors what Cross-Origin-Resource-Policy keeps from it', async () => {
    const get = (origin: string) => browser(app, { origin }).fetch('/resource', { mode: 'no-cors' });

    expect(await get(APP)).toMatchObject({ blocked: true, reason: 'resource-policy', answer: { status: 200 } });
    expect((await get('https://www.api.test')).response?.type).toBe('opaque');
  });

  it('asks no other origin with no-cors and a redirect mode', async () => {
    const asked = count;
    const result = await browser(app, { origin: APP }).fetch('/orders', { mode: 'no-cors', redirect: 'manual' });

    expect(result).toMatchObject({ blocked: true, reason: 'mode-no-cors' });
    expect(count).toBe(asked);
  });

  it('can use a server that listens', async () => {
    const other = await create(platform);
    await other.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(other.getHttpServer().address() as { port: number }).port}`;

    expect((await browser(url, { origin: APP }).fetch('/orders')).response?.status).toBe(200);
    expect((await browser(url, { origin: EVIL }).fetch('/orders')).reason).toBe('missing-allow-origin');
    const closed = `http://127.0.0.1:${await freePort()}`;
    expect((await browser(closed, { origin: EVIL }).fetch('/')).reason).toBe('no-answer');
    expect((await browser('http://127.0.0.1:1', { origin: EVIL }).fetch('/')).reason).toBe('unsafe-port');
  });
});

it('refuses a page with an invalid origin', () => {
  expect(() => browser('http://127.0.0.1', { origin: 'https://app.example/' })).toThrow(
    new TypeError('"https://app.example/" is not an origin; an origin looks like https://app.example'),
  );
});

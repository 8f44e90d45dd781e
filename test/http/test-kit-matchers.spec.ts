import { Controller, Get, Header, type INestApplication, Post, Put, Req, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { corsMatchers } from '../../lib/testing.js';
import { PLATFORMS } from '../support/app.js';
import { freePort } from '../support/free-port.js';

expect.extend(corsMatchers);

const APP = 'https://app.example';

@CorsPolicy({ origin: APP, credentials: true, allowedHeaders: ['X-Tenant'], methods: ['GET', 'PUT'] })
@Controller('orders')
class Orders {
  @Get()
  list() {
    throw new UnauthorizedException();
  }

  @Put()
  update() {}

  @Post()
  create() {}

  @Get('own')
  @Header('Access-Control-Allow-Origin', 'https://proxy.example')
  own() {}

  @Get('public')
  @CorsPolicy({ origin: '*', credentials: false })
  open() {}

  @Get('closed')
  @NoCors()
  closed() {}

  @Get('broken')
  broken(@Req() { raw, socket }: { raw?: IncomingMessage; socket: IncomingMessage['socket'] }) {
    (raw?.socket ?? socket).destroy();
  }
}

describe.each(PLATFORMS)('toAllowCors() on %s', (platform) => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await NestFactory.create(
      { module: class AppModule {}, imports: [CorsModule.forRoot({})], controllers: [Orders] },
      platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
      { logger: false },
    );
  });
  afterAll(() => app.close());

  it('passes if the page gets the answer, also a 401', async () => {
    await expect(app).toAllowCors({ from: APP, path: '/orders', credentials: true });
    await expect(app).toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Tenant': 'tea' } });
    await expect(app).toAllowCors({ from: 'https://any.example', path: 'https://api.test/orders/public' });
  });

  it('passes with .not if the page is blocked', async () => {
    await expect(app).not.toAllowCors({ from: 'https://evil.example', path: '/orders' });
    await expect(app).not.toAllowCors({ from: APP, path: '/orders/closed' });
    await expect(app).not.toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Other': '1' } });
  });

  it('shows the console and the answer, and the advice of the app', async () => {
    const failure = expect(app).toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Other': '1' } });

    await expect(failure).rejects.toThrow(
      `A browser blocks PUT /orders from ${APP} (header-not-allowed):
  Access to fetch at 'https://api.test/orders' from origin '${APP}' has been blocked by CORS policy: Request header field x-other is not allowed by Access-Control-Allow-Headers in preflight response.
  The preflight was answered 204, with
    access-control-allow-credentials: true
    access-control-allow-headers: X-Tenant
    access-control-allow-methods: GET, HEAD, PUT
    access-control-allow-origin: ${APP}
  The request was not sent.
To allow it: Add "x-other" to the allowedHeaders of Orders (`,
    );
  });

  it.each([
    [{ from: 'https://evil.example', path: '/orders' }, 'Add "https://evil.example" to the origin of Orders ('],
    [
      { from: APP, path: '/orders/public', credentials: true },
      'List the origins and set credentials: true in Orders.open',
    ],
    [{ from: APP, path: '/orders/closed' }, 'replace @NoCors() ('],
    [{ from: APP, path: '/nowhere', method: 'PUT' }, 'give a defaultPolicy'],
    [{ from: APP, path: '/orders', method: 'DELETE' }, 'serves GET, HEAD, POST, PUT'],
    [{ from: APP, path: '/orders/own' }, "'https://proxy.example' was set by the handler"],
  ])('advises on %j', async (expected, advice) => {
    await expect(expect(app).toAllowCors(expected)).rejects.toThrow(advice);
  });

  it('advises by the reason only if the server is not an app of this process', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    await expect(expect(url).toAllowCors({ from: APP, path: '/orders' })).rejects.toThrow(
      `Add '${APP}' to the \`origin\``,
    );
    await expect(expect(url).toAllowCors({ from: APP, method: 'PUT' })).rejects.toThrow(
      'No policy answered the preflight',
    );
    await expect(expect(url).not.toAllowCors({ from: APP, method: 'PUT' })).resolves.toBeUndefined();
    server.close();
  });

  describe('6.3: without a result, fails with .not as well', () => {
    const both = (
      received: unknown,
      expected: Parameters<typeof corsMatchers.toAllowCors>[1],
      problem: string | RegExp,
    ) =>
      Promise.all([
        expect(expect(received).toAllowCors(expected)).rejects.toThrow(problem),
        expect(expect(received).not.toAllowCors(expected)).rejects.toThrow(problem),
      ]);

    it('if no server listens', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      await both(url, { from: APP }, `${url} did not answer GET /, so nothing was judged (no-answer`);
    });

    it('if browsers send nothing to the port', () =>
      both('http://127.0.0.1:1', { from: APP }, 'did not answer GET /, so nothing was judged (unsafe-port'));

    it('if the connection breaks', () =>
      both(app, { from: APP, path: '/orders/broken' }, 'https://api.test did not answer GET /orders/broken'));

    it('if the app does not start', async () => {
      @Controller()
      class Misconfigured {
        @Get() @CorsPolicy('unknown') home() {}
      }
      const broken = await NestFactory.create(
        { module: class AppModule {}, imports: [CorsModule.forRoot({})], controllers: [Misconfigured] },
        { logger: false, abortOnError: false },
      );
      await both(broken, { from: APP }, /No policy is registered as "unknown"/);
    });

    it.each([
      [{ from: APP, method: 'TRACE' }, "'TRACE' HTTP method is unsupported"],
      [{ from: APP, credentials: 'omit' as unknown as boolean }, 'credentials is "omit"'],
      [{ from: APP, pth: '/orders' }, '"pth" is not a known field.'],
      [{ from: undefined as unknown as string }, 'is not an origin'],
      [{ from: 'https://api.test' }, 'is the origin of the API itself'],
      [{ from: APP, path: 'https://other.test/' }, 'is not a known server'],
    ])('if the request is not valid: %j', (expected, problem) => both(app, expected, problem));
  });

  it('shows with .not what allowed the request', async () => {
    await expect(expect(app).not.toAllowCors({ from: APP, path: '/orders/public' })).rejects.toThrow(
      `A browser allows GET /orders/public from ${APP}, and was expected to block it:
  The request was answered 200, with
    access-control-allow-origin: *`,
    );
  });

  it('rejects a value that is neither an app nor a URL', async () => {
    await expect(expect({}).toAllowCors({ from: APP })).rejects.toThrow('toAllowCors() is asked of a Nest app');
  });
});

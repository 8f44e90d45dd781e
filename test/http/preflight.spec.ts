import {
  All,
  Body,
  type CallHandler,
  type CanActivate,
  Controller,
  Delete,
  type ExecutionContext,
  Get,
  Head,
  Injectable,
  type NestInterceptor,
  Options,
  Param,
  Patch,
  Post,
  Put,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { connect } from 'node:net';
import { CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';
const ALL_FIELDS = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

afterEach(closeApps);

/** Starts an app with one PUT handler under a policy, and returns the answer to a preflight. */
async function answerUnder(
  policy: CorsPolicyOptions,
  platform: (typeof PLATFORMS)[number],
  asked: Parameters<TestApp['preflight']>[1] = {},
) {
  @Controller()
  class OneController {
    @Put('one')
    @CorsPolicy(policy)
    put(): string {
      return 'put';
    }
    @Get('one')
    @CorsPolicy(policy)
    get(): string {
      return 'get';
    }
  }
  const app = await startApp({ controllers: [OneController] }, platform);
  const response = await app.preflight('/one', { origin: APP, ...asked });
  return { status: response.status, cors: corsHeaders(response), vary: response.headers.vary };
}

describe.each(PLATFORMS)('3.3, preflights, on %s', (platform) => {
  test('3.3: nothing else runs: no body parser, middleware, guard, interceptor or handler', async () => {
    const ran: string[] = [];
    @Injectable()
    class Noting implements CanActivate, NestInterceptor {
      canActivate(): boolean {
        ran.push('guard');
        return true;
      }
      intercept(_context: ExecutionContext, next: CallHandler) {
        ran.push('interceptor');
        return next.handle();
      }
    }
    @Controller()
    class OneController {
      @Post('one')
      @CorsPolicy({ origin: APP })
      post(@Body() _body: unknown): void {
        ran.push('handler');
      }
      @Options('one')
      options(): void {
        ran.push('options handler');
      }
    }
    const app = await startApp(
      {
        controllers: [OneController],
        providers: [
          { provide: APP_GUARD, useClass: Noting },
          { provide: APP_INTERCEPTOR, useClass: Noting },
        ],
        setUp: (nest) => {
          nest.use((_req: unknown, _res: unknown, next: () => void) => {
            ran.push('middleware');
            next();
          });
        },
      },
      platform,
    );
    const json = { 'Content-Type': 'application/json' };
    const response = await app.preflight('/one', { origin: APP, method: 'POST', extra: json }).send('{"a":');
    expect([response.status, corsHeaders(response)]).toEqual([
      204,
      { 'access-control-allow-origin': APP, 'access-control-allow-methods': 'POST' },
    ]);
    expect(ran).toEqual([]);
  });

  test('3.3: OPTIONS without an Origin, or without a method asked for, passes on to @Options()', async () => {
    @Controller()
    class OneController {
      @Options('one')
      @CorsPolicy({ origin: APP, exposedHeaders: 'X-Options' })
      options(): string {
        return 'options';
      }
      @Put('one')
      @CorsPolicy({ origin: APP })
      put(): string {
        return 'put';
      }
    }
    const app = await startApp({ controllers: [OneController] }, platform);
    const exposed = { 'access-control-allow-origin': APP, 'access-control-expose-headers': 'X-Options' };

    const plain = await app.request('OPTIONS', '/one', { 'Access-Control-Request-Method': 'PUT' });
    expect([plain.text, corsHeaders(plain), plain.headers.vary]).toEqual(['options', {}, 'Origin']);
    const actual = await app.request('OPTIONS', '/one', { Origin: APP });
    expect([actual.text, corsHeaders(actual)]).toEqual(['options', exposed]);
    const preflight = await app.preflight('/one', { origin: APP });
    expect([preflight.status, preflight.text]).toEqual([204, '']);
  });

  test('3.3: a request with two Origin fields is not a preflight', async () => {
    @Controller()
    class OneController {
      @Options('one')
      @CorsPolicy('a')
      options(): string {
        return 'options';
      }
      @Put('one')
      @CorsPolicy('a')
      put(): string {
        return 'put';
      }
    }
    const app = await startApp({ cors: { policies: { a: { origin: APP } } }, controllers: [OneController] }, platform);
    const socket = connect(app.port, '127.0.0.1');
    socket.end(
      `OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nOrigin: ${APP}\r\n` +
        'Access-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n',
    );
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    expect(answer).toContain('200 OK');
    expect(answer.toLowerCase()).not.toContain('access-control-');
    expect(answer).toMatch(/options$/);
  });

  test('3.3: HEAD without a route of its own goes to GET, and @All() serves every method', async () => {
    @Controller()
    class MixedController {
      @Get('get')
      @CorsPolicy({ origin: APP, maxAge: 1 })
      get(): string {
        return 'get';
      }
      @Head('head')
      @CorsPolicy({ origin: APP, maxAge: 2 })
      head(): void {}
      @Get('head')
      @CorsPolicy({ origin: OTHER, maxAge: 3 })
      headGet(): string {
        return 'get';
      }
      @All('all')
      @CorsPolicy({ origin: APP, maxAge: 4 })
      all(): string {
        return 'all';
      }
    }
    const app = await startApp({ controllers: [MixedController] }, platform);
    const maxAge = async (path: string, method: string, origin = APP) =>
      corsHeaders(await app.preflight(path, { origin, method }))['access-control-max-age'];

    expect(await maxAge('/get', 'HEAD')).toBe('1');
    expect(await maxAge('/head', 'HEAD')).toBe('2');
    expect(await maxAge('/head', 'HEAD', OTHER)).toBeUndefined();
    expect(await maxAge('/head', 'GET', OTHER)).toBe('3');
    // `@All()` of Nest 11 does not reach PROPFIND on Fastify.
    const more = NEST < 12 && platform === 'fastify' ? [] : ['PROPFIND'];
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', ...more];
    for (const method of methods) {
      expect([method, await maxAge('/all', method)]).toEqual([method, '4']);
    }
    expect(corsHeaders(await app.preflight('/all', { origin: APP, method: methods.at(-1)! }))).toMatchObject({
      'access-control-allow-methods': methods.join(', '),
    });
  });

  test('3.3: methods are case-sensitive, as for the real request', async () => {
    const { status } = await answerUnder({ origin: APP }, platform, { method: 'put' });
    expect(status).not.toBe(204);
  });

  test('3.3: lists exactly the methods of the path whose own policy allows this origin with the same credentials', async () => {
    @Controller('mixed')
    class MixedController {
      @Get()
      @CorsPolicy({ origin: APP, credentials: true })
      get(): void {}
      @Put()
      @CorsPolicy({ origin: [APP, OTHER], credentials: true })
      put(): void {}
      @Post()
      @CorsPolicy({ origin: APP })
      withoutCredentials(): void {}
      @Patch()
      @CorsPolicy({ origin: OTHER, credentials: true })
      foreign(): void {}
      @Delete()
      @NoCors()
      closed(): void {}
      @Options()
      bare(): void {}
    }
    @Controller(':any')
    class LaterController {
      @Delete()
      @CorsPolicy({ origin: APP, credentials: true })
      shadowed(@Param('any') _any: string): void {}
    }
    const app = await startApp({ controllers: [MixedController, LaterController] }, platform);
    const methods = async (origin: string, method: string) =>
      corsHeaders(await app.preflight('/mixed', { origin, method }))['access-control-allow-methods'];

    expect(await methods(APP, 'PUT')).toBe('GET, HEAD, PUT');
    expect(await methods(OTHER, 'PUT')).toBe('PUT, PATCH');
    expect(await methods(APP, 'POST')).toBe('POST');
    expect(await methods(APP, 'PATCH')).toBeUndefined();
    expect(await methods(APP, 'DELETE')).toBeUndefined();
  });

  test.each<[string, CorsPolicyOptions, Record<string, string>, string]>([
    [
      'a list of origins',
      { origin: [APP, OTHER], credentials: true, maxAge: 600 },
      {
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '600',
      },
      ALL_FIELDS,
    ],
    [
      'any origin',
      { origin: '*' },
      { 'access-control-allow-origin': '*' },
      'Access-Control-Request-Method, Access-Control-Request-Headers',
    ],
    [
      'maxAge -1',
      { origin: APP, maxAge: -1 },
      { 'access-control-allow-origin': APP, 'access-control-max-age': '0' },
      ALL_FIELDS,
    ],
  ])('3.3: granted under %s', async (_title, policy, expected, vary) => {
    const answer = await answerUnder(policy, platform, { headers: 'x-one,authorization' });
    expect(answer).toEqual({
      status: 204,
      cors: {
        ...expected,
        'access-control-allow-methods': 'GET, HEAD, PUT',
        'access-control-allow-headers': 'x-one, authorization',
      },
      vary,
    });
  });

  test.each<[string, CorsPolicyOptions['allowedHeaders'], boolean, string | undefined, string | undefined]>([
    ['any, nothing asked', undefined, false, undefined, undefined],
    ['any, asked', undefined, false, 'x-a,x-b', 'x-a, x-b'],
    ['star, nothing asked', '*', false, undefined, undefined],
    ['star, asked', '*', false, 'x-a', '*'],
    ['star, authorization asked', '*', false, 'authorization,x-a', '*, authorization'],
    ['star with credentials', '*', true, 'authorization,x-a', 'authorization, x-a'],
    ['a list, nothing asked', ['X-A', 'Authorization'], true, undefined, 'X-A, Authorization'],
    ['a list, asked in another case', 'X-A, X-B', false, 'x-b', 'X-A, X-B'],
  ])('3.3: allowed headers: %s', async (_title, allowedHeaders, credentials, asked, expected) => {
    const headers = asked === undefined ? {} : { headers: asked };
    const { status, cors } = await answerUnder({ origin: APP, allowedHeaders, credentials }, platform, headers);
    expect([status, cors['access-control-allow-origin'], cors['access-control-allow-headers']]).toEqual([
      204,
      APP,
      expected,
    ]);
  });

  test('3.3: Vary has the request headers with a fixed list too, which refuses other headers', async () => {
    const policy = { origin: APP, allowedHeaders: ['X-A'], maxAge: 5 };
    const granted = await answerUnder(policy, platform, { headers: 'x-a' });
    const refused = await answerUnder(policy, platform, { headers: 'x-b' });
    const unreadable = await answerUnder(policy, platform, { headers: 'x b' });
    expect(new Set([granted, refused, unreadable].map(({ cors }) => JSON.stringify(cors))).size).toBe(3);
    expect([granted.vary, refused.vary, unreadable.vary]).toEqual([ALL_FIELDS, ALL_FIELDS, ALL_FIELDS]);
  });

  test('3.3: a closed route answers every origin alike, beside open siblings', async () => {
    @Controller('closed')
    class ClosedController {
      @Get()
      @NoCors()
      get(): void {}
      @Put()
      @CorsPolicy({ origin: APP, privateNetwork: true })
      put(): void {}
    }
    const app = await startApp({ controllers: [ClosedController] }, platform);
    for (const [origin, headers] of [
      [APP, 'x-a'],
      [STRANGER, 'x b'],
    ] as const) {
      const response = await app.preflight('/closed', { origin, method: 'GET', headers });
      expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([
        204,
        {},
        'Access-Control-Request-Method',
      ]);
    }
    const sibling = await app.preflight('/closed', { origin: APP, method: 'PUT' });
    expect(sibling.headers.vary).toBe(`${ALL_FIELDS}, Access-Control-Request-Private-Network`);
  });

  test.each([STRANGER, 'null', 'https://APP.example', `${APP}/`, 'x'.repeat(600)])(
    '3.3: refused for the origin %.40s: no Access-Control header at all',
    async (origin) => {
      expect(await answerUnder({ origin: APP, credentials: true, maxAge: 5 }, platform, { origin })).toEqual({
        status: 204,
        cors: {},
        vary: ALL_FIELDS,
      });
    },
  );

  test('3.3: refused for the method: the allowed methods are sent, so the browser reports the method', async () => {
    const policy = { origin: APP, credentials: true, maxAge: 5, methods: ['GET', 'DELETE'] };
    const { status, cors } = await answerUnder(policy, platform, { headers: 'x-a' });
    expect([status, cors]).toEqual([
      204,
      {
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'x-a',
      },
    ]);
  });

  test.each(['GET', 'HEAD'])('3.3: %s cannot be refused by a list of methods, so ACAO is left out', async (method) => {
    const { status, cors } = await answerUnder({ origin: APP, methods: ['PUT'] }, platform, { method });
    expect([status, cors]).toEqual([204, {}]);
  });

  test('3.3: refused for a header: the allowed headers are sent', async () => {
    const { status, cors } = await answerUnder({ origin: APP, allowedHeaders: ['X-A'], maxAge: 5 }, platform, {
      headers: 'x-a,x-b',
    });
    expect([status, cors]).toEqual([
      204,
      {
        'access-control-allow-origin': APP,
        'access-control-allow-methods': 'GET, HEAD, PUT',
        'access-control-allow-headers': 'X-A',
      },
    ]);
  });

  test('3.3: a route that no policy reaches passes on, and so does a path without a route', async () => {
    @Controller()
    class BareController {
      @Put('bare')
      put(): void {}
    }
    const app = await startApp({ controllers: [BareController] }, platform);
    for (const path of ['/bare', '/nowhere']) {
      const response = await app.preflight(path);
      expect(corsHeaders(response)).toEqual({});
      expect(response.headers.vary).toBeUndefined();
      expect(response.status).not.toBe(204);
    }
  });

  test('3.3: without a route the default policy answers, so that the page sees the 404', async () => {
    @Controller()
    class OneController {
      @Get('one')
      @CorsPolicy({ origin: OTHER })
      get(): void {}
    }
    const app = await startApp({ cors: { defaultPolicy: { origin: APP } }, controllers: [OneController] }, platform);
    expect(corsHeaders(await app.preflight('/one', { origin: APP, method: 'DELETE' }))).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'DELETE',
    });
    expect(corsHeaders(await app.preflight('/nowhere', { origin: APP, method: 'PUT' }))).toMatchObject({
      'access-control-allow-origin': APP,
    });
    expect(corsHeaders(await app.preflight('/nowhere', { origin: OTHER, method: 'PUT' }))).toEqual({});
  });

  test('3.3: the status is optionsSuccessStatus, granted or refused', async () => {
    for (const origin of [APP, STRANGER]) {
      expect((await answerUnder({ origin: APP, optionsSuccessStatus: 200 }, platform, { origin })).status).toBe(200);
    }
  });

  test('3.3: Private Network Access is answered only if it is requested and turned on', async () => {
    const extra = { 'Access-Control-Request-Private-Network': 'true' };
    const on = await answerUnder({ origin: APP, privateNetwork: true }, platform, { extra });
    expect(on.cors['access-control-allow-private-network']).toBe('true');
    expect(on.vary).toContain('Access-Control-Request-Private-Network');
    const off = await answerUnder({ origin: APP }, platform, { extra });
    expect(off.cors).not.toHaveProperty('access-control-allow-private-network');
    const unasked = await answerUnder({ origin: APP, privateNetwork: true }, platform);
    expect(unasked.cors).not.toHaveProperty('access-control-allow-private-network');
  });

  const names = (count: number): string => Array.from({ length: count }, (_, index) => `x-${index}`).join(',');
  test.each<[string, string, boolean]>([
    ['128 names', names(128), true],
    ['129 names', names(129), false],
    ['128 commas', ','.repeat(127), true],
    ['129 empty elements', ','.repeat(128), false],
    ['4096 bytes', 'x'.repeat(4096), true],
    ['4097 bytes', 'x'.repeat(4097), false],
    ['an invalid token', 'x-a,b@c', false],
    ['a space inside', 'x a', false],
    ['white space around', ' x-a ,\tx-b', true],
  ])('3.3: Access-Control-Request-Headers with %s', async (_title, headers, readable) => {
    const { status, cors } = await answerUnder({ origin: '*' }, platform, { headers });
    expect(status).toBe(204);
    expect(Object.keys(cors).length > 0).toBe(readable);
  });
});

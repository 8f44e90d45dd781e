import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Headers,
  Post,
  Put,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
  type VersioningOptions,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

/* 3.4: what is rare among versions, and where a mistake would let something through. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';
const BY_HEADER: VersioningOptions = { type: VersioningType.HEADER, header: 'X-Version' };

afterEach(closeApps);

describe.each(PLATFORMS)('3.4, versions, on %s', (platform) => {
  test('3.4: the methods named are those that a version admits this origin for, under one credentials mode', async () => {
    @Controller('m')
    class MethodsController {
      @Put()
      @Version('1')
      @CorsPolicy({ origin: APP })
      put1(): void {}
      @Put()
      @Version('2')
      @CorsPolicy({ origin: OTHER })
      put2(): void {}
      @Post()
      @Version('1')
      @NoCors()
      post1(): void {}
      @Post()
      @Version('2')
      @CorsPolicy({ origin: [APP, OTHER], credentials: true })
      post2(): void {}
      @Get()
      @Version('2')
      @CorsPolicy({ origin: APP, methods: ['PUT'] })
      get2(): void {}
    }
    const app = await startApp(
      { controllers: [MethodsController], setUp: (nest) => nest.enableVersioning(BY_HEADER) },
      platform,
    );
    const preflight = async (origin: string, method: string) =>
      corsHeaders(await app.preflight('/m', { origin, method }));

    expect(await preflight(APP, 'PUT')).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'PUT',
    });
    expect(await preflight(OTHER, 'PUT')).toEqual({
      'access-control-allow-origin': OTHER,
      'access-control-allow-methods': 'PUT',
    });
    expect(await preflight(OTHER, 'POST')).toEqual({
      'access-control-allow-origin': OTHER,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
    });
    expect(await preflight(APP, 'GET')).toEqual({});
    expect(await preflight(STRANGER, 'POST')).toEqual({});
  });

  test('3.4: a preflight that several versions grant varies by all that they depend on', async () => {
    @Controller('v')
    class VaryController {
      @Put()
      @Version('1')
      @CorsPolicy({ origin: '*', allowedHeaders: ['X-A', 'X-Version'] })
      first(): void {}
      @Put()
      @Version('2')
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-B', 'X-Version'] })
      second(): void {}
    }
    const app = await startApp(
      { controllers: [VaryController], setUp: (nest) => nest.enableVersioning(BY_HEADER) },
      platform,
    );
    const preflight = async (origin: string, headers: string) => {
      const response = await app.preflight('/v', { origin, headers });
      expect(response.headers.vary).toBe('Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
      const { 'access-control-allow-origin': allowed, 'access-control-allow-headers': names } = corsHeaders(response);
      return [allowed, names];
    };
    expect(await preflight(APP, 'x-version,x-a')).toEqual(['*', 'X-A, X-Version']);
    expect(await preflight(APP, 'x-version,x-b')).toEqual([APP, 'X-B, X-Version']);
    expect(await preflight(STRANGER, 'x-version,x-a')).toEqual(['*', 'X-A, X-Version']);
    // The one that admits the stranger names what it does allow, so that the browser names the culprit.
    expect(await preflight(STRANGER, 'x-version,x-b')).toEqual(['*', 'X-A, X-Version']);
  });

  test('3.4: a version without its own decorator is decided by the default policy, and enforced by it', async () => {
    @Controller('d')
    class DefaultController {
      @Put()
      @Version('1')
      plain(): string {
        return 'v1';
      }
      @Put()
      @Version('2')
      @CorsPolicy({ origin: OTHER })
      own(): string {
        return 'v2';
      }
    }
    const app = await startApp(
      {
        cors: { defaultPolicy: { origin: APP, exposedHeaders: 'X-Default' } },
        controllers: [DefaultController],
        setUp: (nest) => nest.enableVersioning(BY_HEADER),
      },
      platform,
    );
    const put = (version: string, origin: string) => app.request('PUT', '/d', { Origin: origin, 'X-Version': version });
    const first = await put('1', APP);
    expect([first.text, corsHeaders(first)]).toEqual([
      'v1',
      { 'access-control-allow-origin': APP, 'access-control-expose-headers': 'X-Default' },
    ]);
    expect((await put('1', OTHER)).status).toBe(403);
    expect((await put('2', APP)).status).toBe(403);
    expect((await put('2', OTHER)).text).toBe('v2');
    const unknown = await put('3', APP);
    expect([unknown.status, corsHeaders(unknown)]).toEqual([
      404,
      { 'access-control-allow-origin': APP, 'access-control-expose-headers': 'X-Default' },
    ]);
  });

  test('3.4: a default version, one that is told by an array, and a neutral one beside it', async () => {
    @Controller('a')
    class ArraysController {
      @Get('default')
      @CorsPolicy({ origin: APP })
      byDefault(): string {
        return 'default';
      }
      @Get('default')
      @Version('2')
      @CorsPolicy({ origin: OTHER })
      second(): string {
        return 'second';
      }
      @Get('neutral')
      @Version(['1', VERSION_NEUTRAL])
      @CorsPolicy({ origin: APP })
      neutral(): string {
        return 'neutral';
      }
      @Get('neutral')
      @Version('2')
      @CorsPolicy({ origin: OTHER })
      beside(): string {
        return 'beside';
      }
    }
    const app = await startApp(
      {
        controllers: [ArraysController],
        setUp: (nest) => nest.enableVersioning({ ...BY_HEADER, defaultVersion: '1' }),
      },
      platform,
    );
    const get = async (path: string, origin: string, version?: string) => {
      const response = await app.get(path, origin, version === undefined ? {} : { 'X-Version': version });
      return [response.status, response.status === 200 ? response.text : '', corsHeaders(response)];
    };
    const served = (text: string, origin: string) => [200, text, { 'access-control-allow-origin': origin }];
    expect(await get('/a/default', APP, '1')).toEqual(served('default', APP));
    expect(await get('/a/default', OTHER, '2')).toEqual(served('second', OTHER));
    expect(await get('/a/default', APP, '2')).toEqual([403, '', {}]);
    expect(await get('/a/neutral', APP)).toEqual(served('neutral', APP));
    expect(await get('/a/neutral', APP, '1')).toEqual(served('neutral', APP));
    expect(await get('/a/neutral', OTHER, '2')).toEqual(served('beside', OTHER));
    expect(await get('/a/neutral', APP, '2')).toEqual([403, '', {}]);
    for (const origin of [APP, OTHER]) {
      expect(corsHeaders(await app.preflight('/a/default', { origin, method: 'GET' }))).toMatchObject({
        'access-control-allow-origin': origin,
      });
    }
  });

  test('3.4: a header that needs no preflight is no reason to refuse, and one that came on the way neither', async () => {
    @Controller('h')
    class HeadersController {
      @Post()
      @Version('1')
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-Version'] })
      first(@Body() _body: unknown, @Headers() _headers: unknown): string {
        return 'v1';
      }
      @Post()
      @Version('2')
      @CorsPolicy({ origin: APP })
      second(): string {
        return 'v2';
      }
    }
    const app = await startApp(
      { controllers: [HeadersController], setUp: (nest) => nest.enableVersioning(BY_HEADER) },
      platform,
    );
    const post = async (headers: Record<string, string>) =>
      (await app.request('POST', '/h', { Origin: APP, 'X-Version': '1', ...headers })).status;
    expect(await post({ 'Accept-Language': 'de', 'User-Agent': 'x', 'X-Forwarded-For': '10.0.0.1' })).toBe(201);
    expect(await post({ 'Content-Type': 'text/plain;charset=UTF-8' })).toBe(201);
    expect(await post({ 'Content-Type': 'application/json' })).toBe(403);
    expect(await post({ Authorization: 'Bearer x' })).toBe(403);
    expect(await post({ 'X-Whatever': '1' })).toBe(403);
    expect(await post({ 'X-Whatever': '1', 'Sec-Fetch-Site': 'same-origin' })).toBe(201);
  });

  test('3.4: an extractor that throws is a failure of the app, grants nothing, and harms no other request', async () => {
    @Controller('x')
    class ThrowingController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP })
      first(): string {
        return 'v1';
      }
      @Get()
      @Version('2')
      @NoCors()
      second(): string {
        return 'v2';
      }
    }
    const extractor = (request: unknown): string => {
      const version = (request as { headers: Record<string, string | undefined> }).headers['x-custom'];
      if (version === 'boom') {
        throw new Error('the extractor failed');
      }
      return version ?? '';
    };
    const app = await startApp(
      {
        controllers: [ThrowingController],
        setUp: (nest) => nest.enableVersioning({ type: VersioningType.CUSTOM, extractor }),
      },
      platform,
    );
    expect(
      corsHeaders(await app.preflight('/x', { origin: APP, method: 'GET', extra: { 'X-Custom': 'boom' } })),
    ).toEqual({ 'access-control-allow-origin': APP, 'access-control-allow-methods': 'GET, HEAD' });
    if (platform === 'express') {
      const failed = await app.get('/x', APP, { 'X-Custom': 'boom' });
      expect([failed.status, corsHeaders(failed)]).toEqual([500, {}]);
    }
    const next = await app.get('/x', APP, { 'X-Custom': '1' });
    expect([next.text, corsHeaders(next)]).toEqual(['v1', { 'access-control-allow-origin': APP }]);
  });
});

describe('3.4, versions, as only Express tells them', () => {
  test('3.4: patterns that overlap are rivals: the later one is reached when its version is asked for', async () => {
    @Controller('o')
    class OverlapController {
      @Put(':id')
      @Version('1')
      @CorsPolicy({ origin: APP, maxAge: 1 })
      general(): string {
        return 'general';
      }
      @Put('special')
      @Version('2')
      @CorsPolicy({ origin: OTHER, maxAge: 2 })
      special(): string {
        return 'special';
      }
    }
    const app = await startApp({
      controllers: [OverlapController],
      setUp: (nest) => nest.enableVersioning(BY_HEADER),
    });
    const maxAge = async (path: string, origin: string) =>
      corsHeaders(await app.preflight(path, { origin }))['access-control-max-age'];
    const put = async (path: string, origin: string, version: string) => {
      const { status, text } = await app.request('PUT', path, { Origin: origin, 'X-Version': version });
      return status === 200 ? text : status;
    };
    expect(await maxAge('/o/special', APP)).toBe('1');
    expect(await maxAge('/o/special', OTHER)).toBe('2');
    expect(await maxAge('/o/else', OTHER)).toBeUndefined();
    expect(await put('/o/special', APP, '1')).toBe('general');
    expect(await put('/o/special', OTHER, '2')).toBe('special');
    expect(await put('/o/special', APP, '2')).toBe(403);
    expect(await put('/o/special', OTHER, '1')).toBe(403);
    // Where no other route shares the path nothing was granted that had to be taken back.
    expect(await put('/o/else', OTHER, '1')).toBe('general');
  });

  test('3.5: an extractor that middleware feeds: the handler’s own policy corrects, and enforces what 3.4 says', async () => {
    @Controller('late')
    class LateController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP, exposedHeaders: 'X-1' })
      first(): string {
        return 'v1';
      }
      @Get()
      @Version('2')
      @CorsPolicy({ origin: OTHER, exposedHeaders: 'X-2' })
      second(): string {
        return 'v2';
      }
      @Get()
      @Version('3')
      third(): string {
        return 'v3';
      }
      @Get()
      @Version('4')
      @CorsPolicy({ origin: '*', exposedHeaders: 'X-4' })
      fourth(): string {
        return 'v4';
      }
    }
    type Fed = { fed?: string; headers: Record<string, string | undefined> };
    const app = await startApp({
      controllers: [LateController],
      setUp: (nest) => {
        nest.enableVersioning({ type: VersioningType.CUSTOM, extractor: (request) => (request as Fed).fed ?? '' });
        nest.use((request: Fed, _response: unknown, next: () => void) => {
          request.fed = request.headers['x-feed'] ?? '';
          next();
        });
      },
    });
    const get = async (origin: string | undefined, version: string) => {
      const { status, text, headers } = await app.get('/late', origin, { 'X-Feed': version });
      return [status === 200 ? text : status, corsHeaders({ headers }), headers['vary']];
    };
    const exposing = (origin: string, name: string) => ({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': name,
    });
    expect(await get(APP, '1')).toEqual(['v1', exposing(APP, 'X-1'), 'Origin']);
    expect(await get(OTHER, '2')).toEqual(['v2', exposing(OTHER, 'X-2'), 'Origin']);
    expect(await get(APP, '2')).toEqual([403, {}, 'Origin']);
    expect(await get(APP, '3')).toEqual([403, {}, undefined]);
    expect(await get(undefined, '3')).toEqual(['v3', {}, undefined]);
    expect(await get(STRANGER, '4')).toEqual(['v4', exposing('*', 'X-4'), undefined]);
    expect(await get(undefined, '2')).toEqual(['v2', {}, 'Origin']);
  });

  describe('an extractor that falls back to a version until middleware has fed it', () => {
    type Fed = { fed?: string; headers: Record<string, string | undefined> };
    const ran: string[] = [];

    class Guard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        ran.push('guard');
        return context.switchToHttp().getRequest<Fed>().headers['x-locked'] === undefined;
      }
    }

    @Controller('fed')
    class FedController {
      @Put()
      @Version('1')
      @CorsPolicy({ origin: APP, exposedHeaders: 'X-1' })
      first(): string {
        return 'v1';
      }
      @Put()
      @Version('2')
      @CorsPolicy({ origin: OTHER, exposedHeaders: 'X-2' })
      second(): string {
        return 'v2';
      }
      @Get('alone')
      @Version('1')
      @CorsPolicy({ origin: APP, enforce: true })
      alone(): string {
        return 'alone';
      }
    }

    const start = async () => {
      const app = await startApp({
        controllers: [FedController],
        providers: [{ provide: APP_GUARD, useClass: Guard }],
        setUp: (nest) => {
          nest.useGlobalGuards(new Guard());
          nest.enableVersioning({ type: VersioningType.CUSTOM, extractor: (request) => (request as Fed).fed ?? '1' });
          nest.use((request: Fed, _response: unknown, next: () => void) => {
            ran.push('middleware');
            request.fed = request.headers['x-feed'] ?? '1';
            next();
          });
        },
      });
      return async (method: string, path: string, origin: string, headers: Record<string, string>) => {
        ran.length = 0;
        const response = await app.request(method, path, { Origin: origin, ...headers });
        return [response.status === 200 ? response.text : response.status, corsHeaders(response), [...ran]];
      };
    };
    const granted = (origin: string, name: string) => ({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': name,
    });
    const served = ['middleware', 'guard', 'guard'];

    test('3.4: is not refused for the version that it falls back to', async () => {
      const send = await start();
      expect(await send('PUT', '/fed', OTHER, { 'X-Feed': '2' })).toEqual(['v2', granted(OTHER, 'X-2'), served]);
      expect(await send('PUT', '/fed', APP, { 'X-Feed': '1' })).toEqual(['v1', granted(APP, 'X-1'), served]);
    });

    test('3.6: is refused for the version that it leads to, before any guard of the app', async () => {
      const send = await start();
      expect(await send('PUT', '/fed', OTHER, { 'X-Feed': '1' })).toEqual([403, {}, ['middleware']]);
      expect(await send('PUT', '/fed', APP, { 'X-Feed': '2' })).toEqual([403, {}, ['middleware']]);
      expect(await send('GET', '/fed/alone', OTHER, {})).toEqual([403, {}, ['middleware']]);
      expect(await send('GET', '/fed/alone', APP, {})).toMatchObject(['alone', {}, served]);
    });

    test('3.5: what a guard refuses carries the headers of the version that it guards', async () => {
      const send = await start();
      expect(await send('PUT', '/fed', OTHER, { 'X-Feed': '2', 'X-Locked': '1' })).toEqual([
        403,
        granted(OTHER, 'X-2'),
        ['middleware', 'guard'],
      ]);
    });

    test('3.5: a version that nothing serves ends in its 404', async () => {
      const send = await start();
      expect(await send('GET', '/fed/alone', OTHER, { 'X-Feed': '2' })).toEqual([404, {}, ['middleware']]);
    });
  });
});

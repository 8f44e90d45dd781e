import { Controller, Get, Post, Put, Version } from '@nestjs/common';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

describe.each(PLATFORMS)('preflights of routes with versions, on %s', (platform) => {
  test('3.4: the listed methods are those for which a version allows this origin with the same credentials mode', async () => {
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

  test('3.4: Vary of a preflight lists everything that its versions depend on', async () => {
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
    // The answer comes from the version that allows the stranger. It omits X-B, so the browser reports X-B.
    expect(await preflight(STRANGER, 'x-version,x-b')).toEqual(['*', 'X-A, X-Version']);
  });
});

describe('patterns of versions that overlap, on express', () => {
  test('3.4: of patterns that overlap, the later one is reached with its version', async () => {
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
    // No other route shares this path, so the preflight granted nothing that must be refused now.
    expect(await put('/o/else', OTHER, '1')).toBe('general');
  });
});

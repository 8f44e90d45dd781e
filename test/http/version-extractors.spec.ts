import { type CanActivate, Controller, type ExecutionContext, Get, Put, Version, VersioningType } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

describe.each(PLATFORMS)('a version extractor, on %s', (platform) => {
  test('3.4: an extractor that throws is an error of the app, grants nothing, and affects no other request', async () => {
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

describe('a version extractor that middleware feeds, on express', () => {
  test('3.5: an extractor that middleware feeds: the handler’s own policy corrects, and enforces what rule 3.4 says', async () => {
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
    expect(await get(APP, '1')).toEqual(['v1', exposing(APP, 'X-1'), 'Origin, Sec-Fetch-Site']);
    expect(await get(OTHER, '2')).toEqual(['v2', exposing(OTHER, 'X-2'), 'Origin, Sec-Fetch-Site']);
    expect(await get(APP, '2')).toEqual([403, {}, 'Origin, Sec-Fetch-Site']);
    expect(await get(APP, '3')).toEqual([403, {}, 'Origin, Sec-Fetch-Site']);
    expect(await get(undefined, '3')).toEqual(['v3', {}, 'Origin, Sec-Fetch-Site']);
    expect(await get(STRANGER, '4')).toEqual(['v4', exposing('*', 'X-4'), 'Origin, Sec-Fetch-Site']);
    expect(await get(undefined, '2')).toEqual(['v2', {}, 'Origin, Sec-Fetch-Site']);
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

    test('3.5: a refusal of a guard has the headers of the version that it guards', async () => {
      const send = await start();
      expect(await send('PUT', '/fed', OTHER, { 'X-Feed': '2', 'X-Locked': '1' })).toEqual([
        403,
        granted(OTHER, 'X-2'),
        ['middleware', 'guard'],
      ]);
    });

    test('3.5: an unknown version is a 404', async () => {
      const send = await start();
      expect(await send('GET', '/fed/alone', OTHER, { 'X-Feed': '2' })).toEqual([404, {}, ['middleware']]);
    });
  });
});

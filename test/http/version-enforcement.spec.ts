import { Body, Controller, Get, Headers, Post, Put, Version, VERSION_NEUTRAL } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

afterEach(closeApps);

describe.each(PLATFORMS)('enforcement of versions, on %s', (platform) => {
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

  test('3.4: decides for a default version, for several versions in an array, and for a neutral one beside it', async () => {
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

  test('3.4: a header that needs no preflight, or that a proxy added, is not a reason to refuse', async () => {
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
});

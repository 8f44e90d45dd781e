import {
  Body,
  type CanActivate,
  Controller,
  Get,
  Header,
  Injectable,
  Post,
  Put,
  Query,
  Sse,
  UseGuards,
  Version,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import cors from 'cors';
import type { NextFunction, Request, Response } from 'express';
import { map, take, timer } from 'rxjs';
import {
  CorsAllowlists,
  CorsConfigurationError,
  CorsPolicy,
  NoCors,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

describe.each(PLATFORMS)('the ten scenarios on %s', (platform) => {
  test('a preflight is answered by its route’s policy, and neither guard nor handler runs', async () => {
    const ran: string[] = [];
    @Injectable()
    class DenyAll implements CanActivate {
      canActivate(): boolean {
        ran.push('guard');
        return false;
      }
    }
    @Controller('orders')
    class OrdersController {
      @Put(':id')
      @CorsPolicy('a')
      update(): string {
        ran.push('handler');
        return 'updated';
      }
    }
    const app = await startApp(
      {
        cors: { policies: { a: { origin: APP, credentials: true, maxAge: 60 } } },
        controllers: [OrdersController],
        providers: [{ provide: APP_GUARD, useClass: DenyAll }],
      },
      platform,
    );

    const preflight = await app.preflight('/orders/1', { origin: APP, method: 'PUT', headers: 'content-type' });
    expect(preflight.status).toBe(204);
    expect(corsHeaders(preflight)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    });
    expect(ran).toEqual([]);
    expect(preflight.text).toBe('');

    await app.request('PUT', '/orders/1', { Origin: APP }).expect(403);
    expect(ran).toEqual(['guard']);
  });

  test('GET under one policy and POST under another on one path answer each for itself', async () => {
    @Controller('shared')
    class SharedController {
      @Get()
      @CorsPolicy('a')
      read(): string {
        return 'read';
      }
      @Post()
      @CorsPolicy('b')
      write(): string {
        return 'written';
      }
    }
    const app = await startApp(
      {
        cors: {
          policies: { a: { origin: APP, exposedHeaders: ['X-A'] }, b: { origin: OTHER, exposedHeaders: ['X-B'] } },
        },
        controllers: [SharedController],
      },
      platform,
    );

    expect(corsHeaders(await app.get('/shared', APP))).toEqual({
      'access-control-allow-origin': APP,
      'access-control-expose-headers': 'X-A',
    });
    expect(corsHeaders(await app.get('/shared', OTHER))).toEqual({});
    expect(corsHeaders(await app.request('POST', '/shared', { Origin: OTHER }))).toEqual({
      'access-control-allow-origin': OTHER,
      'access-control-expose-headers': 'X-B',
    });
    expect(corsHeaders(await app.request('POST', '/shared', { Origin: APP }))).toEqual({});
    expect(corsHeaders(await app.preflight('/shared', { origin: APP, method: 'GET' }))).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD',
    });
    expect(corsHeaders(await app.preflight('/shared', { origin: APP, method: 'POST' }))).toEqual({});
    expect(corsHeaders(await app.preflight('/shared', { origin: OTHER, method: 'POST' }))).toMatchObject({
      'access-control-allow-methods': 'POST',
    });
  });

  test('a guard’s 403 has the headers', async () => {
    @Injectable()
    class Deny implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    @Controller()
    class DeniedController {
      @Get('denied')
      @UseGuards(Deny)
      @CorsPolicy({ origin: APP, exposedHeaders: ['Retry-After'] })
      denied(): string {
        return 'never';
      }
    }
    const app = await startApp({ controllers: [DeniedController] }, platform);
    const denied = await app.get('/denied', APP);
    expect(denied.status).toBe(403);
    expect(corsHeaders(denied)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-expose-headers': 'Retry-After',
    });
  });

  test('413, malformed JSON and throwing middleware have the headers, and so has a 404 under the default policy', async () => {
    @Controller('upload')
    class UploadController {
      @Post()
      @CorsPolicy('a')
      upload(@Body() body: unknown): unknown {
        return body;
      }
    }
    const app = await startApp(
      {
        cors: { policies: { a: { origin: APP } }, defaultPolicy: { origin: OTHER, exposedHeaders: ['X-Default'] } },
        controllers: [UploadController],
        setUp: (nest) => {
          nest.use('/upload', (req: Request, _res: Response, next: NextFunction) => {
            if (req.query.fail !== undefined) {
              throw new Error('middleware failed');
            }
            next();
          });
        },
      },
      platform,
    );
    const granted = { 'access-control-allow-origin': APP };
    const json = { Origin: APP, 'Content-Type': 'application/json' };

    const large = await app.request('POST', '/upload', json).send(JSON.stringify({ text: 'x'.repeat(2_000_000) }));
    expect([large.status, corsHeaders(large)]).toEqual([413, granted]);
    const malformed = await app.request('POST', '/upload', json).send('{"a":');
    expect([malformed.status, corsHeaders(malformed)]).toEqual([400, granted]);
    const failing = await app.request('POST', '/upload?fail', json).send('{}');
    expect([failing.status, corsHeaders(failing)]).toEqual([500, granted]);
    const unknown = await app.get('/nowhere', OTHER);
    expect([unknown.status, corsHeaders(unknown)]).toEqual([
      404,
      { 'access-control-allow-origin': OTHER, 'access-control-expose-headers': 'X-Default' },
    ]);
    expect(corsHeaders(await app.get('/nowhere', APP))).toEqual({});
    const preflight = await app.preflight('/nowhere', { origin: OTHER, method: 'DELETE' });
    expect([preflight.status, corsHeaders(preflight)]).toEqual([
      204,
      { 'access-control-allow-origin': OTHER, 'access-control-allow-methods': 'DELETE' },
    ]);
  });

  test('a refused origin gets nothing but Vary: Origin, and so does a request without one', async () => {
    @Controller()
    class OneController {
      @Get('one')
      @CorsPolicy({ origin: APP, credentials: true, exposedHeaders: 'X-Total-Count' })
      one(): string {
        return 'one';
      }
    }
    const app = await startApp({ controllers: [OneController] }, platform);

    for (const origin of [STRANGER, undefined]) {
      const response = await app.get('/one', origin);
      expect(response.status).toBe(200);
      expect(response.text).toBe('one');
      expect(corsHeaders(response)).toEqual({});
      expect(response.headers.vary).toBe('Origin');
    }
  });

  test('an origin added to a store is allowed after a refresh; a hundred first requests cause one call; a failure is no 500', async () => {
    const stored = [APP];
    let asked = 0;
    @Injectable()
    class StoredOrigins implements OriginSource {
      async load(): Promise<Iterable<string>> {
        return Promise.resolve([...stored]);
      }
    }
    @Injectable()
    class AskedOrigins implements OriginAllowlist {
      async isAllowed(origin: string): Promise<boolean> {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return origin === APP;
      }
    }
    @Injectable()
    class FailingOrigins implements OriginSource, OriginAllowlist {
      load(): Promise<Iterable<string>> {
        return Promise.reject(new Error('the database is down'));
      }
      isAllowed(): boolean {
        throw new Error('never asked');
      }
    }
    @Controller()
    class StoredController {
      @Get('stored')
      @CorsPolicy({ origin: StoredOrigins })
      stored(): string {
        return 'stored';
      }
      @Get('asked')
      @CorsPolicy({ origin: AskedOrigins })
      asked(): string {
        return 'asked';
      }
      @Get('failing')
      @CorsPolicy({ origin: FailingOrigins })
      failing(): string {
        return 'failing';
      }
    }
    const app = await startApp(
      { controllers: [StoredController], providers: [StoredOrigins, AskedOrigins, FailingOrigins] },
      platform,
    );
    const allowlists = app.app.get(CorsAllowlists);

    expect(corsHeaders(await app.get('/stored', OTHER))).toEqual({});
    stored.push(OTHER);
    expect(corsHeaders(await app.get('/stored', OTHER))).toEqual({});
    await allowlists.refresh(StoredOrigins);
    expect(corsHeaders(await app.get('/stored', OTHER))).toEqual({ 'access-control-allow-origin': OTHER });

    const answers = await Promise.all(Array.from({ length: 100 }, () => app.get('/asked', APP)));
    expect(new Set(answers.map((answer) => answer.headers['access-control-allow-origin']))).toEqual(new Set([APP]));
    expect(asked).toBe(1);

    const failing = await app.get('/failing', APP);
    expect([failing.status, corsHeaders(failing)]).toEqual([200, {}]);
    expect((await app.preflight('/failing', { origin: APP, method: 'GET' })).status).toBe(204);
    await expect(allowlists.refresh(FailingOrigins)).rejects.toThrow('the database is down');
  });

  test('with a prefix and versions in a header, a preflight gets v2’s policy, and conflicts follow rule 3.4', async () => {
    @Controller('items')
    class ItemsController {
      @Put('same')
      @Version('2')
      @CorsPolicy({ origin: APP, maxAge: 2 })
      same(): string {
        return 'v2';
      }
      @Put('open')
      @Version('1')
      @CorsPolicy({ origin: OTHER, maxAge: 1 })
      openV1(): string {
        return 'v1';
      }
      @Put('open')
      @Version('2')
      @CorsPolicy({ origin: APP, maxAge: 2 })
      openV2(): string {
        return 'v2';
      }
      @Put('open')
      @Version('3')
      openV3(): string {
        return 'v3';
      }
    }
    const app = await startApp(
      {
        controllers: [ItemsController],
        setUp: (nest) => {
          nest.setGlobalPrefix('api');
          nest.enableVersioning(BY_HEADER);
        },
      },
      platform,
    );
    const put = (path: string, version: string, origin: string) =>
      app.request('PUT', path, { Origin: origin, 'X-Version': version });

    expect(corsHeaders(await app.preflight('/api/items/same', { origin: APP }))).toMatchObject({
      'access-control-max-age': '2',
    });
    expect(corsHeaders(await app.preflight('/api/items/open', { origin: APP }))).toMatchObject({
      'access-control-max-age': '2',
    });
    expect(corsHeaders(await app.preflight('/api/items/open', { origin: OTHER }))).toMatchObject({
      'access-control-max-age': '1',
    });
    expect(corsHeaders(await app.preflight('/api/items/open', { origin: STRANGER }))).toEqual({});

    const own = await put('/api/items/open', '2', APP);
    expect([own.status, own.text, corsHeaders(own)]).toEqual([200, 'v2', { 'access-control-allow-origin': APP }]);
    for (const version of ['1', '3']) {
      const foreign = await put('/api/items/open', version, APP);
      expect([foreign.status, corsHeaders(foreign)]).toEqual([403, {}]);
    }
    const sameSite = await app.request('PUT', '/api/items/open', { 'X-Version': '3' });
    expect(sameSite.text).toBe('v3');
  });

  test('look-alike origins match nothing, and `*` with credentials stops startup', async () => {
    @Controller()
    class LookAlikeController {
      @Get('one')
      @CorsPolicy({ origin: ['https://app.example', 'https://*.partner.example', /^https:\/\/[a-z]+\.re\.example$/] })
      one(): string {
        return 'one';
      }
    }
    const app = await startApp({ controllers: [LookAlikeController] }, platform);
    for (const origin of ['https://app.example', 'https://a.b.partner.example', 'https://x.re.example']) {
      expect(corsHeaders(await app.get('/one', origin))).toEqual({ 'access-control-allow-origin': origin });
    }
    for (const origin of [
      'https://app.example.evil.test',
      'https://evil-app.example',
      'https://appxexample',
      'http://app.example',
      'https://app.example:8443',
      'https://APP.example',
      'https://app.example/',
      'https://partner.example',
      'https://evilpartner.example',
      'https://a.partner.example.evil.test',
      'https://x.re.example.evil.test',
      'null',
      'https://app.example, https://app.example',
    ]) {
      const response = await app.get('/one', origin);
      expect([origin, response.status, corsHeaders(response)]).toEqual([origin, 200, {}]);
    }

    const wrong = startApp({ cors: { defaultPolicy: { origin: '*', credentials: true } } }, platform);
    await expect(wrong).rejects.toBeInstanceOf(CorsConfigurationError);
    await expect(wrong).rejects.toMatchObject({
      issues: [{ place: 'defaultPolicy', field: 'origin', value: '*', code: 'any-origin-with-credentials' }],
    });
  });

  test.each([
    ['`app.enableCors(…)`', { setUp: (nest: { enableCors(): void }) => nest.enableCors() }, "origin: '*'"],
    [
      'the `cors` option of `NestFactory.create(…)`',
      { create: { cors: { origin: ['https://a.example'], credentials: true } } },
      "origin: ['https://a.example'], credentials: true",
    ],
  ])('%s left on by accident stops startup with the line to remove', async (line, parts, samePolicy) => {
    const boot = startApp({ ...parts, cors: {} }, platform);
    await expect(boot).rejects.toMatchObject({ issues: [{ code: 'second-cors-layer' }] });
    await expect(boot).rejects.toThrow(`remove ${line}`);
    await expect(boot).rejects.toThrow(samePolicy);
  });

  test('SSE has its policy beside a @NoCors() sibling', async () => {
    @Controller('events')
    @CorsPolicy({ origin: APP, credentials: true })
    class EventsController {
      @Sse('open')
      open() {
        return timer(0, 5).pipe(
          take(2),
          map((data) => ({ data: String(data) })),
        );
      }
      @Sse('closed')
      @NoCors()
      closed() {
        return timer(0, 5).pipe(
          take(1),
          map((data) => ({ data: String(data) })),
        );
      }
      @Get('vary')
      @Header('Vary', 'Accept-Encoding')
      vary(@Query('x') x: string): string {
        return x;
      }
    }
    const app = await startApp({ controllers: [EventsController] }, platform);

    const open = await app.get('/events/open', APP);
    expect(open.headers['content-type']).toContain('text/event-stream');
    expect(open.text).toContain('data: 1');
    expect(corsHeaders(open)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
    });
    expect(open.headers.vary).toBe('Origin');
    const closed = await app.get('/events/closed', APP);
    expect([closed.status, corsHeaders(closed)]).toEqual([200, {}]);
    const preflight = await app.preflight('/events/closed', { origin: APP, method: 'GET' });
    expect([preflight.status, corsHeaders(preflight)]).toEqual([204, {}]);
    expect((await app.get('/events/vary?x=1', APP)).headers.vary).toBe('Accept-Encoding, Origin');
  });
});

test('app.use(cors()) left on by accident stops startup with the line to remove', async () => {
  const boot = startApp({ setUp: (nest) => nest.use(cors({ maxAge: 5 })), cors: {} });
  await expect(boot).rejects.toMatchObject({ issues: [{ code: 'second-cors-layer' }] });
  await expect(boot).rejects.toThrow('app.use(cors(');
  await expect(boot).rejects.toThrow('maxAge: 5');
});

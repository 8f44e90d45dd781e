import { Controller, type INestApplication, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express, { type Express } from 'express';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorsInspector, CorsModule, CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

/* The entry of a file's own path decides who may read the file, for every address that leads to it (rule 3.3). */

const OPEN = 'https://open.example';
const NARROW = 'https://narrow.example';

type Middleware = (request: { url: string }, response: unknown, next: () => void) => void;

const withoutVersion: Middleware = (request, _response, next) => {
  request.url = request.url.replace(/^\/v1/, '');
  next();
};
const nothing: Middleware = (_request, _response, next) => next();

// Allows the origins of all entries: for an address with several readings, only the common part is granted.
const defaultPolicy = { origin: [OPEN, NARROW], credentials: true };
const closed = { origin: NARROW, enforce: true };
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'entries-'));
  mkdirSync(join(root, 'private'));
  writeFileSync(join(root, 'private', 'file.txt'), 'private');
  writeFileSync(join(root, 'private', 'index.html'), 'private');
});

afterAll(() => rmSync(root, { recursive: true }));
afterEach(closeApps);

describe.each(PLATFORMS)('files behind entries, on %s', (platform) => {
  test('3.3: the entry for the files in a directory applies to its index too', async () => {
    const app = await startApp(
      {
        cors: { defaultPolicy, routes: [{ path: '/private/*path', policy: closed }] },
        setUp: (nest) => void nest.use(express.static(root)),
      },
      platform,
    );
    expect((await app.get('/private/', OPEN)).status).toBe(403);
    expect((await app.get('/private/', NARROW)).text).toBe('private');
  });

  test('3.3: an entry written in another case applies to middleware that ignores case', async () => {
    const app = await startApp(
      {
        cors: {
          defaultPolicy,
          routes: [
            { path: '/Private/*path', policy: closed },
            { path: '/GraphQL', policy: closed },
          ],
        },
        setUp: (nest: INestApplication) => {
          nest.use('/Private', express.static(join(root, 'private')));
          nest.use('/GraphQL', nothing);
        },
      },
      platform,
    );
    for (const path of ['/private/file.txt', '/Private/file.txt', '/PRIVATE/file.txt', '/graphql', '/graphql/x']) {
      expect([path, (await app.get(path, OPEN)).status]).toEqual([path, 403]);
    }
    expect((await app.get('/private/file.txt', NARROW)).text).toBe('private');
  });
});

test.each(['/x;/../private/file.txt', '/;/../private/file.txt', '/private/file.txt?a;b'])(
  '3.3: %s is read as a whole, although the router of fastify cuts it at a semicolon',
  async (path) => {
    @Module({ imports: [CorsModule.forRoot({ defaultPolicy, routes: [{ path: '/private/*path', policy: closed }] })] })
    class AppModule {}
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule,
      new FastifyAdapter({ routerOptions: { useSemicolonDelimiter: true } } as object),
      { logger: false },
    );
    app.use(express.static(root));
    await app.listen(0, '127.0.0.1');
    const port = Number(new URL(await app.getUrl()).port);
    expect((await rawRequest(port, `GET ${path} HTTP/1.1`, [`Origin: ${OPEN}`])).status).toBe(403);
    expect((await rawRequest(port, `GET ${path} HTTP/1.1`, [`Origin: ${NARROW}`])).body).toBe('private');
    await app.close();
  },
);

test('3.6: a rewritten request below a mount has the policy of its whole path, on express', async () => {
  const app = await startApp({
    cors: { defaultPolicy, routes: [{ path: '/private/*path', policy: { origin: NARROW } }] },
    setUp: (nest) => {
      nest.use(withoutVersion);
      nest.use(nothing);
      nest.use('/private', express.static(join(root, 'private')));
    },
  });
  const read = await app.get('/v1/private/file.txt', OPEN);
  expect([read.text, corsHeaders(read)]).toEqual(['private', {}]);
  expect(corsHeaders(await app.get('/v1/private/file.txt', NARROW))).toEqual({
    'access-control-allow-origin': NARROW,
  });
});

test('3.6: two apps with an origin function each do not grant the same, on express', async () => {
  @Controller('orders')
  @CorsPolicy({ origin: (origin: string) => origin === NARROW, credentials: true })
  class OrdersController {
    @Put()
    update(): string {
      return 'updated';
    }
  }
  @Module({ controllers: [OrdersController], imports: [CorsModule.forRoot({})] })
  class InnerModule {}
  const inner = await NestFactory.create(InnerModule, new ExpressAdapter(), { logger: false });
  await inner.init();
  const app = await startApp({
    cors: { defaultPolicy: { origin: (origin: string) => origin === OPEN || origin === NARROW, credentials: true } },
    setUp: (nest) => void nest.use('/inner', inner.getHttpAdapter().getInstance() as Express),
  });
  expect((await app.preflight('/inner/orders', { origin: OPEN })).headers).toHaveProperty(
    'access-control-allow-origin',
    OPEN,
  );
  expect((await app.request('PUT', '/inner/orders', { Origin: OPEN })).status).toBe(403);
  expect((await app.request('PUT', '/inner/orders', { Origin: NARROW })).text).toBe('updated');
  await inner.close();
});

test('3.6: a router that rewrites requests itself does not lead past an entry, on express', async () => {
  const router = express.Router();
  router.use(((request, _response, next) => {
    request.url = request.url.replace(/^\/open/, '/private');
    next();
  }) satisfies Middleware);
  router.use('/private', express.static(join(root, 'private')));
  const outer = express.Router();
  outer.use(router);
  const app = await startApp({
    cors: { defaultPolicy, routes: [{ path: '/files/private/*path', policy: closed }] },
    setUp: (nest) => void nest.use('/files', outer),
  });
  expect((await app.get('/files/open/file.txt', OPEN)).status).toBe(403);
  expect((await app.get('/files/open/file.txt', NARROW)).text).toBe('private');
});

test('2.5: below a mount, isTrusted() answers as elsewhere, on express', async () => {
  const trusted: boolean[] = [];
  const app = await startApp({
    cors: { defaultPolicy },
    setUp: (nest) => {
      const note: Middleware = (request, _response, next) => {
        trusted.push(nest.get(CorsInspector).isTrusted(request));
        next();
      };
      nest.use('/files', note);
      nest.use(withoutVersion);
      nest.use('/files', note);
    },
  });
  await app.get('/files/x', OPEN);
  await app.get('/files/x', 'https://stranger.example');
  expect(trusted).toEqual([true, true, false, false]);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import request from 'supertest';
import { CorsInspector, CorsModule, CorsPolicy, type Decision, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });
const trusted = (origin: string): object => ({ ...granted(origin), 'access-control-allow-credentials': 'true' });

/** The parts of a request and a response that middleware uses on either platform. */
interface NodeRequest {
  readonly method?: string;
  readonly headers: Record<string, string | undefined>;
}
interface NodeResponse {
  setHeader(name: string, value: string): void;
  end(body?: string): void;
}

@Controller('mixed')
class MixedController {
  @Get('marked')
  @CorsPolicy({ origin: OTHER })
  marked(): string {
    return 'marked';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
  @Get('bare')
  bare(): string {
    return 'bare';
  }
  @Post('bare')
  write(): string {
    return 'written';
  }
  @Get('bare/:id')
  one(@Param('id') id: string): string {
    return id;
  }
}

afterEach(closeApps);

describe.each(PLATFORMS)('the option routes on %s', (platform) => {
  describe('2.4: routes without a controller', () => {
    test('2.4: a decorated handler wins over an entry, and an entry over defaultPolicy', async () => {
      const app = await startApp(
        {
          cors: {
            defaultPolicy: { origin: STRANGER },
            routes: [
              { path: '/mixed/marked', policy: { origin: APP } },
              { path: '/mixed/closed', policy: { origin: APP } },
              { path: '/mixed/bare', policy: { origin: APP }, methods: ['GET'] },
              { path: '/mixed/bare/:any', policy: { origin: OTHER } },
            ],
          },
          controllers: [MixedController],
        },
        platform,
      );
      const admits = async (method: string, path: string): Promise<unknown> => {
        const found: string[] = [];
        for (const origin of [APP, OTHER, STRANGER]) {
          const response = await app.request(method, path, { Origin: origin });
          const preflight = await app.preflight(path, { origin, method });
          const sent = response.headers['access-control-allow-origin'];
          expect([path, origin, preflight.headers['access-control-allow-origin']]).toEqual([path, origin, sent]);
          found.push(...(sent === undefined ? [] : [sent]));
        }
        return found;
      };
      expect(await admits('GET', '/mixed/marked')).toEqual([OTHER]);
      expect(await admits('GET', '/mixed/closed')).toEqual([]);
      expect(await admits('GET', '/mixed/bare')).toEqual([APP]);
      expect(await admits('POST', '/mixed/bare')).toEqual([STRANGER]);
      expect(await admits('GET', '/mixed/bare/7')).toEqual([OTHER]);
      expect(await admits('GET', '/nowhere')).toEqual([STRANGER]);
      const allowed = await app.preflight('/mixed/bare', { origin: APP, method: 'GET' });
      expect(allowed.headers['access-control-allow-methods']).toBe('GET, HEAD');
    });

    test('2.4: the first entry that matches path and method applies', async () => {
      const app = await startApp(
        {
          cors: {
            routes: [
              { path: '/files/private/*path', policy: { origin: APP } },
              { path: '/files/*path', policy: { origin: '*' }, methods: 'get' },
              { path: '/files/*path', policy: { origin: OTHER }, methods: ['PUT', 'DELETE'] },
            ],
          },
          setUp: (nest) => nest.use('/files', (_request: unknown, response: NodeResponse) => response.end('file')),
        },
        platform,
      );
      const rows: [string, string, string, object][] = [
        ['GET', '/files/private/a/b', APP, granted(APP)],
        ['GET', '/files/private/a/b', OTHER, {}],
        ['PUT', '/files/private/a', OTHER, {}],
        ['GET', '/files/a/b.txt', STRANGER, granted('*')],
        ['HEAD', '/files/a', STRANGER, granted('*')],
        ['PUT', '/files/a', OTHER, granted(OTHER)],
        ['PUT', '/files/a', APP, {}],
        ['POST', '/files/a', OTHER, {}],
      ];
      for (const [method, path, origin, headers] of rows) {
        const response = await app.request(method, path, { Origin: origin });
        expect([method, path, origin, response.status, corsHeaders(response)]).toEqual([
          method,
          path,
          origin,
          200,
          headers,
        ]);
      }
      // No entry has `POST`, so the library does not change the response, not even `Vary`.
      expect((await app.request('POST', '/files/a', { Origin: OTHER })).headers.vary).toBeUndefined();
      expect((await app.request('PUT', '/files/a', { Origin: APP })).headers.vary).toBe('Origin');

      const put = await app.preflight('/files/a', { origin: OTHER, method: 'PUT' });
      expect([put.status, corsHeaders(put)]).toEqual([
        204,
        { ...granted(OTHER), 'access-control-allow-methods': 'GET, HEAD, PUT, DELETE' },
      ]);
      const passed = await app.preflight('/files/a', { origin: OTHER, method: 'POST' });
      expect([passed.status, passed.text, corsHeaders(passed)]).toEqual([200, 'file', {}]);
    });

    test('2.4: raw middleware, as for GraphQL, has its entry, without the global prefix', async () => {
      const seen: (Decision | undefined)[] = [];
      const app = await startApp(
        {
          cors: {
            policies: { partner: { origin: APP, credentials: true, maxAge: 60, allowedHeaders: 'Content-Type' } },
            routes: [{ path: '/graphql', policy: 'partner' }],
          },
          setUp: (nest) => {
            nest.setGlobalPrefix('api');
            nest.use('/graphql', (native: NodeRequest, response: NodeResponse) => {
              seen.push(nest.get(CorsInspector).decisionOf(native));
              response.setHeader('Vary', 'Accept');
              response.end('{}');
            });
          },
        },
        platform,
      );
      const preflight = await app.preflight('/graphql', { origin: APP, method: 'POST', headers: 'content-type' });
      expect([preflight.status, preflight.text, corsHeaders(preflight)]).toEqual([
        204,
        '',
        {
          ...trusted(APP),
          'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
          'access-control-allow-headers': 'Content-Type',
          'access-control-max-age': '60',
        },
      ]);
      expect(seen).toEqual([]);
      const response = await app.request('POST', '/graphql?op=1', { Origin: APP });
      expect([response.status, response.text, corsHeaders(response)]).toEqual([200, '{}', trusted(APP)]);
      expect(response.headers.vary).toBe('Accept, Origin');
      expect(seen).toMatchObject([{ allowed: true, reason: 'allowed' }]);
      const refused = await app.request('POST', '/graphql', { Origin: STRANGER });
      expect([refused.status, refused.text, corsHeaders(refused)]).toEqual([200, '{}', {}]);
      expect(corsHeaders(await app.get('/api/graphql', APP))).toEqual({});
    });

    test('2.4: an entry may close a route with a policy that allows no origin', async () => {
      const app = await startApp(
        {
          cors: { defaultPolicy: { origin: '*' }, routes: [{ path: '/admin/*rest', policy: { origin: false } }] },
          setUp: (nest) => nest.use((_request: unknown, response: NodeResponse) => response.end('x')),
        },
        platform,
      );
      expect(corsHeaders(await app.get('/admin/x', APP))).toEqual({});
      expect(corsHeaders(await app.get('/else', APP))).toEqual(granted('*'));
    });
  });
});

describe('the module on an Express app of one’s own', () => {
  @Module({
    imports: [
      CorsModule.forRoot({
        routes: [
          { path: '/assets/*path', policy: { origin: '*' }, methods: ['GET'] },
          { path: '/own/:id', policy: { origin: OTHER } },
        ],
      }),
    ],
    controllers: [MixedController],
  })
  class AppModule {}

  test('2.4: static files and routes that Express itself serves have the policy of their entry', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assets-'));
    await writeFile(join(folder, 'a.txt'), 'a');
    const server = express();
    const nest = await NestFactory.create(AppModule, new ExpressAdapter(server), { logger: false });
    nest.use('/assets', express.static(folder));
    server.put('/own/:id', (_request, response) => void response.send('own'));
    try {
      await nest.init();
      const get = (path: string, origin: string) => request(server).get(path).set('Origin', origin);
      const file = await get('/assets/a.txt', STRANGER);
      expect([file.status, file.text, corsHeaders(file)]).toEqual([200, 'a', granted('*')]);
      expect(file.headers.vary).toBeUndefined();
      const missing = await get('/assets/b.txt', STRANGER);
      expect([missing.status, corsHeaders(missing)]).toEqual([404, granted('*')]);
      const unchanged = await get('/assets/a.txt', STRANGER).set('If-None-Match', file.headers.etag!);
      expect([unchanged.status, corsHeaders(unchanged)]).toEqual([304, granted('*')]);
      const part = await get('/assets/a.txt', STRANGER).set('Range', 'bytes=0-0');
      expect([part.status, corsHeaders(part)]).toEqual([206, granted('*')]);
      const own = await request(server).put('/own/7').set('Origin', OTHER);
      expect([own.status, own.text, corsHeaders(own)]).toEqual([200, 'own', granted(OTHER)]);
      const preflight = await request(server)
        .options('/own/7')
        .set({ Origin: OTHER, 'Access-Control-Request-Method': 'PUT' });
      expect([preflight.status, corsHeaders(preflight)]).toMatchObject([204, granted(OTHER)]);
      const marked = await get('/mixed/marked', OTHER);
      expect([marked.status, corsHeaders(marked)]).toEqual([200, granted(OTHER)]);
    } finally {
      await nest.close();
      await rm(folder, { recursive: true });
    }
  });
});

import { All, Controller, Get, type INestApplication, Module, Put, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import fastify, { type FastifyInstance } from 'fastify';
import request from 'supertest';
import { CorsModule, type CorsModuleOptions, CorsPolicy } from '../../lib/index.js';
import { corsHeaders } from '../support/app.js';

/* Routes that an app registers directly on the Express or Fastify instance, and their lines in the boot log. */

const APP = 'https://app.example';
const PARTNER = 'https://partner.example';

@Controller('things')
@CorsPolicy({ origin: APP })
class ThingsController {
  @Put(':id')
  update(): string {
    return 'handler';
  }
  @Get(':id')
  one(): string {
    return 'handler';
  }
}

@Controller('bare')
class BareController {
  @All()
  all(): string {
    return 'bare';
  }
}

let app: INestApplication | undefined;
const warnings: string[] = [];
const none = (): void => undefined;
const logger = { log: none, error: none, debug: none, verbose: none, warn: (line: string) => warnings.push(line) };

type Adapter = ExpressAdapter | FastifyAdapter;

/** Creates the app with `NestFactory`, like `main.ts`, so that a test can use the app before it is initialised. */
async function boot(
  adapter: Adapter,
  cors: CorsModuleOptions,
  before: (app: INestApplication) => unknown = none,
  controllers: Type[] = [ThingsController],
): Promise<void> {
  @Module({ imports: [CorsModule.forRoot(cors)], controllers })
  class AppModule {}
  app = await NestFactory.create<INestApplication>(AppModule, adapter as ExpressAdapter, {
    logger,
    abortOnError: false,
  });
  await before(app);
  await app.listen(0, '127.0.0.1');
}

async function preflight(path: string, method: string, origin: string): Promise<Record<string, string>> {
  const url = await app!.getUrl();
  const sent = request(url).options(path).set({ Origin: origin, 'Access-Control-Request-Method': method });
  return corsHeaders(await sent);
}

const get = async (path: string, origin: string) => {
  const response = await request(await app!.getUrl())
    .get(path)
    .set('Origin', origin);
  return [response.text, corsHeaders(response)];
};

afterEach(async () => {
  await app?.close();
  app = undefined;
  warnings.length = 0;
});

describe('a raw route that was registered between create() and init(), on Fastify', () => {
  const instanceOf = (nest: INestApplication) => nest.getHttpAdapter().getInstance() as FastifyInstance;
  const register = (nest: INestApplication) => {
    instanceOf(nest).get('/things/raw', () => 'raw');
    instanceOf(nest).put('/things/raw', () => 'raw');
  };

  test('3.3: its preflight is decided for it, although a handler’s path matches too', async () => {
    await boot(new FastifyAdapter(), {}, register);
    expect(await preflight('/things/raw', 'PUT', APP)).toEqual({});
    expect(await preflight('/things/raw', 'GET', APP)).toEqual({});
    expect(await get('/things/raw', APP)).toEqual(['raw', {}]);
    expect(await preflight('/things/1', 'PUT', APP)).toMatchObject({ 'access-control-allow-origin': APP });
    expect(warnings).toEqual([]);
  });

  test('2.4: an entry of `routes` decides both its preflight and its response', async () => {
    await boot(
      new FastifyAdapter(),
      { routes: [{ path: '/things/raw', policy: { origin: PARTNER }, methods: ['GET', 'PUT'] }] },
      register,
    );
    expect(await preflight('/things/raw', 'PUT', PARTNER)).toEqual({
      'access-control-allow-origin': PARTNER,
      'access-control-allow-methods': 'GET, HEAD, PUT',
    });
    expect(await preflight('/things/raw', 'PUT', APP)).toEqual({});
    expect(await get('/things/raw', PARTNER)).toEqual(['raw', { 'access-control-allow-origin': PARTNER }]);
  });

  test('behaves alike in a plugin', async () => {
    await boot(new FastifyAdapter(), {}, async (nest) => {
      await instanceOf(nest).register(
        (plugin, _options, done) => {
          plugin.put('/raw', () => 'raw');
          done();
        },
        { prefix: '/things' },
      );
    });
    expect(await preflight('/things/raw', 'PUT', APP)).toEqual({});
  });

  test('cannot be seen on an instance that existed before the app, and the boot log says so', async () => {
    const instance = fastify();
    instance.put('/things/raw', () => 'raw');
    await boot(new FastifyAdapter(instance as never), {});
    expect(warnings).toEqual([expect.stringContaining('Fastify had routes before this library could see them')]);
    expect(await preflight('/things/1', 'PUT', APP)).toMatchObject({ 'access-control-allow-origin': APP });
  });
});

describe('a raw route before the handlers, on Express', () => {
  const pass = (_request: Request, _response: Response, next: NextFunction): void => next();
  const onServer = (act: (server: Express) => unknown) => (nest: INestApplication) =>
    act(nest.getHttpAdapter().getInstance() as Express);

  test('is listed in the boot log if it covers handlers with a policy, as it may take their requests', async () => {
    await boot(
      new ExpressAdapter(),
      {},
      onServer((server) => server.all('/things/*rest', pass)),
    );
    expect(warnings).toEqual([
      "ALL /things/*rest was registered on the Express instance before the app's routes, and covers " +
        'ThingsController.update, ThingsController.one: preflights there are answered for it, as it may serve the ' +
        'request. If it only passes requests on, register it with app.use() instead.',
    ]);
    // The preflight is not granted. The handler that serves the actual request decides about that request.
    expect(await preflight('/things/1', 'PUT', APP)).toEqual({});
    expect(await get('/things/1', APP)).toEqual(['handler', { 'access-control-allow-origin': APP }]);
  });

  test('is not reported if it is middleware of app.use()', async () => {
    await boot(
      new ExpressAdapter(),
      {},
      onServer((server) => server.use('/things', pass)),
    );
    expect(warnings).toEqual([]);
    expect(await preflight('/things/1', 'PUT', APP)).toMatchObject({ 'access-control-allow-origin': APP });
  });

  test.each<[string, (server: Express) => unknown, (typeof ThingsController | typeof BareController)[]]>([
    ['of another method', (server) => server.delete('/things/:id', pass), [ThingsController]],
    ['of another path', (server) => server.all('/thing/:id', pass), [ThingsController]],
    ['before a handler that no policy reaches', (server) => server.all('/bare', pass), [BareController]],
  ])('is not reported if it is %s', async (_title, act, controllers) => {
    await boot(new ExpressAdapter(), {}, onServer(act), controllers);
    expect(warnings).toEqual([]);
  });
});

describe('a raw route before Nest’s adapter, on Express', () => {
  const early = (): ExpressAdapter => {
    const server = express();
    server.get('/legacy/:id', (_request, response) => void response.send('legacy'));
    server.get('/status', (_request, response) => void response.send('status'));
    return new ExpressAdapter(server);
  };
  const line = (routes: string): string =>
    `${routes}: registered on the Express instance before Nest's adapter was created, and so answered before this library runs: ` +
    'responses get no CORS headers. Register routes for other origins after NestFactory.create().';

  test('is listed in the boot log if an entry of `routes` matches it', async () => {
    await boot(early(), { routes: [{ path: '/legacy/:id', policy: { origin: APP } }] });
    expect(warnings).toEqual([line('GET /legacy/:id')]);
    expect(await get('/legacy/1', APP)).toEqual(['legacy', {}]);
  });

  test('is listed in the boot log if there is a default policy', async () => {
    await boot(early(), { defaultPolicy: { origin: APP } });
    expect(warnings).toEqual([line('GET /legacy/:id, GET /status')]);
  });

  test('is not listed if no policy applies to it', async () => {
    await boot(early(), {});
    expect(warnings).toEqual([]);
  });
});

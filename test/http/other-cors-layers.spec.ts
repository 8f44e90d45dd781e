import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyCors from '@fastify/cors';
import cors from 'cors';
import express, { type Express, Router } from 'express';
import { fastify, type FastifyInstance } from 'fastify';
import { CorsConfigurationError, type CorsIssue, CorsModule, CorsPolicy } from '../../lib/index.js';
import { type AppParts, closeApps, PLATFORMS, type PlatformName, startApp } from '../support/app.js';
import { bootError } from '../support/boot-error.js';

const APP = 'https://app.example';

const expressOf = (nest: INestApplication): Express => nest.getHttpAdapter().getInstance() as Express;
const fastifyOf = (nest: INestApplication): FastifyInstance => nest.getHttpAdapter().getInstance() as FastifyInstance;

afterEach(closeApps);

/** The issues of the error that stops startup. */
const issuesOf = async (parts: AppParts, platform: PlatformName): Promise<readonly CorsIssue[]> =>
  (await bootError(parts, platform)).issues;

/** Another CORS layer, and the texts of its issue. */
interface Layer extends AppParts {
  readonly layer: string;
  /** The code to remove; `AT` is replaced by a line of this file. */
  readonly remove: string;
  /** The suggested replacement; `undefined`: no suggestion. */
  readonly same?: string;
  /** The note if there is no suggestion. */
  readonly note?: string;
  /** The path of the layer. */
  readonly path?: string;
}

/** A module that applies middleware to routes. */
function applying(middleware: (...args: never[]) => unknown, ...routes: (string | Type)[]): DynamicModule {
  class ApplyingModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(middleware).forRoutes(...routes);
    }
  }
  Module({})(ApplyingModule);
  return { module: ApplyingModule };
}

@Controller('plain')
class PlainController {
  @Get()
  get(): string {
    return 'plain';
  }
}

/** A provider that adds a layer in one of its lifecycle hooks. */
function providerWith(moment: 'constructor' | 'onModuleInit' | 'onApplicationBootstrap'): AppParts {
  @Injectable()
  class Opener implements OnModuleInit, OnApplicationBootstrap {
    constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {
      this.at('constructor');
    }
    onModuleInit(): void {
      this.at('onModuleInit');
    }
    onApplicationBootstrap(): void {
      this.at('onApplicationBootstrap');
    }
    private at(reached: string): void {
      if (reached === moment) {
        this.host.httpAdapter.enableCors({ origin: 'https://a.example' });
      }
    }
  }
  @Module({ providers: [Opener] })
  class OpenerModule {}
  return { imports: [OpenerModule] };
}

/** The default methods of the Fastify plugin are fewer than those of `cors`. */
const onPlatform = (platform: PlatformName, policy: string): string =>
  platform === 'express' ? `{ ${policy} }` : `{ ${policy}, methods: 'GET,HEAD,POST' }`;

const everywhere = (platform: PlatformName): readonly Layer[] => [
  {
    layer: 'app.enableCors()',
    setUp: (nest) => nest.enableCors(),
    remove: '`app.enableCors(…)` (AT)',
    same: `defaultPolicy: ${onPlatform(platform, "origin: '*'")}`,
  },
  {
    layer: 'app.enableCors() after app.init()',
    initialised: (nest) => nest.enableCors({ origin: APP }),
    remove: '`app.enableCors(…)` (AT)',
    same: `defaultPolicy: ${onPlatform(platform, `origin: '${APP}'`)}`,
  },
  {
    layer: 'the cors option',
    create: { cors: true },
    remove: 'the `cors` option of `NestFactory.create(…)`',
    same: `defaultPolicy: ${onPlatform(platform, "origin: '*'")}`,
  },
  {
    layer: 'the cors option with options',
    create: {
      cors: { origin: ['https://a.example'], credentials: true, exposedHeaders: ['X-A'], methods: 'PUT', maxAge: 9 },
    },
    remove: 'the `cors` option of `NestFactory.create(…)`',
    same: "defaultPolicy: { origin: ['https://a.example'], credentials: true, methods: 'PUT', exposedHeaders: ['X-A'], maxAge: 9 }",
  },
  {
    layer: 'an option that this library rejects',
    setUp: (nest) => nest.enableCors({ origin: true, credentials: true }),
    remove: '`app.enableCors(…)` (AT)',
    note: 'A policy with its options is an error: ',
  },
  {
    layer: 'an origin function',
    setUp: (nest) =>
      nest.enableCors({ origin: (_origin: unknown, done: (error: null, allow: boolean) => void) => done(null, true) }),
    remove: '`app.enableCors(…)` (AT)',
    note: 'A function chooses its origins',
  },
  {
    layer: 'a defaultPolicy beside it',
    cors: { defaultPolicy: { origin: APP } },
    setUp: (nest) => nest.enableCors(),
    remove: '`app.enableCors(…)` (AT)',
    note: 'The `defaultPolicy` is for the whole app already.',
  },
  {
    layer: 'a provider in onModuleInit',
    ...providerWith('onModuleInit'),
    remove: '`httpAdapter.enableCors(…)` (AT)',
    same: `defaultPolicy: ${onPlatform(platform, "origin: 'https://a.example'")}`,
  },
  {
    layer: 'a provider in onApplicationBootstrap',
    ...providerWith('onApplicationBootstrap'),
    remove: '`httpAdapter.enableCors(…)` (AT)',
    same: `defaultPolicy: ${onPlatform(platform, "origin: 'https://a.example'")}`,
  },
  {
    layer: 'app.use(cors())',
    setUp: (nest) => nest.use(cors({ maxAge: 9 })),
    remove: '`app.use(cors(…))` (AT)',
    same: "defaultPolicy: { origin: '*', maxAge: 9 }",
  },
  {
    layer: 'app.use(cors()) with a list',
    setUp: (nest) => nest.use(cors({ origin: ['https://a.example', /b/] })),
    remove: '`app.use(cors(…))` (AT)',
    note: 'Its origins cannot be read from outside',
  },
  {
    layer: 'app.use(path, cors())',
    setUp: (nest) => nest.use('/webhooks', cors()),
    remove: "`app.use('/webhooks', cors(…))` (AT)",
    same:
      platform === 'express'
        ? "routes: [{ path: '/webhooks{/*path}', policy: { origin: '*' } }]"
        : "routes: [{ path: '/webhooks', policy: { origin: '*' } }, { path: '/webhooks/*', policy: { origin: '*' } }]",
    path: '/webhooks',
  },
  {
    layer: 'consumer.apply(cors()) for every route',
    imports: [applying(cors({ origin: 'https://a.example' }), '*path')],
    remove: '`consumer.apply(cors(…))` (AT)',
    same: "defaultPolicy: { origin: 'https://a.example' }",
  },
  {
    layer: 'consumer.apply(cors()) for a path',
    imports: [applying(cors({ origin: 'https://a.example' }), 'webhooks/*path')],
    remove: '`consumer.apply(cors(…))` (AT)',
    note: "Give its paths an entry of `routes` with the policy { origin: 'https://a.example' }.",
    path: '/webhooks',
  },
  {
    layer: 'consumer.apply(cors()) for a controller',
    imports: [applying(cors({ origin: 'https://a.example' }), PlainController)],
    controllers: [PlainController],
    remove: '`consumer.apply(cors(…))` (AT)',
    note: "Give its paths an entry of `routes` with the policy { origin: 'https://a.example' }.",
  },
  {
    layer: 'app.use(path, cors()) beside a defaultPolicy',
    cors: { defaultPolicy: { origin: APP } },
    setUp: (nest) => nest.use('/webhooks', cors({ origin: 'https://a.example', methods: 'PUT' })),
    remove: "`app.use('/webhooks', cors(…))` (AT)",
    same: "policy: { origin: 'https://a.example', methods: 'PUT' } }",
    path: '/webhooks',
  },
];

const onExpress: readonly Layer[] = [
  {
    layer: 'a provider in its constructor, before this library is made',
    ...providerWith('constructor'),
    cors: null,
    imports: [...providerWith('constructor').imports!, CorsModule.forRoot()],
    remove: 'a call of `enableCors(…)` or `use(cors(…))` in the constructor of a provider',
    same: "defaultPolicy: { origin: 'https://a.example' }",
  },
  {
    layer: 'cors on the instance',
    setUp: (nest) => expressOf(nest).use(cors()),
    remove: '`cors(…)` on the Express instance',
    same: "defaultPolicy: { origin: '*' }",
  },
  {
    layer: 'cors on a path of the instance',
    setUp: (nest) => expressOf(nest).use('/webhooks', cors()),
    remove: '`cors(…)` on the Express instance',
    note: "Give its paths an entry of `routes` with the policy { origin: '*' }.",
  },
  {
    layer: 'cors on a nested router',
    setUp: (nest) => {
      const inner = Router();
      inner.use(cors());
      nest.use('/outer', Router().use(inner));
    },
    remove: "`cors(…)` on the router of `app.use('/outer', …)` (AT)",
    same: "routes: [{ path: '/outer{/*path}', policy: { origin: '*' } }]",
    path: '/outer',
  },
  {
    layer: 'cors on one route of a router',
    setUp: (nest) => {
      const router = Router();
      router.get('/open', cors({ origin: 'https://a.example' }), (_request, response) => void response.send('open'));
      nest.use('/outer', router);
    },
    remove: "`cors(…)` on a route of the router of `app.use('/outer', …)` (AT)",
    same: "routes: [{ path: '/outer/open', methods: ['GET'], policy: { origin: 'https://a.example' } }]",
    path: '/outer/open',
  },
  {
    layer: 'cors for OPTIONS only',
    setUp: (nest) => expressOf(nest).options('/{*path}', cors()),
    remove: '`cors(…)` on the route OPTIONS /{*path}',
    note: 'This library answers the preflights',
    path: '/{*path}',
  },
  {
    layer: 'cors under another name, as a minifier leaves it',
    setUp: (nest) => {
      const renamed = cors();
      Object.defineProperty(renamed, 'name', { value: 'e' });
      nest.use(renamed);
    },
    remove: '`app.use(cors(…))` (AT)',
    same: "defaultPolicy: { origin: '*' }",
  },
];

const onFastify: readonly Layer[] = [
  {
    layer: 'app.register(fastifyCors), awaited',
    setUp: async (nest) => {
      await (nest as NestFastifyApplication).register(fastifyCors, { origin: APP });
    },
    remove: '`app.register(fastifyCors, …)` (AT)',
    same: `defaultPolicy: { origin: '${APP}', methods: 'GET,HEAD,POST' }`,
  },
  {
    layer: 'app.register(fastifyCors), not awaited',
    setUp: (nest) => void (nest as NestFastifyApplication).register(fastifyCors, { origin: APP }),
    remove: '`app.register(fastifyCors, …)` (AT)',
    same: `defaultPolicy: { origin: '${APP}', methods: 'GET,HEAD,POST' }`,
  },
  {
    layer: 'app.register(import("@fastify/cors"))',
    setUp: (nest) => void (nest as NestFastifyApplication).register(import('@fastify/cors')),
    remove: '`register(fastifyCors, …)` on the Fastify instance or in a plugin',
    note: 'Its origins cannot be read from outside',
  },
  {
    layer: 'fastifyCors on the instance',
    setUp: (nest) => void fastifyOf(nest).register(fastifyCors),
    remove: '`register(fastifyCors, …)` on the Fastify instance or in a plugin',
    note: 'Its origins cannot be read from outside',
  },
  {
    layer: 'fastifyCors after app.init()',
    initialised: (nest) => void fastifyOf(nest).register(fastifyCors),
    remove: '`register(fastifyCors, …)` on the Fastify instance or in a plugin',
    note: 'Its origins cannot be read from outside',
  },
  {
    layer: 'fastifyCors in a plugin with a prefix',
    setUp: (nest) =>
      void fastifyOf(nest).register(
        async (inner) => {
          await inner.register(fastifyCors);
          inner.get('/x', () => 'x');
        },
        { prefix: '/inner' },
      ),
    remove: '`register(fastifyCors, …)` in the plugin whose prefix is /inner',
    note: 'Its origins cannot be read from outside',
    path: '/inner',
  },
  {
    layer: 'a provider in its constructor, before this library is made',
    cors: null,
    imports: [...providerWith('constructor').imports!, CorsModule.forRoot()],
    remove: 'a call of `enableCors(…)` in the constructor of a provider',
    note: 'Its origins cannot be read from outside',
  },
  {
    layer: 'cors on the instance, by @fastify/middie',
    setUp: (nest) => (fastifyOf(nest) as unknown as { use(each: unknown): void }).use(cors()),
    remove: '`cors(…)` on the Fastify instance',
    same: "defaultPolicy: { origin: '*' }",
  },
];

describe.each(PLATFORMS)('a second CORS layer on %s', (platform) => {
  test.each([...everywhere(platform), ...(platform === 'express' ? onExpress : onFastify)])(
    '3.7: $layer stops startup, with the line to remove and its replacement',
    async ({ layer: _, remove, same, note, path, ...parts }) => {
      const issues = await issuesOf(parts, platform);
      expect(issues).toHaveLength(1);
      const [issue] = issues;
      expect(issue).toMatchObject({ place: 'the app', field: '', value: path, code: 'second-cors-layer' });
      const reason = issue!.reason.replace(/test\/http\/other-cors-layers\.spec\.ts:\d+/, 'AT');
      expect(reason).toContain('Another CORS layer is on the same app: remove ');
      expect(reason).toContain(remove);
      if (same === undefined) {
        expect(issue).not.toHaveProperty('suggestion');
        expect(reason).toContain(note);
      } else {
        expect(issue!.suggestion).toContain(same);
        expect(issue!.suggestion).toContain('in CorsModule.forRoot() says the same');
      }
    },
  );

  test('3.7: a suggestion for a path never opens the whole app', async () => {
    const [issue] = await issuesOf({ setUp: (nest) => nest.use('/webhooks', cors()) }, platform);
    expect(issue!.reason + issue!.suggestion).not.toContain('defaultPolicy');
  });

  const below = (path: string): string => (platform === 'express' ? `${path}/*path` : `${path}/*`);
  const onOidc: AppParts = { setUp: (nest) => nest.use('/oidc', cors()) };

  test('2.4: a layer on a path of an unmanaged entry is not an error', async () => {
    const app = await startApp({ ...onOidc, cors: { routes: [{ path: below('/oidc'), unmanaged: true }] } }, platform);
    expect((await app.get('/oidc/token', APP)).headers['access-control-allow-origin']).toBe('*');
  });

  test.each([
    ['another path', [{ path: below('/other'), unmanaged: true as const }]],
    ['one method', [{ path: below('/oidc'), unmanaged: true as const, methods: ['GET'] }]],
    ['a part of its path', [{ path: below('/oidc/inner'), unmanaged: true as const }]],
    [
      'what an earlier entry leaves of its path',
      [
        { path: '/oidc/token', policy: { origin: APP } },
        { path: below('/oidc'), unmanaged: true as const },
      ],
    ],
  ])('2.4: an unmanaged entry for %s does not excuse a layer', async (_what, routes) => {
    const [issue] = await issuesOf({ ...onOidc, cors: { routes } }, platform);
    expect(issue).toMatchObject({ code: 'second-cors-layer', value: '/oidc' });
  });

  test('2.4: an unmanaged entry does not excuse a layer that reaches a decorated handler', async () => {
    @CorsPolicy({ origin: APP })
    @Controller('oidc')
    class TokenController {
      @Get('token')
      token(): string {
        return 'token';
      }
    }
    const [issue] = await issuesOf(
      { ...onOidc, controllers: [TokenController], cors: { routes: [{ path: below('/oidc'), unmanaged: true }] } },
      platform,
    );
    expect(issue).toMatchObject({ code: 'second-cors-layer', value: '/oidc' });
  });

  test('3.7: two layers are two issues, beside the other errors', async () => {
    const issues = await issuesOf(
      {
        cors: { defaultPolicy: 'missing' },
        setUp: (nest) => {
          nest.enableCors();
          nest.use(cors());
        },
      },
      platform,
    );
    expect(issues.map(({ code }) => code)).toEqual(['unknown-policy', 'second-cors-layer', 'second-cors-layer']);
  });

  test('3.7: the suggested configuration is accepted', async () => {
    const policy = {
      origin: ['https://a.example'],
      credentials: true,
      methods: 'PUT',
      exposedHeaders: ['X-A'],
      maxAge: 9,
    };
    const path = platform === 'express' ? '/webhooks{/*path}' : '/webhooks/*';
    const app = await startApp(
      { cors: { defaultPolicy: policy, routes: [{ path, policy: { origin: '*' } }] } },
      platform,
    );
    expect((await app.get('/webhooks/any', APP)).headers['access-control-allow-origin']).toBe('*');
  });

  test('2.4: middleware of a module on a path of an unmanaged entry is not an error', async () => {
    const app = await startApp(
      { imports: [applying(cors(), 'oidc/*path')], cors: { routes: [{ path: below('/oidc'), unmanaged: true }] } },
      platform,
    );
    expect((await app.get('/oidc/token', APP)).headers['access-control-allow-origin']).toBe('*');
  });

  test('3.7: the path of middleware of a module has the global prefix', async () => {
    const [issue] = await issuesOf(
      { imports: [applying(cors(), 'webhooks')], setUp: (nest) => nest.setGlobalPrefix('api') },
      platform,
    );
    expect(issue).toMatchObject({ code: 'second-cors-layer', value: '/api/webhooks' });
  });

  test('3.7: middleware of a module that is no CORS layer stays', async () => {
    let runs = 0;
    const counting = (_request: unknown, _response: unknown, next: () => void): void => {
      runs++;
      next();
    };
    const app = await startApp({ imports: [applying(counting, '*path')] }, platform);
    await app.get('/any', APP);
    expect(runs).toBe(1);
  });
});

test('3.7: the error of a layer that was on the Express instance before Nest says so', async () => {
  const instance = express();
  instance.use(cors());
  const boot = NestFactory.create(
    { module: class AppModule {}, imports: [CorsModule.forRoot()] },
    new ExpressAdapter(instance),
    {
      logger: false,
      abortOnError: false,
    },
  ).then((app) => app.init());
  await expect(boot).rejects.toThrow('remove `cors(…)` on the Express instance that the adapter was given');
});

test('3.7: a layer that a Fastify instance had before Nest stops startup too', async () => {
  const instance = fastify();
  await instance.register(fastifyCors);
  const boot = NestFactory.create(
    { module: class AppModule {}, imports: [CorsModule.forRoot()] },
    new FastifyAdapter(instance as never),
    {
      logger: false,
      abortOnError: false,
    },
  ).then((app) => app.init());
  await expect(boot).rejects.toThrow('remove `register(fastifyCors, …)` on the Fastify instance');
});

test('3.7: on Fastify a layer is also found by instance.ready(), as serverless apps call it', async () => {
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: class AppModule {}, imports: [CorsModule.forRoot()] },
    new FastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  void app.getHttpAdapter().getInstance().register(fastifyCors);
  await app.init();
  await expect(Promise.resolve(app.getHttpAdapter().getInstance().ready())).rejects.toBeInstanceOf(
    CorsConfigurationError,
  );
});

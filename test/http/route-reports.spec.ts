import {
  All,
  Controller,
  Get,
  type INestApplication,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  RequestMethod,
} from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request from 'supertest';
import { CorsInspector, CorsModule, type CorsModuleOptions, CorsPolicy, type RouteReport } from '../../lib/index.js';
import { type PlatformName, PLATFORMS } from '../support/app.js';

/* Rule 2.5: CorsInspector.routes() lists every route with a policy, also routes that Nest did not register. */

const APP = 'https://app.example';
const PARTNER = 'https://partner.example';

type Answer = (request: unknown, response: { send(text: string): void }) => void;
type Routes = Record<'get' | 'put' | 'route', (what: unknown, answer?: Answer) => Routes>;

const answer: Answer = (_request, response) => response.send('raw');
const pass = (_request: unknown, _response: unknown, next: () => void): void => next();
const adapterOf = (nest: INestApplication): Routes => nest.getHttpAdapter() as unknown as Routes;

/** Registers routes like a library that has only the adapter. */
@Injectable()
class LateRoutes implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    (this.host.httpAdapter as unknown as Routes).put('/late', answer);
  }
}

@Module({ providers: [LateRoutes] })
class LateModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(pass).forRoutes('*path');
    consumer.apply(pass).forRoutes({ path: 'watched', method: RequestMethod.GET });
  }
}

@Controller('orders')
class OrdersController {
  @Get()
  @CorsPolicy({ origin: APP })
  list(): string {
    return 'list';
  }
}

@Controller('graphql')
class GraphqlController {
  @All()
  all(): string {
    return 'all';
  }
}

let app: INestApplication | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** Registers routes after `create()` and before the app is initialised, like `main.ts`. */
async function boot(
  platform: PlatformName,
  cors: CorsModuleOptions,
  parts: ModuleMetadata,
  before: (nest: INestApplication) => unknown = () => undefined,
): Promise<CorsInspector> {
  @Module({ ...parts, imports: [CorsModule.forRoot(cors), ...(parts.imports ?? [])] })
  class AppModule {}
  const adapter = (platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()) as ExpressAdapter;
  app = await NestFactory.create<INestApplication>(AppModule, adapter, { logger: false, abortOnError: false });
  before(app);
  await app.listen(0, '127.0.0.1');
  return app.get(CorsInspector);
}

const toldOf = (routes: readonly RouteReport[]): unknown =>
  routes.map(({ kind, handler, methods, path, policy }) => [kind, handler, methods.join(), path, policy?.name]);

describe.each(PLATFORMS)('2.5: routes() on %s', (platform) => {
  const OWN = 'a route without a controller';

  test('lists a route that the app registered without Nest, and no middleware of a module', async () => {
    const inspector = await boot(
      platform,
      { defaultPolicy: { origin: PARTNER }, routes: [{ path: '/docs', policy: { origin: '*' } }] },
      { controllers: [OrdersController], imports: [LateModule] },
      (nest) => {
        adapterOf(nest).get('/docs', answer);
        adapterOf(nest).get('/docs-json', answer);
      },
    );
    const routes = inspector.routes();
    expect(toldOf(routes)).toEqual([
      ['handler', 'OrdersController.list', 'GET', '/orders', 'defaultPolicy'],
      ['entry', 'routes[0]', '*', '/docs', 'routes[0]'],
      ['platform', OWN, 'GET', '/docs', 'routes[0]'],
      ['platform', OWN, 'GET', '/docs-json', 'defaultPolicy'],
      ['platform', OWN, 'PUT', '/late', 'defaultPolicy'],
    ]);
    expect(routes.at(-1)?.provenance).toEqual({ origin: 'defaultPolicy' });
    expect(Object.isFrozen(routes)).toBe(true);
  });

  test('leaves out a route of the app that no policy reaches', async () => {
    const inspector = await boot(
      platform,
      { routes: [{ path: '/docs', policy: { origin: '*' } }] },
      { imports: [LateModule] },
      (nest) => adapterOf(nest).get('/docs', answer),
    );
    expect(toldOf(inspector.routes())).toEqual([
      ['entry', 'routes[0]', '*', '/docs', 'routes[0]'],
      ['platform', OWN, 'GET', '/docs', 'routes[0]'],
    ]);
  });

  test('lists the methods of one route separately if an entry covers only one of them', async () => {
    const inspector = await boot(
      platform,
      { defaultPolicy: { origin: APP }, routes: [{ path: '/feed', methods: ['GET'], policy: { origin: '*' } }] },
      {},
      (nest) => {
        const instance = nest.getHttpAdapter().getInstance() as Routes;
        if (platform === 'fastify') {
          instance.route({ method: ['GET', 'PUT'], url: '/feed', handler: answer });
        } else {
          instance.route('/feed').get(answer).put(answer);
        }
      },
    );
    expect(toldOf(inspector.routes().slice(1))).toEqual([
      ['platform', OWN, 'GET', '/feed', 'routes[0]'],
      ['platform', OWN, 'PUT', '/feed', 'defaultPolicy'],
    ]);
  });

  test('shows a handler for all methods without a decorator under the entry for all methods that covers it', async () => {
    const inspector = await boot(
      platform,
      { routes: [{ path: '/graphql', policy: { origin: APP } }] },
      { controllers: [GraphqlController] },
    );
    expect(toldOf(inspector.routes())).toEqual([
      ['handler', 'GraphqlController.all', '*', '/graphql', 'routes[0]'],
      ['entry', 'routes[0]', '*', '/graphql', 'routes[0]'],
    ]);
    const { headers } = await request(await app!.getUrl())
      .get('/graphql')
      .set('Origin', APP);
    expect(headers['access-control-allow-origin']).toBe(APP);
  });

  test('lists a route that a library registers during startup, and grants its method', async () => {
    const inspector = await boot(
      platform,
      { defaultPolicy: { origin: APP } },
      { controllers: [OrdersController], imports: [LateModule] },
    );
    const { route } = await inspector.explain({ method: 'PUT', url: '/late', origin: APP });
    expect(route).toMatchObject({ handler: OWN, methods: ['PUT'], path: '/late' });
    const { headers } = await request(await app!.getUrl())
      .options('/late')
      .set({ Origin: APP, 'Access-Control-Request-Method': 'DELETE' });
    expect(headers['access-control-allow-methods']).toContain('PUT');
  });
});

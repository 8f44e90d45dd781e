// One Nest app for each way to set CORS headers, on either platform.
import 'reflect-metadata';
import { Controller, Get, Module, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { entriesOf, LISTS } from '../traffic.js';
import { POLICY } from './policy.js';

/** How each variant differs from the bare app. */
const NEST_VARIANTS = {
  /** No CORS at all. */
  bare: () => undefined,
  /** The same app again. The difference between the two is the noise. */
  again: () => undefined,
  /** Ends every OPTIONS in a hook with an empty answer. This is the cost of a preflight without CORS. */
  empty: (app, platform) => setHook(app, platform, { actual: () => undefined, preflight: () => undefined }),
  /** Sets the same fields in a hook that does not check the origin. */
  floor: (app, platform) => setHook(app, platform, byHand),
  enableCors: (app, _platform, list) => app.enableCors({ ...POLICY, origin: originForEnableCors(list) }),
  ours: () => undefined,
  /** Another build of this library, to compare with. */
  other: () => undefined,
};

/** What an app with this library imports. CORS_BENCH_BUILD is the path of another build: /elsewhere/dist/esm/index.js. */
const BUILDS = { ours: 'nestjs-cors-policy', other: process.env.CORS_BENCH_BUILD };

/** @returns the app, initialised and not listening */
export async function startNest({ platform, variant, list, routes }) {
  const adapter =
    platform === 'fastify'
      ? new (await import('@nestjs/platform-fastify')).FastifyAdapter({ logger: false })
      : undefined;
  const root = await rootModule(variant, list, routes);
  const app = await NestFactory.create(root, ...(adapter ? [adapter] : []), { logger: ['error'] });
  app.setGlobalPrefix('api/v1');
  await NEST_VARIANTS[variant](app, platform, list);
  await app.init();
  if (platform === 'fastify') {
    await app.getHttpAdapter().getInstance().ready();
  }
  return app;
}

async function rootModule(variant, list, routes) {
  class OrdersController {
    find(id) {
      return { id, total: 12 };
    }
    update(id) {
      return { id };
    }
  }
  handler(Get(':id'), OrdersController, 'find');
  handler(Put(':id'), OrdersController, 'update');
  Controller('orders')(OrdersController);
  class OthersController {}
  // The requested routes come first, because Express tries all routes that come before a requested one.
  for (let index = 2; index < routes; index++) {
    OthersController.prototype[`handler${index}`] = (id) => ({ id });
    handler(Get(`resource${index}/:id`), OthersController, `handler${index}`);
  }
  Controller()(OthersController);
  const build = BUILDS[variant];
  const imports = build === undefined ? [] : [await ourModule(build, list, [OrdersController, OthersController])];
  class AppModule {}
  Module({ imports, controllers: [OrdersController, OthersController] })(AppModule);
  return AppModule;
}

function handler(route, controller, name) {
  Param('id')(controller.prototype, name, 0);
  route(controller.prototype, name, Object.getOwnPropertyDescriptor(controller.prototype, name));
}

async function ourModule(build, list, controllers) {
  // The other variants must not import the library, so this import is here.
  const { CorsModule, CorsPolicy } = await import(build);
  controllers.forEach((controller) => CorsPolicy('tenant')(controller));
  const entries = entriesOf(list);
  const known = new Set(entries);
  class Tenants {}
  if (list === 'a provider') {
    Tenants.prototype.isAllowed = async (origin) => known.has(origin);
  } else {
    Tenants.prototype.load = async () => entries;
  }
  class TenantsModule {}
  Module({ providers: [Tenants], exports: [Tenants] })(TenantsModule);
  // A long list comes from a provider, because an app would not have it in its code.
  const origin = list === 'a provider' || LISTS[list].size > 1_000 ? Tenants : entries;
  return CorsModule.forRootAsync({
    imports: [TenantsModule],
    useFactory: () => ({
      policies: { tenant: { ...POLICY, origin } },
      allowlists: {
        ...{ maxEntries: 2_000_000, refreshMs: 2 ** 31 - 1, ttlMs: 2 ** 31 - 1, negativeTtlMs: 2 ** 31 - 1 },
        ...{ timeoutMs: 60_000, loadTimeoutMs: 60_000 },
      },
    }),
  });
}

function originForEnableCors(list) {
  const entries = entriesOf(list);
  switch (list) {
    case '1,000 wildcards':
      return entries.map((entry) => new RegExp(`^${entry.replace(/\./g, '\\.').replace('*', '[a-z0-9.-]+')}$`));
    case 'a provider': {
      const known = new Set(entries);
      return (origin, callback) => callback(null, known.has(origin) ? origin : false);
    }
    default:
      return entries;
  }
}

/** Sets a hook where the library sets its own: it runs before all others, for every request. */
function setHook(app, platform, { actual, preflight }) {
  const onFastify = platform === 'fastify';
  app.getHttpAdapter().setOnRequestHook((request, response, done) => {
    const { method, headers } = request;
    const raw = onFastify ? response.raw : response;
    if (method !== 'OPTIONS') {
      actual(raw, headers.origin);
      done();
      return;
    }
    preflight(raw, headers.origin);
    if (onFastify) {
      response.code(204).send();
    } else {
      response.statusCode = 204;
      response.end();
    }
  });
}

const STRANGERS = 'https://stranger-';

const byHand = {
  actual(response, origin) {
    if (origin !== undefined && !origin.startsWith(STRANGERS)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Expose-Headers', 'X-Total-Count');
    }
    response.setHeader('Vary', 'Origin');
  },
  preflight(response, origin) {
    if (!origin.startsWith(STRANGERS)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Max-Age', '600');
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, PUT');
      response.setHeader('Access-Control-Allow-Headers', 'content-type, x-token');
    }
    response.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  },
};

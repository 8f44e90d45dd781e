import type { HttpAdapterHost } from '@nestjs/core';
import { ExpressPlatform } from '../platform/express/express-adapter.js';
import type { ExpressApp } from '../platform/express/router.js';
import { type FastifyParts, FastifyPlatform } from '../platform/fastify/fastify-adapter.js';
import type { FastifyApp } from '../platform/fastify/fastify-app.js';
import { FastifyRoutes } from '../platform/fastify/route-log.js';
import type { Platform } from '../platform/adapter.js';

/** The adapter of an app on any platform. */
export type HttpAdapter = HttpAdapterHost['httpAdapter'];

/**
 * Begins to record the routes of a platform that shows them only while they are registered.
 *
 * @param adapter `undefined` in a testing module, which has none until its app is created
 */
export function beginRecord(adapter: HttpAdapter | undefined): FastifyRoutes | undefined {
  return adapter?.getType() === 'fastify' ? new FastifyRoutes(adapter.getInstance<FastifyApp>()) : undefined;
}

/**
 * The platform that an app runs on.
 *
 * @param record the result of `beginRecord`
 * @throws Error on a platform that is neither Express nor Fastify, and where Fastify's router cannot be loaded
 */
export async function platformOf(adapter: HttpAdapter, record = beginRecord(adapter)): Promise<Platform> {
  const type = adapter.getType();
  switch (type) {
    case 'express':
      return new ExpressPlatform(adapter.getInstance<ExpressApp>(), corsMiddlewareOf(adapter));
    case 'fastify':
      return new FastifyPlatform(adapter.getInstance<FastifyApp>(), record!, await fastifyParts());
    default:
      throw new Error(
        'nestjs-cors-policy runs on @nestjs/platform-express and @nestjs/platform-fastify; ' +
          `this app runs on ${JSON.stringify(type)}.`,
      );
  }
}

/** A middleware of the `cors` package, as the adapter of Express creates it; it is not added to the app. */
function corsMiddlewareOf(adapter: HttpAdapter): unknown {
  const { enableCors } = Object.getPrototypeOf(adapter) as HttpAdapter;
  try {
    let made: unknown;
    enableCors.call({ use: (middleware: unknown) => (made = middleware) } as unknown as HttpAdapter, {});
    return made;
  } catch {
    // An adapter of the app that does something else.
    return undefined;
  }
}

/** The routers behind Fastify, in the versions of `peerDependencies`. */
const ROUTERS = 'find-my-way@^9.0.0 path-to-regexp@^8.0.0';

/**
 * Loads the routers behind Nest's Fastify adapter, which only an app on Fastify has. The one place where they are
 * loaded.
 */
async function fastifyParts(): Promise<FastifyParts> {
  try {
    // Awaited here, within the try: bundlers (webpack, rspack, esbuild) then leave out what is not installed, and inline
    // what is. Within Promise.all() esbuild fails on the missing one.
    const { default: findMyWay } = await import('find-my-way');
    const { match } = await import('path-to-regexp');
    return { findMyWay, matchHost: (pattern) => match(pattern) };
  } catch (cause) {
    throw new Error(
      'nestjs-cors-policy needs find-my-way and path-to-regexp on Fastify. Both come with @nestjs/platform-fastify, but ' +
        'a strict package manager (pnpm, Yarn PnP) hides them. Add them to the app: ' +
        `pnpm add ${ROUTERS}, yarn add ${ROUTERS} or npm install ${ROUTERS}.`,
      { cause },
    );
  }
}

import type { HttpAdapterHost } from '@nestjs/core';
import { type ExpressApp, ExpressPlatform } from '../../platform/express.js';
import { type FastifyApp, type FastifyParts, FastifyPlatform } from '../../platform/fastify.js';
import { FastifyRoutes } from '../../platform/fastify-routes.js';
import type { Platform } from '../../platform/platform.js';

type Adapter = HttpAdapterHost['httpAdapter'];

/**
 * Begins to note the routes of a platform that tells of them only while they are registered.
 *
 * @param adapter `undefined` in a testing module, which has none until its app is made
 */
export function beginRecord(adapter: Adapter | undefined): FastifyRoutes | undefined {
  return adapter?.getType() === 'fastify' ? new FastifyRoutes(adapter.getInstance<FastifyApp>()) : undefined;
}

/**
 * The platform that an app runs on.
 *
 * @param record what `beginRecord` has noted so far
 * @throws Error on a platform that is neither Express nor Fastify, and where Fastify's router cannot be loaded
 */
export async function platformOf(adapter: Adapter, record = beginRecord(adapter)): Promise<Platform> {
  const type = adapter.getType();
  switch (type) {
    case 'express':
      return new ExpressPlatform(adapter.getInstance<ExpressApp>());
    case 'fastify':
      return new FastifyPlatform(adapter.getInstance<FastifyApp>(), record!, await fastifyParts());
    default:
      throw new Error(
        'nestjs-cors-policy runs on @nestjs/platform-express and @nestjs/platform-fastify; ' +
          `this app runs on ${JSON.stringify(type)}.`,
      );
  }
}

/** What Nest's Fastify adapter is made of, which only an app on Fastify has: the one place where it is loaded. */
async function fastifyParts(): Promise<FastifyParts> {
  try {
    const [{ default: findMyWay }, { match }] = await Promise.all([import('find-my-way'), import('path-to-regexp')]);
    return { findMyWay, matchHost: (pattern) => match(pattern) };
  } catch (cause) {
    throw new Error(
      'nestjs-cors-policy needs find-my-way and path-to-regexp on Fastify. Both come with @nestjs/platform-fastify, but ' +
        'a strict package manager hides them: add them to the dependencies of the app.',
      { cause },
    );
  }
}

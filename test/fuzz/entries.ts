import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { entryOf, expressInstance, type RawInstance, registerRaw, fastifyAdapter, type RunningApp } from './build.js';
import { RARE_METHODS } from './methods.js';
import type { FuzzApp } from './plan.js';

/**
 * A server that has only the entries of `routes`, as routes of the platform with the app's settings. It answers with
 * the name of the entry that covers a request. `undefined` for an app without entries.
 */
export async function startEntries(plan: FuzzApp): Promise<RunningApp | undefined> {
  const entries = plan.raw.flatMap((raw, at) => {
    const entry = entryOf(raw);
    return entry === undefined ? [] : [{ ...entry, name: `E${at}` }];
  });
  if (entries.length === 0) {
    return undefined;
  }
  const register = (instance: unknown): void => {
    for (const { path, methods, name } of entries) {
      (methods ?? ['ALL']).forEach((method) => registerRaw(instance as RawInstance, method, path, name));
    }
  };
  if (plan.platform === 'express') {
    const instance = expressInstance(plan);
    register(instance);
    const server = createServer(instance as RequestListener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { port: portOf(server), close: async () => void server.close() };
  }
  const fastify = fastifyAdapter(plan).getInstance();
  // An entry covers every method, also a method that Fastify supports only because a route of the app uses it.
  RARE_METHODS.filter((method) => !fastify.supportedMethods.includes(method)).forEach((method) =>
    fastify.addHttpMethod(method, { hasBody: true }),
  );
  register(fastify);
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return { port: portOf(fastify.server), close: () => fastify.close() };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

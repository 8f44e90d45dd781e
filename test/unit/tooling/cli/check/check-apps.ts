import { All, Controller, Delete, Get, Header, type INestApplication, Module, Post, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Rules, rulesOf } from '../../../../../lib/tooling/cli/check/rules.js';
import {
  CorsModule,
  CorsPolicy,
  type CorsPolicyOptions,
  type CorsRouteRule,
  NoCors,
} from '../../../../../lib/index.js';
import { CORS_COMMAND_PORT, type CorsCommandPort } from '../../../../../lib/nest/command-port.js';
import type { PlatformName } from '../../../../support/app.js';

/** One handler of a small app. */
export interface HandlerSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | '*';
  readonly path: string;
  /** The decorator; missing: no decorator. */
  readonly cors?: CorsPolicyOptions | 'no-cors';
}

/** A small app as data. `check` compares two apps, and requests are sent to both. */
export interface AppSpec {
  readonly defaultPolicy?: CorsPolicyOptions;
  readonly entries: readonly Exclude<CorsRouteRule, { unmanaged: true }>[];
  /** A policy of the class around all handlers. */
  readonly around?: CorsPolicyOptions;
  readonly handlers: readonly HandlerSpec[];
}

const DECORATORS = { GET: Get, POST: Post, PUT: Put, DELETE: Delete, '*': All };

/** A running app, and the rules that the command finds in it. */
export interface Asked {
  readonly rules: Rules;
  /** The answer to a page: the fields by lower-case name, and the status as `:status`. */
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts an app like a main file. */
export async function bootSpec(spec: AppSpec, platform: PlatformName): Promise<Asked> {
  const app = await create(spec, platform);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    rules: rulesOf(app.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false }).survey()),
    ask: (method, path, headers = {}) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
          response.resume().on('end', () =>
            resolve({
              ...(response.headers as Record<string, string>),
              ':status': String(response.statusCode),
            }),
          );
        });
        sent.on('error', reject).end();
      }),
    close: async () => {
      agent.destroy();
      await app.close();
    },
  };
}

async function create(
  { defaultPolicy, entries, around, handlers }: AppSpec,
  platform: PlatformName,
): Promise<INestApplication> {
  class Handlers {}
  const { prototype } = Handlers as unknown as { prototype: Record<string, () => string> };
  handlers.forEach(({ method, path, cors }, at) => {
    const name = `handler${at}`;
    prototype[name] = () => 'ok';
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
    const decorators = [
      DECORATORS[method](path),
      Header('x-e', '1'),
      ...(cors === undefined ? [] : [cors === 'no-cors' ? NoCors() : CorsPolicy(cors)]),
    ];
    decorators.forEach((decorator) => decorator(prototype, name, descriptor));
  });
  Controller()(Handlers);
  if (around !== undefined) {
    CorsPolicy(around)(Handlers);
  }
  class AppModule {}
  Module({
    imports: [CorsModule.forRoot({ ...(defaultPolicy === undefined ? {} : { defaultPolicy }), routes: entries })],
    controllers: [Handlers],
  })(AppModule);
  const options = { logger: false, abortOnError: false, forceCloseConnections: true } as const;
  return platform === 'express'
    ? NestFactory.create(AppModule, options)
    : NestFactory.create(AppModule, new FastifyAdapter(), options);
}

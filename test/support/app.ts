import type { INestApplication, LoggerService, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request, { type Test as Request } from 'supertest';
import { CorsModule, type CorsModuleOptions } from '../../lib/index.js';

/** Every platform that the rules are tested on. */
export const PLATFORMS = (process.env.CORS_TEST_PLATFORMS ?? 'express,fastify').split(',') as PlatformName[];
export type PlatformName = 'express' | 'fastify';

/** Parts of an app for a test. */
export interface AppParts extends ModuleMetadata {
  /** Options of `CorsModule.forRoot()`; `null`: the test imports the module itself. */
  readonly cors?: CorsModuleOptions | null;
  /** The adapter, if the test builds its own. */
  readonly adapter?: AbstractHttpAdapter;
  /** Options of `NestFactory.create()`. */
  readonly create?: NestApplicationOptions;
  /** Port on 127.0.0.1, for an app that is started again. Default: a free one. */
  readonly port?: number;
  /** Runs on the app before it is initialised: prefix, versioning, `app.use()`. */
  readonly setUp?: (app: INestApplication) => unknown;
  /** Runs on the app after it is initialised and before it listens. */
  readonly initialised?: (app: INestApplication) => unknown;
}

/** Fields of a preflight. */
export interface PreflightParts {
  readonly origin?: string;
  readonly method?: string;
  readonly headers?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** A running app on 127.0.0.1, and functions that send requests as a browser does. */
export interface TestApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly port: number;
  /** Every line that was logged, with its level. */
  readonly logs: readonly string[];
  request(method: string, path: string, headers?: Readonly<Record<string, string>>): Request;
  get(path: string, origin?: string, headers?: Readonly<Record<string, string>>): Request;
  preflight(path: string, parts?: PreflightParts): Request;
}

const open: INestApplication[] = [];

/** Starts an app with `NestFactory.create()`, as users do, on 127.0.0.1. Rejects if the startup fails. */
export async function startApp(parts: AppParts, platform: PlatformName = 'express'): Promise<TestApp> {
  const {
    cors = {},
    adapter = adapterOf(platform),
    create = {},
    port = 0,
    setUp,
    initialised,
    imports = [],
    ...metadata
  } = parts;
  const logs: string[] = [];
  const root = cors === null ? [] : [CorsModule.forRoot(cors)];
  const app = await NestFactory.create(
    { module: class AppModule {}, imports: [...root, ...imports], ...metadata },
    adapter,
    { logger: capture(logs), forceCloseConnections: true, abortOnError: false, ...create },
  );
  open.push(app);
  await setUp?.(app);
  if (initialised !== undefined) {
    await app.init();
    await initialised(app);
  }
  await app.listen(port, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const send = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Request =>
    request(url)[method.toLowerCase() as 'get'](path).set(headers).redirects(0);
  return {
    app,
    url,
    port: Number(new URL(url).port),
    logs,
    request: send,
    get: (path, origin, headers) =>
      send('GET', path, { ...(origin === undefined ? {} : { Origin: origin }), ...headers }),
    preflight: (path, { origin = 'https://app.example', method = 'PUT', headers, extra } = {}) =>
      send('OPTIONS', path, {
        Origin: origin,
        'Access-Control-Request-Method': method,
        ...(headers === undefined ? {} : { 'Access-Control-Request-Headers': headers }),
        ...extra,
      }),
  };
}

export function adapterOf(platform: PlatformName): AbstractHttpAdapter {
  // Fastify ignores the Nest option `forceCloseConnections`.
  return platform === 'express' ? new ExpressAdapter() : new FastifyAdapter({ forceCloseConnections: true });
}

/** The warnings that an app logged, without their level. */
export function warningsOf({ logs }: Pick<TestApp, 'logs'>): string[] {
  return logs.filter((line) => line.startsWith('warn: ')).map((line) => line.slice('warn: '.length));
}

/** Closes every app that a test has started; for `afterEach`. */
export async function closeApps(): Promise<void> {
  await Promise.all(open.splice(0).map((app) => app.close()));
}

/** The `Access-Control-*` fields of a response, by lower-case name. */
export function corsHeaders(response: { headers: object }): Record<string, string> {
  const fields = Object.entries(response.headers) as [string, string][];
  return Object.fromEntries(fields.filter(([name]) => name.startsWith('access-control-')));
}

function capture(logs: string[]): LoggerService {
  const write =
    (level: string) =>
    (message: unknown): void => {
      logs.push(`${level}: ${String(message)}`);
    };
  return {
    log: write('log'),
    warn: write('warn'),
    error: write('error'),
    debug: write('debug'),
    verbose: write('verbose'),
  };
}

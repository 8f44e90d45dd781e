import type { INestApplication, LoggerService, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request, { type Test as Request } from 'supertest';
import { CorsModule, type CorsModuleOptions } from '../../lib/index.js';

/** Every platform that the rules are held against. */
export const PLATFORMS = (process.env.CORS_TEST_PLATFORMS ?? 'express,fastify').split(',') as PlatformName[];
export type PlatformName = 'express' | 'fastify';

/** What an app for a test is made of. */
export interface AppParts extends ModuleMetadata {
  /** Options of `CorsModule.forRoot()`; `null` where the test imports the module itself. */
  readonly cors?: CorsModuleOptions | null;
  /** Options of `NestFactory.create()`. */
  readonly create?: NestApplicationOptions;
  /** Runs on the app before it is initialised: prefix, versioning, `app.use()`. */
  readonly setUp?: (app: INestApplication) => void;
}

/** What a preflight asks for. */
export interface PreflightParts {
  readonly origin?: string;
  readonly method?: string;
  readonly headers?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** A running app on 127.0.0.1, and ways to talk to it as a browser would. */
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

/** Boots an app and listens on 127.0.0.1; rejects where the boot does. */
export async function startApp(parts: AppParts, platform: PlatformName = 'express'): Promise<TestApp> {
  const { cors = {}, create = {}, setUp, imports = [], ...metadata } = parts;
  const logs: string[] = [];
  const root = cors === null ? [] : [CorsModule.forRoot(cors)];
  const logger = capture(logs);
  const module = await Test.createTestingModule({ imports: [...root, ...imports], ...metadata })
    .setLogger(logger)
    .compile();
  const options = { logger, forceCloseConnections: true, ...create };
  const app =
    platform === 'express'
      ? module.createNestApplication(options)
      : module.createNestApplication(new FastifyAdapter(), options);
  setUp?.(app);
  open.push(app);
  await app.listen(0, '127.0.0.1');
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

import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import {
  Controller,
  type DynamicModule,
  type INestApplication,
  Module,
  RequestMapping,
  RequestMethod,
  Res,
  Scope,
  type Type,
  Version,
  VERSION_NEUTRAL,
  type VersioningOptions,
  VersioningType,
} from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express from 'express';
import type { Explain } from './explained.js';
import {
  baseOf,
  defaultPolicyOf,
  type FuzzApp,
  type FuzzController,
  type FuzzHandler,
  type FuzzMark,
  type FuzzRaw,
  type FuzzVersion,
  type FuzzVersioning,
  namedControllers,
  namedPolicy,
  policyOptions,
} from './plan.js';

/** The library under test: its sources, or the built package. */
export interface Library {
  readonly CorsModule: { forRoot(options: CorsOptions): DynamicModule };
  readonly CorsInspector: Type<{ explain: Explain }>;
  CorsPolicy(options: PolicyOptions): ClassDecorator & MethodDecorator;
  NoCors(options?: { enforce: boolean }): ClassDecorator & MethodDecorator;
}

type PolicyOptions = ReturnType<typeof policyOptions>;

interface CorsOptions {
  readonly defaultPolicy?: PolicyOptions;
  readonly routes: (EntryPath & ({ policy: PolicyOptions } | { unmanaged: true }))[];
  readonly counters: boolean;
}

interface EntryPath {
  readonly path: string;
  readonly methods?: string[];
}

/** A fuzzed app that listens on 127.0.0.1. */
export interface RunningApp {
  readonly port: number;
  /** Absent if the app was built without the library. */
  readonly explain?: Explain;
  close(): Promise<void>;
}

type Reply = { header(name: string, value: string): unknown };
type Method = (this: object, reply: Reply) => string;
type MethodClass = Type & { readonly prototype: Record<string, Method> };

/**
 * Builds an app from its plan, with the decorators that a developer would write.
 *
 * @param cors the library; `undefined`: the app is built without it
 */
export async function startFuzzApp(plan: FuzzApp, cors: Library | undefined): Promise<RunningApp> {
  const app = await NestFactory.create(rootModule(plan, cors), adapterOf(plan), {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
    // Nest 11 ignores this option.
    ...(plan.settings.specificity ? { routeResolutionStrategy: 'specificity' as const } : {}),
  });
  try {
    if (plan.prefix !== null) {
      app.setGlobalPrefix(plan.prefix.path, { exclude: [...plan.prefix.exclude] });
    }
    if (plan.versioning !== null) {
      app.enableVersioning(versioningOptions(plan.versioning));
    }
    if (plan.rewrites !== 'none') {
      app.use(rewriter(plan.rewrites));
    }
    addRaw(app, plan, 'before init');
    await app.init();
    addRaw(app, plan, 'after init');
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const inspector = cors && app.get(cors.CorsInspector);
  return {
    port,
    ...(inspector && { explain: (question) => inspector.explain(question) }),
    close: () => app.close(),
  };
}

/** An adapter whose router has the plan's settings. Express has other names for them. */
export function fastifyAdapter({ settings }: FuzzApp): FastifyAdapter {
  const options = {
    caseSensitive: settings.caseSensitive,
    ignoreTrailingSlash: !settings.strict,
    ignoreDuplicateSlashes: settings.ignoreDuplicateSlashes,
    useSemicolonDelimiter: settings.useSemicolonDelimiter,
    ...(settings.maxParamLength === null ? {} : { maxParamLength: settings.maxParamLength }),
  };
  return new FastifyAdapter(groupsOptions() ? { routerOptions: options } : options);
}

/** Fastify before 5.5 (in the lowest supported Nest) expects router options among the other options. */
function groupsOptions(): boolean {
  const { initialConfig } = new FastifyAdapter().getInstance();
  return 'routerOptions' in initialConfig;
}

/** An Express app whose router is built with the plan's settings. The router reads them only when it is built. */
export function expressInstance({ settings }: FuzzApp): express.Express {
  const instance = express();
  instance.set('case sensitive routing', settings.caseSensitive);
  instance.set('strict routing', settings.strict);
  // Stops Express from printing each error.
  instance.set('env', 'test');
  return instance;
}

/** The entry of the module's `routes` that covers a raw route. */
export function entryOf({ method, path, entry }: FuzzRaw): EntryPath | undefined {
  return entry === 'none'
    ? undefined
    : { path, ...(entry === 'all methods' || method === 'ALL' ? {} : { methods: [method] }) };
}

function adapterOf(plan: FuzzApp): ExpressAdapter | FastifyAdapter {
  return plan.platform === 'express' ? new ExpressAdapter(expressInstance(plan)) : fastifyAdapter(plan);
}

function rootModule(plan: FuzzApp, cors: Library | undefined): Type {
  const bases = plan.bases.map((handlers, index) => methodClass(`B${index}`, undefined, handlers, 'b', cors));
  const modules = namedControllers(plan).map((controllers, at) => {
    const module = namedClass(`M${at}`, undefined);
    Module({
      controllers: controllers.map(({ name, controller }) => controllerClass(name, controller, plan, bases, cors)),
    })(module);
    return module;
  });
  const routed = plan.modules.flatMap(({ path }, at) => (path === null ? [] : [{ path, module: modules[at]! }]));
  const root = namedClass('Root', undefined);
  Module({
    imports: [
      ...(cors === undefined ? [] : [cors.CorsModule.forRoot(corsOptions(plan))]),
      ...modules,
      RouterModule.register(routed),
    ],
  })(root);
  return root;
}

function corsOptions(plan: FuzzApp): CorsOptions {
  const entries = plan.raw.flatMap((raw, at): CorsOptions['routes'] => {
    const entry = entryOf(raw);
    if (entry === undefined) {
      return [];
    }
    const { entryMark } = raw;
    return entryMark === 'unmanaged'
      ? [{ ...entry, unmanaged: true }]
      : [{ ...entry, policy: policyOptions(namedPolicy(`E${at}`, entryMark)) }];
  });
  const defaultPolicy = defaultPolicyOf(plan);
  return {
    ...(defaultPolicy === undefined ? {} : { defaultPolicy: policyOptions(defaultPolicy) }),
    routes: entries,
    counters: plan.counted,
  };
}

function controllerClass(
  name: string,
  controller: FuzzController,
  plan: FuzzApp,
  bases: readonly MethodClass[],
  cors: Library | undefined,
): Type {
  const made = methodClass(name, bases[baseOf(plan, controller).index], controller.handlers, 'h', cors);
  markDecorators(controller.mark, name, cors).forEach((decorate) => decorate(made));
  Controller({
    path: [...controller.paths],
    ...(controller.hosts.length === 0 ? {} : { host: [...controller.hosts] }),
    ...(controller.version === null ? {} : { version: versionOf(controller.version) as string }),
    ...(controller.requestScoped ? { scope: Scope.REQUEST } : {}),
  })(made);
  return made;
}

/** A class whose methods return their name and the name of the class that serves them. */
function methodClass(
  name: string,
  base: MethodClass | undefined,
  handlers: readonly FuzzHandler[],
  letter: string,
  cors: Library | undefined,
): MethodClass {
  const made = namedClass(name, base);
  handlers.forEach((handler, at) => {
    const key = `${letter}${at}`;
    const method: Method = function (reply) {
      const answering = `${this.constructor.name}.${key}`;
      reply.header('x-handler', answering);
      return answering;
    };
    Object.defineProperty(made.prototype, key, { value: method, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(made.prototype, key)!;
    const decorators: MethodDecorator[] = [
      RequestMapping({
        path: [...handler.paths],
        method: RequestMethod[handler.method as keyof typeof RequestMethod],
      }),
      ...(handler.version === null ? [] : [Version(versionOf(handler.version) as string)]),
      ...markDecorators(handler.mark, `${name}-${key}`, cors),
    ];
    decorators.forEach((decorate) => void decorate(made.prototype, key, descriptor));
    Res({ passthrough: true })(made.prototype, key, 0);
  });
  return made;
}

function markDecorators(
  mark: FuzzMark,
  name: string,
  cors: Library | undefined,
): readonly (ClassDecorator & MethodDecorator)[] {
  if (mark === 'none' || cors === undefined) {
    return [];
  }
  switch (mark) {
    case 'no-cors':
      return [cors.NoCors()];
    case 'sealed':
      return [cors.NoCors({ enforce: true })];
    default:
      return [cors.CorsPolicy(policyOptions(namedPolicy(name, mark)))];
  }
}

function namedClass(name: string, base: MethodClass | undefined): MethodClass {
  const made = base === undefined ? class {} : class extends base {};
  Object.defineProperty(made, 'name', { value: name });
  return made as MethodClass;
}

function versionOf(version: FuzzVersion): string | symbol | (string | symbol)[] {
  const one = (name: string): string | symbol => (name === 'neutral' ? VERSION_NEUTRAL : name);
  return typeof version === 'string' ? one(version) : version.map(one);
}

function versioningOptions({ type, prefix, defaultVersion }: FuzzVersioning): VersioningOptions {
  const byDefault = defaultVersion === null ? {} : { defaultVersion: versionOf(defaultVersion) as string };
  switch (type) {
    case 'uri':
      return { type: VersioningType.URI, ...(prefix === null ? {} : { prefix }), ...byDefault };
    case 'header':
      return { type: VersioningType.HEADER, header: 'X-Version', ...byDefault };
    case 'media':
      return { type: VersioningType.MEDIA_TYPE, key: 'v=', ...byDefault };
    case 'custom':
      return { type: VersioningType.CUSTOM, extractor: extractVersions, ...byDefault };
  }
}

/** Several versions, best first, as an extractor may return them. */
function extractVersions(request: unknown): string | string[] {
  const { headers } = request as { headers: Record<string, string | undefined> };
  const versions = (headers['x-versions'] ?? '').split(',').map(versionOf) as string[];
  return versions.length === 1 ? versions[0]! : versions;
}

/** Middleware that changes a request if a header field or the path asks for it. */
function rewriter(rewrites: FuzzApp['rewrites']) {
  return (request: IncomingMessage, _response: unknown, next: () => void): void => {
    const { headers } = request;
    if (rewrites === 'prefix') {
      request.url = request.url?.replace(/^\/cut(?=\/)/, '');
    } else if (rewrites === 'method') {
      request.method = headers['x-http-method-override']?.toString() ?? request.method;
    } else {
      headers.host = headers['x-forward-to']?.toString() ?? headers.host;
    }
    next();
  };
}

function addRaw(app: INestApplication, plan: FuzzApp, when: FuzzRaw['when']): void {
  plan.raw.forEach((raw, at) => {
    if (raw.when === when) {
      const register = raw.passes ? registerPassing : registerRaw;
      register(app.getHttpAdapter().getInstance() as RawInstance, raw.method, raw.path, `R${at}`);
    }
  });
}

/** The methods of both platforms that register raw routes. */
export type RawInstance = Record<
  string,
  (path: string, handler: (request: unknown, reply: RawReply, next: () => void) => void) => void
>;
interface RawReply extends Reply {
  send(body: string): unknown;
}

/** Registers a route directly on the platform. */
export function registerRaw(instance: RawInstance, method: string, path: string, name: string): void {
  instance[method.toLowerCase()]!(path, (_request, reply) => {
    reply.header('x-handler', name);
    reply.send(name);
  });
}

/** Registers a route directly on Express that calls `next()`. */
function registerPassing(instance: RawInstance, method: string, path: string, name: string): void {
  instance[method.toLowerCase()]!(path, (_request, reply, next) => {
    reply.header('x-passed', name);
    next();
  });
}

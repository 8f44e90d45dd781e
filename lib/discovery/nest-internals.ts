import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import type { RequestHook } from '../platform/adapter.js';

/*
 * All uses of Nest's internals, in one place. Checked on Nest 11.1.4, 11.2.10 and 12.5.1;
 * `test/http/nest-internals.spec.ts` fails if one of them changes.
 */

/** Metadata keys of Nest's own decorators: `@nestjs/common/constants` in Nest 11, not exported in Nest 12. */
const PATH_METADATA = 'path';
const METHOD_METADATA = 'method';
const ROUTE_ARGS_METADATA = '__routeArguments__';
/** The kind of a parameter that `@Next()` marks. */
const NEXT_PARAM = 2;
const HOST_METADATA = 'host';
const VERSION_METADATA = '__version__';
const MODULE_PATH_METADATA = '__module_path__';
const HEADERS_METADATA = '__headers__';

/** Of `@RouteConfig()` in @nestjs/platform-fastify. */
const ROUTE_CONFIG_METADATA = '__fastify_route_config__';

type Version = string | symbol | readonly (string | symbol)[];

/** The path or paths of a controller or handler; `undefined`: neither. */
export function pathsOf(target: object): readonly string[] | undefined {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | readonly string[] | undefined;
  return path === undefined ? undefined : typeof path === 'string' ? [path] : path;
}

/** Of `@WebSocketGateway()` in @nestjs/websockets, and of `@Resolver()` in @nestjs/graphql. */
const GATEWAY_METADATA = 'websockets:is_gateway';
const GATEWAY_OPTIONS = 'websockets:gateway_options';
const PORT_METADATA = 'port';
const RESOLVER_METADATA = ['graphql:resolver_type', 'graphql:resolver_name'];

/** The role of a class that serves something else than HTTP routes; `undefined` for any other. */
export function roleOf(type: object): 'gateway' | 'resolver' | undefined {
  if (Reflect.hasMetadata(GATEWAY_METADATA, type)) {
    return 'gateway';
  }
  return RESOLVER_METADATA.some((key) => Reflect.hasMetadata(key, type)) ? 'resolver' : undefined;
}

/** The arguments of `@WebSocketGateway()` on a class, as Nest reads them; `undefined`: it is not a gateway. */
export function gatewayOf(
  type: object,
): { readonly port: number; readonly options: Readonly<Record<string, unknown>> } | undefined {
  return Reflect.hasMetadata(GATEWAY_METADATA, type)
    ? {
        port: (Reflect.getMetadata(PORT_METADATA, type) as number | undefined) ?? 0,
        options: (Reflect.getMetadata(GATEWAY_OPTIONS, type) as Record<string, unknown> | undefined) ?? {},
      }
    : undefined;
}

/** Reports whether a handler has `@All()`. */
export function answersAllMethods(handler: object): boolean {
  return Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.ALL;
}

/** The method of a handler, in upper case; `ALL` under `@All()`. */
export function methodOf(handler: object): string {
  return RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
}

/** Reports whether a handler has `@Next()`, with which it may pass a request on to the next route. */
export function passesOn(controller: object, method: string): boolean {
  const params = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined) ?? {};
  return Object.keys(params).some((key) => key.startsWith(`${NEXT_PARAM}:`));
}

export function hostOf(controller: object): readonly (string | RegExp)[] | undefined {
  const host = Reflect.getMetadata(HOST_METADATA, controller) as
    string | RegExp | readonly (string | RegExp)[] | undefined;
  return host === undefined ? undefined : host instanceof Array ? host : [host];
}

export function versionOf(target: object): Version | undefined {
  return Reflect.getMetadata(VERSION_METADATA, target) as Version | undefined;
}

/**
 * Reports whether the adapter answers 404 to an empty parameter of the path, although Fastify has found the route: Nest
 * 12 wraps handlers for this, Nest 11.1.4 does not.
 */
export function refusesEmptyParameters(adapter: object): boolean {
  return 'requireNonEmptyParams' in adapter;
}

/** The path that `RouterModule` gave to a module of this app. */
export function modulePathOf(module: object, modules: ModulesContainer): string {
  const ofThisApp = MODULE_PATH_METADATA + modules.applicationId;
  const path: unknown = Reflect.getMetadata(ofThisApp, module) ?? Reflect.getMetadata(MODULE_PATH_METADATA, module);
  return typeof path === 'string' ? path : '';
}

/** The names that `@Header()` sets on a handler. */
export function staticHeadersOf(handler: object): readonly string[] {
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) as readonly { name: string }[] | undefined) ?? [];
  return headers.map(({ name }) => name);
}

/** Adds an entry to what `@RouteConfig()` of @nestjs/platform-fastify has set on a handler; Express ignores it. */
export function addRouteConfig(handler: object, key: string, value: unknown): void {
  const config = Reflect.getMetadata(ROUTE_CONFIG_METADATA, handler) as object | undefined;
  Reflect.defineMetadata(ROUTE_CONFIG_METADATA, { ...config, [key]: value }, handler);
}

/** Prefix and versioning of the app; Nest does not inject them. */
export function applicationConfigOf(moduleRef: ModuleRef): ApplicationConfig {
  const { container } = moduleRef as unknown as { container?: { applicationConfig?: ApplicationConfig } };
  const config = container?.applicationConfig;
  if (typeof config?.getVersioning !== 'function') {
    throw new Error(
      'nestjs-cors-policy: this version of @nestjs/core does not hand out its application config, so versioned routes ' +
        'cannot be distinguished. Use a version that is listed in the peer dependencies of the package, or report this one.',
    );
  }
  return config;
}

/** The part of an entry of Express's router that is read. */
export interface RouterLayer {
  readonly handle: () => unknown;
  readonly route?: unknown;
}

/**
 * The layers that an Express instance had before Nest's adapter was created. The adapter then adds the layer that runs
 * the request hook. That layer has no name, so it is recognized by its source. Empty if it is not found, and on another
 * platform.
 */
export function layersBeforeAdapter(adapter: object): readonly RouterLayer[] {
  const { router } = (adapter as { getInstance(): { router?: { stack?: readonly RouterLayer[] } } }).getInstance();
  const stack = router?.stack ?? [];
  const position = stack.findIndex(
    ({ handle, route }) => route === undefined && handle.toString().includes('onRequestHook'),
  );
  return stack.slice(0, Math.max(position, 0));
}

/**
 * Number of layers of an adapter's Express router that run before the request hook has decided, with the hook's own.
 */
export function layersUpToHook(adapter: { getInstance(): unknown }): number {
  const { router } = adapter.getInstance() as { router?: { stack: readonly RouterLayer[] } };
  return router === undefined ? 0 : layersBeforeAdapter(adapter).length + 1;
}

interface HookedAdapter {
  onRequestHook?: RequestHook | undefined;
  setOnRequestHook?: (hook: RequestHook) => void;
}

/** Runs a hook of the app: an exception or a rejected promise ends its request, as on Nest alone. */
function runGuarded(
  hook: (...args: Parameters<RequestHook>) => unknown,
  request: object,
  response: object,
  done: (error?: Error) => void,
): void {
  let isDone = false;
  const once = (error?: Error): void => {
    if (!isDone) {
      isDone = true;
      done(error);
    }
  };
  const fail = (error: unknown): void => once(error instanceof Error ? error : new Error('Request hook failed'));
  try {
    void Promise.resolve(hook(request, response, once)).catch(fail);
  } catch (error) {
    fail(error);
  }
}

/**
 * Runs a hook before everything else, and then any hook of the app. An adapter has only one hook, so the last one set
 * would replace the others.
 *
 * @throws Error on a Nest version without request hooks (before 11.1.4)
 * @returns a function that removes the hook
 */
export function installRequestHook(target: object, hook: RequestHook): () => void {
  const adapter = target as HookedAdapter;
  if (typeof adapter.setOnRequestHook !== 'function') {
    throw new Error('nestjs-cors-policy needs request hooks: Nest 11.1.4 or later.');
  }
  let others = adapter.onRequestHook;
  let installed = true;
  const composed: RequestHook = (request, response, done) => {
    if (installed && others === undefined) {
      hook(request, response, done);
      return;
    }
    const proceed = (error?: Error): void => {
      if (error !== undefined || others === undefined) {
        done(error);
      } else {
        runGuarded(others.bind(adapter), request, response, done);
      }
    };
    if (installed) {
      hook(request, response, proceed);
    } else {
      proceed();
    }
  };
  Object.defineProperty(adapter, 'onRequestHook', {
    configurable: true,
    enumerable: true,
    get: () => composed,
    set: (next: RequestHook | undefined) => {
      others = next === composed ? others : next;
    },
  });
  return () => {
    installed = false;
  };
}

import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';

/*
 * Every reach into what Nest does not promise to keep, in one place. Checked on Nest 11.1.4, 11.2.10 and 12.5.1;
 * `test/http/nest-internals.spec.ts` fails where one of them no longer holds.
 */

/** Metadata keys of Nest's own decorators: `@nestjs/common/constants` in Nest 11, not exported in Nest 12. */
const PATH_METADATA = 'path';
const METHOD_METADATA = 'method';
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

/** Whether a handler stands under `@All()`. */
export function answersAllMethods(handler: object): boolean {
  return Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.ALL;
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
 * Whether the adapter has its routes answer 404 where a parameter of the path is empty, though Fastify has found them:
 * Nest 12 wraps their handlers so, Nest 11.1.4 does not.
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

/** Prefix and versioning of the app; Nest hands them to no provider. */
export function applicationConfigOf(moduleRef: ModuleRef): ApplicationConfig {
  const { container } = moduleRef as unknown as { container?: { applicationConfig?: ApplicationConfig } };
  const config = container?.applicationConfig;
  if (typeof config?.getVersioning !== 'function') {
    throw new Error(
      'nestjs-cors-policy: this version of @nestjs/core does not hand out its application config, so versioned routes ' +
        'cannot be told apart. Use a version that the package names in its peer dependencies, or report this one.',
    );
  }
  return config;
}

/** The hook of a platform adapter that runs before everything else. */
export type RequestHook = (request: object, response: object, done: (error?: Error) => void) => void;

/** What is read of an entry of Express's router. */
export interface RouterLayer {
  readonly handle: () => unknown;
  readonly route?: unknown;
}

/**
 * The layers of an Express router that stand before the one that runs the request hook. The adapter adds that one when it
 * is made, under no name: it is known by what its source calls. None where it is not found.
 */
export function layersBeforeHook(stack: readonly RouterLayer[]): readonly RouterLayer[] {
  const position = stack.findIndex(
    ({ handle, route }) => route === undefined && handle.toString().includes('onRequestHook'),
  );
  return stack.slice(0, Math.max(position, 0));
}

interface HookedAdapter {
  onRequestHook?: RequestHook | undefined;
  setOnRequestHook?: (hook: RequestHook) => void;
}

/** Runs a hook of the app: what it throws, or what its promise rejects with, ends its request as on Nest alone. */
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
 * Runs a hook before everything else, and after it whatever hook the app has set or will set: an adapter holds only
 * one, so that the last to set it would silence the others.
 *
 * @throws Error on a Nest version without request hooks (before 11.1.4)
 * @returns takes the hook out again
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

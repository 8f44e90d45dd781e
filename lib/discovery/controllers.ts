import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { NativeRoute } from '../platform/adapter.js';
import { type CorsMetadata, metadataOf, metadataOfMethod } from '../config/metadata.js';
import { classNames } from './class-names.js';
import { addRouteConfig, pathsOf, roleOf } from './nest-internals.js';

/** A method of a controller that serves at least one route. */
export interface ControllerHandler {
  /** `OrdersController.update` */
  readonly name: string;
  readonly controller: ControllerClass;
  readonly handler: object;
  /** Identifies the function that Nest registers: the handler (absent), or that of a method with the same function. */
  readonly key?: object;
  readonly metadata: readonly CorsMetadata[];
}

/** A controller of a module of the app. */
export interface ControllerClass {
  readonly name: string;
  readonly type: { readonly prototype: unknown };
  /** Nest registers the functions of this object: a constructor may have bound them. */
  readonly instance?: Readonly<Record<string, unknown>> | null | undefined;
  /** The class of the module that declares it: `RouterModule` gives paths to modules. */
  readonly module: object;
  readonly metadata: readonly CorsMetadata[];
}

/** The metadata key that identifies a handler on the function that Nest registers for it with the platform. */
const HANDLER = 'nestjs-cors-policy:handler';

/** Every controller of the app in the order in which Nest registers them. */
export function discoverControllers(modules: ModulesContainer): readonly ControllerClass[] {
  const nameOf = classNames(modules);
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype, instance }): ControllerClass[] =>
      typeof metatype === 'function'
        ? [
            {
              name: nameOf(metatype),
              type: metatype,
              instance: instance as ControllerClass['instance'],
              module: module.metatype,
              metadata: metadataOf(metatype),
            },
          ]
        : [],
    ),
  );
}

/**
 * The handlers of a controller in the order in which Nest registers them, inherited ones among them. Each function gets
 * metadata that refers to the method: Nest copies a handler's metadata to the function that it registers with the platform,
 * which is otherwise anonymous. So call this before routes are registered.
 *
 * @param inConfig whether that metadata is needed in the route's config too, for a platform that wraps what it registers
 */
export function handlersOf(controller: ControllerClass, inConfig: boolean): readonly ControllerHandler[] {
  const prototype = controller.type.prototype as Record<string, unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method): ControllerHandler[] => {
    const handler = prototype[method];
    if (typeof handler !== 'function' || pathsOf(handler) === undefined) {
      return [];
    }
    const own = controller.instance?.[method];
    const registered = typeof own === 'function' ? own : handler;
    // Constructors may have put one function in the place of several methods.
    const key = (registered === handler ? undefined : handlerOf(registered)) ?? handler;
    Reflect.defineMetadata(HANDLER, key, registered);
    if (inConfig) {
      addRouteConfig(registered, HANDLER, key);
    }
    const metadata = metadataOfMethod(prototype, method);
    return [{ name: `${controller.name}.${method}`, controller, handler, key, metadata }];
  });
}

/**
 * The controller's method behind a route; `undefined` where Nest did not register it. On Fastify the function of a path
 * with parameters is wrapped and has lost its metadata, but the route's config has them.
 */
export function handlerBehind({ handlers, config }: Pick<NativeRoute, 'handlers' | 'config'>): object | undefined {
  const found = handlers.map(handlerOf).find((handler) => handler !== undefined);
  return found ?? (config?.[HANDLER] as object | undefined);
}

function handlerOf(registered: object): object | undefined {
  return Reflect.getOwnMetadata(HANDLER, registered) as object | undefined;
}

/** A class or a method with a CORS decorator that nothing reads, and what to write instead. */
export interface MisplacedMetadata {
  readonly name: string;
  readonly advice: string;
}

/**
 * A class or method with a CORS decorator that nothing reads: a class that is not a controller, or a method that serves
 * no route (a helper, a resolver, a message handler).
 */
export function findMisplacedMetadata(modules: ModulesContainer): readonly MisplacedMetadata[] {
  const scanner = new MetadataScanner();
  const nameOf = classNames(modules);
  const found = [...modules.values()].flatMap((module) =>
    // Guards, pipes, interceptors and filters of a decorator are injectables, not providers.
    [...module.controllers.values(), ...module.providers.values(), ...module.injectables.values()].flatMap(
      ({ metatype }): readonly MisplacedMetadata[] => {
        if (typeof metatype !== 'function') {
          return [];
        }
        const isController = module.controllers.has(metatype);
        const isGateway = module.providers.has(metatype) && roleOf(metatype) === 'gateway';
        const isMisplaced = metadataOf(metatype).length > 0 && !isController && !isGateway;
        const prototype = (metatype.prototype ?? {}) as Record<string, unknown>;
        const methods = scanner
          .getAllMethodNames(prototype)
          .filter((name) => isDecoratedHelper(prototype, name, isController));
        const advice = isController
          ? 'a method without a route: decorate the handler that serves it'
          : adviceFor(metatype);
        const own = nameOf(metatype);
        const names = [...(isMisplaced ? [own] : []), ...methods.map((name) => `${own}.${name}`)];
        return names.map((name) => ({ name, advice }));
      },
    ),
  );
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

function adviceFor(metatype: object): string {
  switch (roleOf(metatype)) {
    case 'resolver':
      return 'a GraphQL resolver: write an entry of routes for the path of the endpoint';
    case 'gateway':
      return 'a message handler of a WebSocket gateway: decorate the class, whose handshake is what can be refused';
    default:
      return 'a provider: decorate the controller or the handler that serves the route';
  }
}

function isDecoratedHelper(prototype: Record<string, unknown>, name: string, inController: boolean): boolean {
  const method = prototype[name];
  return (
    typeof method === 'function' &&
    metadataOfMethod(prototype, name).length > 0 &&
    !(inController && pathsOf(method) !== undefined)
  );
}

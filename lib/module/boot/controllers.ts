import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { NativeRoute } from '../../platform/platform.js';
import { type Mark, marksOf } from '../configuration/marks.js';
import { addRouteConfig, pathsOf } from './nest-internals.js';

/** A method of a controller that serves at least one route. */
export interface ControllerHandler {
  /** `OrdersController.update` */
  readonly name: string;
  readonly controller: ControllerClass;
  readonly handler: object;
  readonly marks: readonly Mark[];
}

/** A controller as a module of the app has it. */
export interface ControllerClass {
  readonly name: string;
  readonly type: { readonly prototype: unknown };
  /** The class of the module that declares it: `RouterModule` gives paths to modules. */
  readonly module: object;
  readonly marks: readonly Mark[];
}

/** Metadata under which a handler is found again on what Nest registers for it with the platform. */
const HANDLER = 'nestjs-cors-policy:handler';

/** Every controller of the app in the order in which Nest registers them. */
export function discoverControllers(modules: ModulesContainer): readonly ControllerClass[] {
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }): ControllerClass[] =>
      typeof metatype === 'function'
        ? [{ name: metatype.name, type: metatype, module: module.metatype, marks: marksOf(metatype) }]
        : [],
    ),
  );
}

/**
 * The handlers of a controller in the order in which Nest registers them, inherited ones among them. Each function is
 * given a mark that names itself: Nest copies a handler's metadata to what it registers with the platform, which is
 * otherwise anonymous. So it must be called before routes are registered.
 *
 * @param inConfig whether the mark must stand in the route's config too, for a platform that wraps what it registers
 */
export function handlersOf(controller: ControllerClass, inConfig: boolean): readonly ControllerHandler[] {
  const prototype = controller.type.prototype as Record<string, unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method): ControllerHandler[] => {
    const handler = prototype[method];
    if (typeof handler !== 'function' || pathsOf(handler) === undefined) {
      return [];
    }
    Reflect.defineMetadata(HANDLER, handler, handler);
    if (inConfig) {
      addRouteConfig(handler, HANDLER, handler);
    }
    return [{ name: `${controller.name}.${method}`, controller, handler, marks: marksOf(handler) }];
  });
}

/**
 * The controller's method behind a route; `undefined` where Nest did not register it. On Fastify the function of a path
 * with parameters is wrapped and has lost its metadata, but the route's config has them.
 */
export function handlerBehind({ handlers, config }: Pick<NativeRoute, 'handlers' | 'config'>): object | undefined {
  const found = handlers.find((handler) => Reflect.hasOwnMetadata(HANDLER, handler));
  return (found === undefined ? config?.[HANDLER] : Reflect.getOwnMetadata(HANDLER, found)) as object | undefined;
}

/**
 * What carries a CORS decorator that nothing reads: a class that is no controller, or a method that serves no route (a
 * helper, a resolver, a message handler).
 */
export function findMisplacedMarks(modules: ModulesContainer): readonly string[] {
  const scanner = new MetadataScanner();
  const names = [...modules.values()].flatMap((module) =>
    // Guards, pipes, interceptors and filters that a decorator names are injectables, not providers.
    [...module.controllers.values(), ...module.providers.values(), ...module.injectables.values()].flatMap(
      ({ metatype }) => {
        if (typeof metatype !== 'function') {
          return [];
        }
        const isMisplaced = marksOf(metatype).length > 0 && !module.controllers.has(metatype);
        const prototype = (metatype.prototype ?? {}) as Record<string, unknown>;
        const methods = scanner
          .getAllMethodNames(prototype)
          .filter((name) => isMarkedHelper(prototype[name], module.controllers.has(metatype)));
        return [...(isMisplaced ? [metatype.name] : []), ...methods.map((name) => `${metatype.name}.${name}`)];
      },
    ),
  );
  return [...new Set(names)];
}

function isMarkedHelper(method: unknown, inController: boolean): boolean {
  return typeof method === 'function' && marksOf(method).length > 0 && !(inController && pathsOf(method) !== undefined);
}

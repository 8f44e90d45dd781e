import type { NativeRoute } from '../platform/adapter.js';
import type { ControllerHandler } from './controllers.js';
import { answersAllMethods, methodOf } from './nest-internals.js';
import type { RoutePaths } from './route-paths.js';

/**
 * Finds the handler of a route for all methods that has no metadata. Nest 11 on Fastify registers `@All()` on a path
 * with parameters as a bare function, without metadata and without config, so only its path is known. Routes with
 * metadata are assigned before, so that an external route is never taken for the route of a handler elsewhere.
 *
 * @param named the routes whose handler is known
 * @throws Error if two handlers are possible: a wrong guess would apply the wrong policy
 */
export function claimUnnamed<Target extends { readonly name: string; readonly source: ControllerHandler }>(
  natives: readonly NativeRoute[],
  named: ReadonlyMap<NativeRoute, Target>,
  targets: readonly Target[],
  paths: RoutePaths,
): ReadonlyMap<NativeRoute, Target> {
  const claimed = new Map<NativeRoute, Target>();
  const unnamed = natives.filter((each) => each.methods.includes('*') && !named.has(each));
  if (unnamed.length === 0) {
    return claimed;
  }
  const told = new Map<Target, Set<string>>(targets.map((target) => [target, new Set()]));
  named.forEach((target, { path }) => told.get(target)?.add(path));
  const open = targets
    .filter(({ source }) => answersAllMethods(source.handler))
    .flatMap((target) => paths.variantsOf(target.source).map((variants) => ({ target, variants })))
    .filter(({ target, variants }) => !variants.some((path) => told.get(target)?.has(path)));
  for (const native of unnamed) {
    const fitting = new Set(open.filter(({ variants }) => variants.includes(native.path)).map(({ target }) => target));
    const [target, ...others] = fitting;
    if (target !== undefined && others.length === 0) {
      claimed.set(native, target);
    } else if (target !== undefined) {
      throw new Error(
        `nestjs-cors-policy cannot tell whether ${[...fitting].map(({ name }) => name).join(' or ')} serves all methods of ` +
          `${native.path}. Use Nest 12, or, on Nest 11, list the methods instead of @All() in one of them.`,
      );
    }
  }
  return claimed;
}

/**
 * Reports whether another handler has the method, path, host and version of one that is not registered: the platform
 * keeps the first.
 */
export function isTaken<Target extends { readonly source: ControllerHandler }>(
  { source }: Target,
  named: ReadonlyMap<NativeRoute, Target>,
  paths: RoutePaths,
): boolean {
  const own = paths.of(source);
  const method = methodOf(source.handler);
  return [...named].some(
    ([native, other]) =>
      own.includes(native.path) &&
      (method === 'ALL' || native.answers(method)) &&
      paths.selectionOf(other.source) === paths.selectionOf(source),
  );
}

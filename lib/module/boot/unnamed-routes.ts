import type { NativeRoute } from '../../platform/platform.js';
import type { ControllerHandler } from './controllers.js';
import { answersAllMethods } from './nest-internals.js';
import type { RoutePaths } from './route-paths.js';

/**
 * Tells whose a route for all methods is that nothing names. Nest 11 on Fastify registers `@All()` on a path with
 * parameters as a bare function, without metadata and without config: only its path is left. Whatever could be told by
 * name is told already, so that a route of the app's own is never taken for a handler's that stands elsewhere.
 *
 * @param named the routes that name their handler
 * @throws Error where two handlers come into question: a wrong guess would apply a stranger's policy
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
          `${native.path}. On Nest 12 it could; on Nest 11 name the methods instead of @All() in one of them.`,
      );
    }
  }
  return claimed;
}

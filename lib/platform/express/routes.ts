import { METHODS } from 'node:http';
import type { NativeRoute } from '../adapter.js';
import { checkBefore } from './checked-layer.js';
import { type ExpressLayer, type ExpressRoute, handleOf, methodsOf, paramsOf } from './router.js';

/** The routes of a router, in the order in which it tries them. */
export function routesOf(stack: readonly ExpressLayer[]): readonly NativeRoute[] {
  const notFound = notFoundHandlers(stack);
  return stack.flatMap((layer) =>
    layer.route === undefined || layer.route.stack.some((each) => notFound.has(handleOf(each)))
      ? []
      : [nativeRoute(layer, layer.route)],
  );
}

/**
 * The functions with which Nest answers 404 below a global prefix: a separate router. Nest 12 registers the same
 * function for each path that is excluded from the prefix, and serves nothing there.
 */
function notFoundHandlers(stack: readonly ExpressLayer[]): ReadonlySet<object> {
  const mounted = stack.flatMap(({ route, handle }) => (route === undefined ? (handle.stack ?? []) : []));
  return new Set(mounted.flatMap(({ route }) => (route?.path === '*path' ? route.stack.map(handleOf) : [])));
}

/** Not any word: a method that the server's parser does not know reaches no route. */
const SERVER_METHODS: ReadonlySet<string> = new Set(METHODS);

function isServerMethod(method: string): boolean {
  return SERVER_METHODS.has(method);
}

function nativeRoute(layer: ExpressLayer, route: ExpressRoute): NativeRoute {
  const { path, stack } = route;
  const methods = methodsOf(route);
  return {
    path: String(path),
    pattern: path,
    methods: methods ?? ['*'],
    implied: false,
    handlers: stack.map(handleOf),
    answers:
      methods === undefined
        ? isServerMethod
        : (method) => methods.includes(method === 'HEAD' && !methods.includes(method) ? 'GET' : method),
    match: (requested) => paramsOf(layer, requested),
    precede: (check) => stack.forEach((each) => checkBefore(each, check)),
  };
}

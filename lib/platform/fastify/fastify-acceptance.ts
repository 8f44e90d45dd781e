import type findMyWay from 'find-my-way';

/** The options of `find-my-way`. */
export type RouterOptions = findMyWay.Config<findMyWay.HTTPVersion.V1>;

/** A route as it is handed to Fastify's router. */
interface OfferedRoute {
  readonly path: string;
  /** True if Fastify added it by itself; any other has been taken, or the app would not have booted. */
  readonly implied: boolean;
  readonly constraints: Readonly<Record<string, unknown>>;
}

/** An optional parameter at the end of a path: the router takes the path with it, then the one without it. */
const OPTIONAL_PARAMETER = /(\/:[^/()]*?)\?(\/?)/;

/**
 * Finds out which paths of a route Fastify's router accepts. The router refuses a path that is already registered.
 * Fastify ignores that if the route was only the `HEAD` that it adds beside a `GET`: such a route is announced and
 * never served.
 *
 * @returns the accepted paths of a route; to be called once for each route, in the order of registration
 */
export function routeAcceptance(
  routes: readonly OfferedRoute[],
  createRouter: typeof findMyWay,
  options: RouterOptions,
): (method: string, route: OfferedRoute) => readonly string[] {
  const names = new Set(routes.flatMap(({ constraints }) => Object.keys(constraints)));
  const constraints = Object.fromEntries([...names].map((name) => [name, strategyWithoutEffect(name)]));
  const router = createRouter({ ...options, constraints });
  return (method, { path, constraints, implied }) => {
    const taken: string[] = [];
    try {
      for (const each of variants(path)) {
        router.on(method as findMyWay.HTTPMethod, each, { constraints: { ...constraints } }, () => undefined);
        taken.push(each);
      }
    } catch {
      // Refused, and of the paths that follow none is offered either.
      return implied ? taken : variants(path);
    }
    return taken;
  };
}

/** The paths that one pattern expands to. */
export function variants(path: string): readonly string[] {
  return OPTIONAL_PARAMETER.test(path)
    ? [path.replace(OPTIONAL_PARAMETER, '$1$2'), path.replace(OPTIONAL_PARAMETER, '$2') || '/']
    : [path];
}

/** It is never used for a search: the router compares two routes by their values only. */
export function strategyWithoutEffect(name: string): findMyWay.ConstraintStrategy<findMyWay.HTTPVersion.V1> {
  return {
    name,
    storage: () => ({ get: () => null, set: () => undefined }),
    deriveConstraint: () => undefined as never,
    mustMatchWhenDerived: false,
  };
}

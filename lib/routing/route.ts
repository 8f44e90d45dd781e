import type { CorsContext, CorsRequest, CorsRoute } from '../core/request.js';

/** Parameters of a path, as the platform decodes them. */
export type PathParams = CorsContext['params'];

/** A path pattern as the platform itself matches it. `undefined`: it does not match. */
export type PathMatcher = (path: string) => PathParams | undefined;

/** One registered route, whatever it leads to (`Target`). */
export interface Route<Target> {
  readonly info: CorsRoute;
  /** The path's pattern; anything but a string is matched by trial. */
  readonly pattern: unknown;
  /** Reports whether the platform gives this method to the route, also `HEAD` to a `GET` route. */
  readonly answers: (method: string) => boolean;
  readonly match: PathMatcher;
  /** Host filter of the controller, where it has one. */
  readonly matchesHost: ((hostname: string) => boolean) | undefined;
  /** Filter by a version that a header, the media type or an extractor tells, where the route has one. */
  readonly matchesVersion: ((request: CorsRequest) => boolean) | undefined;
  /** Reports parameters for which the route itself answers 404, although the router has found it. */
  readonly refuses?: ((params: PathParams) => boolean) | undefined;
  readonly target: Target;
}

/** The parts of a request that lead to its route. Read them late: some of them cost the platform time. */
export type Whereabouts = Pick<CorsRequest, 'path' | 'hostname'>;

/** The result of looking for a request's route. */
export interface Serving<Target> {
  /** The route that serves it; `undefined`: none does. */
  readonly route: Route<Target> | undefined;
  /** The routes that its method and path could reach, itself among them: what `reachable` answers. */
  readonly reachable: readonly Route<Target>[];
}

/** Finds routes the way the platform would; one implementation for each way to order them. */
export interface RouteResolver<Target> {
  /** Everything that a path leads to on a host. */
  at(where: Whereabouts): RouteSet<Target>;
  /** The route of an actual request, which, unlike a preflight, carries a version. */
  serving(request: CorsRequest): Serving<Target>;
  /** The parameters of a request's path, as a route that it could reach has them. */
  paramsOf(route: Route<Target>, request: CorsRequest): PathParams;
}

/**
 * All routes of one path. Equal sets of routes are the same object, so that derived values are computed once for all
 * their paths.
 */
export interface RouteSet<Target> {
  /** Every method that is served here, by name. */
  readonly methods: readonly string[];
  /**
   * The routes that a request of this method could reach, first choice first: several if they differ only in a version,
   * which a preflight does not carry. Empty: none serves it. The same list each time.
   */
  reachable(method: string): readonly Route<Target>[];
}

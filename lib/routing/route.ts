import type { CorsContext, CorsRequest, CorsRoute } from '../core/requests/request.js';

/** Parameters of a path, as the platform decodes them. */
export type PathParams = CorsContext['params'];

/** A path pattern as the platform itself matches it. `undefined`: it does not match. */
export type PathMatcher = (path: string) => PathParams | undefined;

/** One registered route, whatever it leads to (`Target`). */
export interface Route<Target> {
  readonly info: CorsRoute;
  /** The path's pattern; anything but a string is matched by trial. */
  readonly pattern: unknown;
  /** Reports whether the platform hands this method to the route; `HEAD` to a `GET` route among them. */
  readonly answers: (method: string) => boolean;
  readonly match: PathMatcher;
  /** Host filter of the controller, where it has one. */
  readonly matchesHost: ((hostname: string) => boolean) | undefined;
  /** Filter by a version that a header, the media type or an extractor tells, where the route has one. */
  readonly matchesVersion: ((request: CorsRequest) => boolean) | undefined;
  /** Reports parameters that the route itself answers 404 to, though the router has found it. */
  readonly refuses?: ((params: PathParams) => boolean) | undefined;
  readonly target: Target;
}

/** Where a request looks for its route. Read as little as may be: some of it costs the platform time. */
export type Whereabouts = Pick<CorsRequest, 'path' | 'hostname'>;

/** What becomes of a request at hand. */
export interface Serving<Target> {
  /** The route that serves it; `undefined`: none does. */
  readonly route: Route<Target> | undefined;
  /** The routes that its method and path could reach, itself among them: what `reachable` answers. */
  readonly reachable: readonly Route<Target>[];
}

/** Finds routes the way the platform would; one implementation for each way to order them. */
export interface RouteResolver<Target> {
  /** Everything that a path leads to on a host. */
  at(where: Whereabouts): Junction<Target>;
  /** The route of a request at hand, which, unlike a preflight, carries a version. */
  serving(request: CorsRequest): Serving<Target>;
  /** The parameters of a request's path, as a route that it could reach has them. */
  paramsOf(route: Route<Target>, request: CorsRequest): PathParams;
}

/**
 * The routes that one path leads to, whatever the method. The same routes are the same object, so that what follows from
 * them is computed once, however many paths lead there.
 */
export interface Junction<Target> {
  /** Every method that is served here, by name. */
  readonly methods: readonly string[];
  /**
   * The routes that a request of this method could reach, first choice first: several where only a version, which a
   * preflight does not carry, tells them apart. Empty: none serves it. The same list each time.
   */
  reachable(method: string): readonly Route<Target>[];
}

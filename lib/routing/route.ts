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

/** A route that a request reaches, and the parameters it reaches it with. */
export interface RouteMatch<Target> {
  readonly route: Route<Target>;
  readonly params: PathParams;
}

/** Where a request looks for its route. */
export interface Whereabouts {
  readonly method: string;
  readonly path: string;
  readonly hostname: string;
}

/** What becomes of a request at hand. */
export interface Serving<Target> {
  /** The route that serves it; `undefined`: none does. */
  readonly match: RouteMatch<Target> | undefined;
  /** The routes that its method and path could reach, itself among them: what `resolve` answers. */
  readonly reachable: readonly RouteMatch<Target>[];
}

/** Finds routes the way the platform would; one implementation for each way to order them. */
export interface RouteResolver<Target> {
  /**
   * The routes that a request could reach, first choice first: several where only a version, which a preflight does
   * not carry, tells them apart. Empty: none serves it.
   */
  resolve(where: Whereabouts): readonly RouteMatch<Target>[];
  /** The route of a request at hand, which, unlike a preflight, carries a version. */
  serving(request: CorsRequest): Serving<Target>;
  /** Every method that the path is served under on this host: each with the routes that it could reach. */
  methodsAt(path: string, hostname: string): ReadonlyMap<string, readonly RouteMatch<Target>[]>;
}

import type { CorsContext } from '../core/request.js';

/** A route that a router has found: its place in the list that was searched, and the parameters of the path. */
export interface FoundRoute {
  readonly index: number;
  readonly params: CorsContext['params'];
}

/** All routes of one path. Equal sets of routes are the same object. */
export interface RoutesFound {
  /** All of them, by their places. */
  readonly all: readonly number[];
  /**
   * The routes that a request of this method could reach, by their places, first choice first: several if they differ
   * only in a constraint, such as a version. The router decides when to fall back from one to the next.
   */
  by(method: string): readonly number[];
}

/** The router's own search, of a platform that does not simply try its routes one after the other. */
export interface RouteSearch {
  /**
   * The path as the router compares it: decoded, as far as it decodes, and without what it cuts off. `undefined`: it
   * cannot be read, and the router finds nothing.
   */
  readable(path: string): string | undefined;
  /**
   * A search among some of the routes.
   *
   * @param indexes ascending, and all that may lie on a path that is searched for
   */
  among(indexes: readonly number[]): (path: string) => RoutesFound;
  /** The parameters of a path that a route was found for. */
  paramsOf(index: number, path: string): CorsContext['params'];
  /** Reports whether routes of one method and path may differ in a constraint. Called for the first request. */
  constrained(): boolean;
  /** The route that the platform has chosen for a request; `undefined` if it found none. */
  chosen(native: object): FoundRoute | undefined;
}

import type { CorsContext } from './request.js';

/** A route that a router has found: its place in the list that was searched, and the parameters of the path. */
export interface FoundRoute {
  readonly index: number;
  readonly params: CorsContext['params'];
}

/** The routes that one path leads to, whatever the method; the same object wherever the same ones are found. */
export interface RoutesFound {
  /** All of them, by their places. */
  readonly all: readonly number[];
  /**
   * The routes that a request of this method could reach, by their places, first choice first: several where only a
   * constraint, such as a version, tells them apart. What it takes to fall back from one to the next is left to the router.
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
  /** Whether a constraint may tell routes of one method and path apart; asked for the first request. */
  constrained(): boolean;
  /** The route that the platform has chosen for a request at hand; `undefined` where it found none. */
  chosen(native: object): FoundRoute | undefined;
}

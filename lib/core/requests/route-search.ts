import type { CorsContext } from './request.js';

/** A route that a search has found: its place in the list that was searched, and the parameters of the path. */
export interface FoundRoute {
  readonly index: number;
  readonly params: CorsContext['params'];
}

/** The router's own search, of a platform that does not simply try its routes one after the other. */
export interface RouteSearch {
  /**
   * The routes that a method on a path could reach: several where only a constraint, such as a version, tells them
   * apart. What it takes to fall back from one to the next is left to the router.
   */
  find(method: string, path: string): readonly FoundRoute[];
  /** Whether a constraint may tell routes of one method and path apart; asked for the first request. */
  constrained(): boolean;
  /** The route that the platform has chosen for a request at hand; `undefined` where it found none. */
  chosen(native: object): FoundRoute | undefined;
}

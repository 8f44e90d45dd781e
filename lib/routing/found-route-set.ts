import type { RoutesFound } from './route-search.js';
import { SequenceCache } from './sequence-cache.js';
import { KnownRouteSet } from './route-set.js';
import { isPlainPattern } from './path-index.js';
import type { RouteSet, Route } from './route.js';

/** The routes that a router's own search has found on a path. Some of them may answer 404 themselves. */
export class FoundRouteSet<Target> implements RouteSet<Target> {
  private readonly routeSets: SequenceCache<Route<Target>, RouteSet<Target>>;
  /** All of them: where none answers 404. */
  private readonly whole: RouteSet<Target>;
  /** Those that read the request themselves. */
  private readonly choosy: readonly Route<Target>[];
  private readonly alwaysDoubtful: boolean;

  /**
   * @param routes all of them, in the order that the search tells them by
   * @param methods that any of them is named by
   */
  constructor(routes: readonly Route<Target>[], found: RoutesFound, methods: readonly string[]) {
    this.routeSets = new SequenceCache(
      (refused) =>
        new KnownRouteSet(methods, (method) =>
          found
            .by(method)
            .map((place) => routes[place]!)
            .filter((route) => !refused.includes(route)),
        ),
    );
    this.whole = this.routeSets.get([]);
    const here = found.all.map((place) => routes[place]!);
    this.choosy = here.filter(({ matchesHost, refuses }) => matchesHost !== undefined || refuses !== undefined);
    this.alwaysDoubtful = this.choosy.some(
      ({ matchesHost, pattern }) => matchesHost !== undefined || !isPlainPattern(pattern),
    );
  }

  get methods(): readonly string[] {
    return this.whole.methods;
  }

  reachable(method: string): readonly Route<Target>[] {
    return this.whole.reachable(method);
  }

  /**
   * Reports whether some of its routes may answer 404 on this path: only an empty segment is an empty parameter of a
   * plain one.
   */
  isDoubtful(path: string): boolean {
    return this.alwaysDoubtful || path.endsWith('/') || path.includes('//');
  }

  /** The same without those of its routes that are refused. */
  without(isRefused: (route: Route<Target>) => boolean): RouteSet<Target> {
    return this.routeSets.get(this.choosy.filter(isRefused));
  }
}

import type { RoutesFound } from '../core/requests/route-search.js';
import { SequenceCache } from '../core/requests/sequence-cache.js';
import { KnownJunction } from './junction.js';
import { isPlainPattern } from './path-index.js';
import type { Junction, Route } from './route.js';

/** What a router's own search has found on a path, some of which may answer 404 itself. */
export class FoundJunction<Target> implements Junction<Target> {
  private readonly junctions: SequenceCache<Route<Target>, Junction<Target>>;
  /** All of them: where none answers 404. */
  private readonly whole: Junction<Target>;
  /** Those that look at the request themselves. */
  private readonly choosy: readonly Route<Target>[];
  private readonly alwaysDoubtful: boolean;

  /**
   * @param routes all of them, in the order that the search tells them by
   * @param methods that any of them is named by
   */
  constructor(routes: readonly Route<Target>[], found: RoutesFound, methods: readonly string[]) {
    this.junctions = new SequenceCache(
      (refused) =>
        new KnownJunction(methods, (method) =>
          found
            .by(method)
            .map((place) => routes[place]!)
            .filter((route) => !refused.includes(route)),
        ),
    );
    this.whole = this.junctions.get([]);
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

  /** Whether some of its routes may answer 404 on this path: only an empty segment is an empty parameter of a plain one. */
  isDoubtful(path: string): boolean {
    return this.alwaysDoubtful || (this.choosy.length > 0 && (path.endsWith('/') || path.includes('//')));
  }

  /** The same without those of its routes that are refused. */
  without(isRefused: (route: Route<Target>) => boolean): Junction<Target> {
    return this.junctions.get(this.choosy.filter(isRefused));
  }
}

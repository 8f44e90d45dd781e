import { USUAL_METHODS } from '../core/protocol/methods.js';
import type { CorsRequest } from '../core/requests/request.js';
import type { FoundRoute, RouteSearch } from '../core/requests/route-search.js';
import type { Route, RouteMatch, RouteResolver, Serving, Whereabouts } from './route.js';

/** Routes of a platform with a router of its own, which knows the route before anything runs: Fastify. */
export class SearchedRoutes<Target> implements RouteResolver<Target> {
  private readonly methods: readonly string[];
  private readonly hasVersions: boolean;

  /**
   * @param routes in the order that the search tells them by; it may know of more, which were registered later and
   * so lead to no handler of a controller
   */
  constructor(
    private readonly routes: readonly Route<Target>[],
    private readonly search: RouteSearch,
  ) {
    const named = routes.flatMap(({ info }) => (info.methods.includes('*') ? USUAL_METHODS : info.methods));
    this.methods = [...new Set(named)];
    this.hasVersions = routes.some(({ matchesVersion }) => matchesVersion !== undefined);
  }

  resolve({ method, path, hostname }: Whereabouts): readonly RouteMatch<Target>[] {
    return this.search.find(method, path).flatMap((found) => this.matchOf(found, hostname) ?? []);
  }

  serving(request: CorsRequest): Serving<Target> {
    const found = this.search.chosen(request.native as object);
    const match = found && this.matchOf(found, request.hostname);
    if (this.hasVersions) {
      return { match, reachable: this.resolve(request) };
    }
    return { match, reachable: match === undefined ? [] : [match] };
  }

  methodsAt(path: string, hostname: string): ReadonlyMap<string, readonly RouteMatch<Target>[]> {
    const found = this.methods.map((method) => [method, this.resolve({ method, path, hostname })] as const);
    return new Map(found.filter(([, matches]) => matches.length > 0));
  }

  /** A route whose host filter does not fit answers 404 itself: the router does not go on from there. */
  private matchOf({ index, params }: FoundRoute, hostname: string): RouteMatch<Target> | undefined {
    const route = this.routes[index];
    return route === undefined || route.matchesHost?.(hostname) === false ? undefined : { route, params };
  }
}

import { USUAL_METHODS } from '../core/protocol/methods.js';
import type { CorsRequest } from '../core/requests/request.js';
import type { FoundRoute, RouteSearch } from '../core/requests/route-search.js';
import type { Route, RouteMatch, RouteResolver, Serving, Whereabouts } from './route.js';

/** Routes of a platform with a router of its own, which knows the route before anything runs: Fastify. */
export class SearchedRoutes<Target> implements RouteResolver<Target> {
  private known: Known<Target> | undefined;

  /**
   * @param routes in the order that the search tells them by; asked once, for the first request, as an app may register
   * routes until then
   */
  constructor(
    private readonly routes: () => readonly Route<Target>[],
    private readonly search: RouteSearch,
  ) {}

  resolve({ method, path, hostname }: Whereabouts): readonly RouteMatch<Target>[] {
    return this.search.find(method, path).flatMap((found) => this.matchOf(found, hostname) ?? []);
  }

  serving(request: CorsRequest): Serving<Target> {
    const found = this.search.chosen(request.native as object);
    const match = found && this.matchOf(found, request.hostname);
    if (this.all.constrained) {
      return { match, reachable: this.resolve(request) };
    }
    return { match, reachable: match === undefined ? [] : [match] };
  }

  methodsAt(path: string, hostname: string): ReadonlyMap<string, readonly RouteMatch<Target>[]> {
    const found = this.all.methods.map((method) => [method, this.resolve({ method, path, hostname })] as const);
    return new Map(found.filter(([, matches]) => matches.length > 0));
  }

  /** A route whose host filter or parameters do not fit answers 404 itself: the router does not go on from there. */
  private matchOf({ index, params }: FoundRoute, hostname: string): RouteMatch<Target> | undefined {
    const route = this.all.routes[index];
    const reached = route !== undefined && route.matchesHost?.(hostname) !== false && route.refuses?.(params) !== true;
    return reached ? { route, params } : undefined;
  }

  private get all(): Known<Target> {
    return (this.known ??= knownOf(this.routes(), this.search.constrained()));
  }
}

interface Known<Target> {
  readonly routes: readonly Route<Target>[];
  /** Every method that one of them is named by. */
  readonly methods: readonly string[];
  /** Whether a version or another constraint may tell some of them apart. */
  readonly constrained: boolean;
}

function knownOf<Target>(routes: readonly Route<Target>[], constrained: boolean): Known<Target> {
  const named = routes.flatMap(({ info }) => (info.methods.includes('*') ? USUAL_METHODS : info.methods));
  return {
    routes,
    methods: [...new Set(named)],
    constrained: constrained || routes.some(({ matchesVersion }) => matchesVersion !== undefined),
  };
}

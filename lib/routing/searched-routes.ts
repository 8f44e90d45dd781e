import { USUAL_METHODS } from '../core/http/methods.js';
import type { CorsRequest } from '../core/request.js';
import type { RouteSearch, RoutesFound } from './route-search.js';
import { SequenceCache } from './sequence-cache.js';
import { FoundRouteSet } from './found-route-set.js';
import { PathIndex } from './path-index.js';
import { PathCache } from './path-cache.js';
import type { RouteSet, PathParams, Route, RouteResolver, Serving, Whereabouts } from './route.js';

/** Routes of a platform with a router of its own, which knows the route before anything runs: Fastify. */
export class SearchedRoutes<Target> implements RouteResolver<Target> {
  private known: KnownRoutes<Target> | undefined;

  /**
   * @param routes in the order that the search tells them by; asked once, for the first request, as an app may register
   * routes until then
   */
  constructor(
    private readonly routes: () => readonly Route<Target>[],
    private readonly search: RouteSearch,
  ) {}

  at(where: Whereabouts): RouteSet<Target> {
    return this.all.at(where);
  }

  serving(request: CorsRequest): Serving<Target> {
    const { all } = this;
    const alone = all.chosen(request);
    return all.constrained ? { route: alone.route, reachable: all.at(request).reachable(request.method) } : alone;
  }

  paramsOf(route: Route<Target>, request: CorsRequest): PathParams {
    return this.all.paramsOf(route, request);
  }

  private get all(): KnownRoutes<Target> {
    return (this.known ??= new KnownRoutes(this.routes(), this.search));
  }
}

const NOWHERE: Serving<never> = Object.freeze({ route: undefined, reachable: Object.freeze([]) });

/** The routes once there can be no more of them. What only some requests need is made for the first of these. */
class KnownRoutes<Target> {
  readonly constrained: boolean;
  /** By a route's place: what becomes of a request that the platform has chosen it for. */
  private readonly alone: (Serving<Target> | undefined)[] = [];
  private readonly recent: PathCache<RouteSet<Target>>;
  private readonly routeSets = new WeakMap<RoutesFound, FoundRouteSet<Target>>();
  private search: PathSearch | undefined;
  private methods: readonly string[] | undefined;
  private places: ReadonlyMap<Route<Target>, number> | undefined;

  constructor(
    private readonly routes: readonly Route<Target>[],
    private readonly router: RouteSearch,
  ) {
    this.constrained = router.constrained() || routes.some(({ matchesVersion }) => matchesVersion !== undefined);
    this.recent = new PathCache(
      (where) => this.find(where),
      routes.some(({ matchesHost }) => matchesHost !== undefined),
    );
  }

  at(where: Whereabouts): RouteSet<Target> {
    return this.recent.at(where);
  }

  chosen(request: CorsRequest): Serving<Target> {
    const found = this.router.chosen(request.native as object);
    const alone = found && this.aloneAt(found.index);
    return alone !== undefined && reaches(alone.route!, request, found!.params) ? alone : NOWHERE;
  }

  paramsOf(route: Route<Target>, request: CorsRequest): PathParams {
    const place = this.placeOf(route);
    const found = this.router.chosen(request.native as object);
    return found?.index === place ? found.params : this.router.paramsOf(place, request.path);
  }

  private find(where: Whereabouts): RouteSet<Target> {
    const { path } = where;
    this.search ??= new PathSearch(this.routes, this.router);
    const found = this.search.at(path);
    let routeSet = this.routeSets.get(found);
    if (routeSet === undefined) {
      this.methods ??= namesOf(this.routes);
      routeSet = new FoundRouteSet(this.routes, found, this.methods);
      this.routeSets.set(found, routeSet);
    }
    return routeSet.isDoubtful(path)
      ? routeSet.without((route) => !reaches(route, where, this.router.paramsOf(this.placeOf(route), path)))
      : routeSet;
  }

  private aloneAt(place: number): Serving<Target> | undefined {
    const route = this.routes[place];
    return route && (this.alone[place] ??= Object.freeze({ route, reachable: Object.freeze([route]) }));
  }

  private placeOf(route: Route<Target>): number {
    this.places ??= new Map(this.routes.map((each, place) => [each, place]));
    return this.places.get(route)!;
  }
}

function namesOf(routes: readonly Route<unknown>[]): readonly string[] {
  return [...new Set(routes.flatMap(({ info }) => (info.methods.includes('*') ? USUAL_METHODS : info.methods)))];
}

/**
 * Which routes lie on a path. The router is asked about the few that may: its answer is the same as among all of them,
 * and to build a router of thousands takes long.
 */
class PathSearch {
  private readonly index: PathIndex;
  private readonly searches: SequenceCache<number, (path: string) => RoutesFound>;

  constructor(
    routes: readonly Route<unknown>[],
    private readonly router: RouteSearch,
  ) {
    const byPattern = new Map<unknown, number[]>();
    routes.forEach(({ pattern }, place) => {
      const places = byPattern.get(pattern);
      if (places === undefined) {
        byPattern.set(pattern, [place]);
      } else {
        places.push(place);
      }
    });
    const groups = [...byPattern.values()];
    this.index = new PathIndex([...byPattern.keys()], true);
    this.searches = new SequenceCache(
      (found) => router.among(found.flatMap((group) => groups[group]!).sort((a, b) => a - b)),
      groups.length,
    );
  }

  at(path: string): RoutesFound {
    const readable = this.router.readable(path);
    return this.searches.get(readable === undefined ? [] : this.index.candidates(readable))(path);
  }
}

/** A route whose host filter or parameters do not fit answers 404 itself: the router does not go on from there. */
function reaches<Target>(route: Route<Target>, where: Whereabouts, params: PathParams): boolean {
  return (
    (route.matchesHost === undefined || route.matchesHost(where.hostname)) &&
    (route.refuses === undefined || !route.refuses(params))
  );
}

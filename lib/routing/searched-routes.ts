import { USUAL_METHODS } from '../core/protocol/methods.js';
import type { CorsRequest } from '../core/requests/request.js';
import type { RouteSearch, RoutesFound } from '../core/requests/route-search.js';
import { SequenceCache } from '../core/requests/sequence-cache.js';
import { FoundJunction } from './found-junction.js';
import { PathIndex } from './path-index.js';
import { RecentPaths } from './recent-paths.js';
import type { Junction, PathParams, Route, RouteResolver, Serving, Whereabouts } from './route.js';

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

  at(where: Whereabouts): Junction<Target> {
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

/**
 * The routes once there can be no more of them. The router is asked about the few that may lie on a path: its answer is
 * the same as among all of them, and to build a router of thousands takes long.
 */
class KnownRoutes<Target> {
  readonly constrained: boolean;
  /** By a route's place: what becomes of a request that the platform has chosen it for. */
  private readonly alone: readonly Serving<Target>[];
  private readonly index: PathIndex;
  private readonly searches: SequenceCache<number, (path: string) => RoutesFound>;
  /** `undefined`: the host has a say in where a path leads. */
  private readonly recent: RecentPaths<Junction<Target>> | undefined;
  private readonly junctions = new WeakMap<RoutesFound, FoundJunction<Target>>();
  private readonly methods: readonly string[];
  private readonly places: ReadonlyMap<Route<Target>, number>;

  constructor(
    private readonly routes: readonly Route<Target>[],
    private readonly search: RouteSearch,
  ) {
    this.constrained = search.constrained() || routes.some(({ matchesVersion }) => matchesVersion !== undefined);
    this.alone = routes.map((route) => Object.freeze({ route, reachable: Object.freeze([route]) }));
    this.methods = [
      ...new Set(routes.flatMap(({ info }) => (info.methods.includes('*') ? USUAL_METHODS : info.methods))),
    ];
    this.recent = routes.every(({ matchesHost }) => matchesHost === undefined) ? new RecentPaths() : undefined;
    this.places = new Map(routes.map((route, place) => [route, place]));
    const byPattern = new Map<unknown, number[]>();
    routes.forEach(({ pattern }, place) => {
      byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), place]);
    });
    const groups = [...byPattern.values()];
    this.index = new PathIndex([...byPattern.keys()], true);
    this.searches = new SequenceCache((found) =>
      search.among(found.flatMap((group) => groups[group]!).sort((a, b) => a - b)),
    );
  }

  at(where: Whereabouts): Junction<Target> {
    const known = this.recent?.get(where.path);
    if (known !== undefined) {
      return known;
    }
    const junction = this.find(where);
    this.recent?.keep(where.path, junction);
    return junction;
  }

  chosen(request: CorsRequest): Serving<Target> {
    const found = this.search.chosen(request.native as object);
    const alone = found && this.alone[found.index];
    return alone !== undefined && reaches(alone.route!, request, found!.params) ? alone : NOWHERE;
  }

  paramsOf(route: Route<Target>, request: CorsRequest): PathParams {
    const place = this.placeOf(route);
    const found = this.search.chosen(request.native as object);
    return found?.index === place ? found.params : this.search.paramsOf(place, request.path);
  }

  private find(where: Whereabouts): Junction<Target> {
    const { path } = where;
    const readable = this.search.readable(path);
    const found = this.searches.get(readable === undefined ? [] : this.index.candidates(readable))(path);
    let junction = this.junctions.get(found);
    if (junction === undefined) {
      junction = new FoundJunction(this.routes, found, this.methods);
      this.junctions.set(found, junction);
    }
    return junction.isDoubtful(path)
      ? junction.without((route) => !reaches(route, where, this.search.paramsOf(this.placeOf(route), path)))
      : junction;
  }

  private placeOf(route: Route<Target>): number {
    return this.places.get(route)!;
  }
}

/** A route whose host filter or parameters do not fit answers 404 itself: the router does not go on from there. */
function reaches<Target>(route: Route<Target>, where: Whereabouts, params: PathParams): boolean {
  return (
    (route.matchesHost === undefined || route.matchesHost(where.hostname)) &&
    (route.refuses === undefined || !route.refuses(params))
  );
}

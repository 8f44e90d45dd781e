import { SequenceCache } from './sequence-cache.js';
import { USUAL_METHODS } from '../core/http/methods.js';
import type { CorsRequest } from '../core/request.js';
import { ClaimedVersions, KnownRouteSet } from './route-set.js';
import { PathIndex } from './path-index.js';
import { PathCache } from './path-cache.js';
import type { RouteSet, PathParams, Route, RouteResolver, Serving, Whereabouts } from './route.js';

/** Routes of a platform that tries them in the order of their registration and takes the first match: Express. */
export class OrderedRoutes<Target> implements RouteResolver<Target> {
  private readonly places: readonly RouteGroup<Target>[];
  private readonly index: PathIndex;
  private readonly recent: PathCache<RouteSet<Target>>;
  private readonly routeSets: SequenceCache<number, RouteSet<Target>>;

  /**
   * @param routes in the order of their registration
   */
  constructor(routes: readonly Route<Target>[]) {
    this.places = placesOf(routes);
    this.routeSets = new SequenceCache((places) => this.routeSetOf(places), this.places.length);
    this.index = new PathIndex(this.places.map(([first]) => first!.route.pattern));
    this.recent = new PathCache(
      (where) => this.find(where),
      routes.some(({ matchesHost }) => matchesHost !== undefined),
    );
  }

  at(where: Whereabouts): RouteSet<Target> {
    return this.recent.at(where);
  }

  serving(request: CorsRequest): Serving<Target> {
    const reachable = this.at(request).reachable(request.method);
    const [first] = reachable;
    const route =
      first?.matchesVersion === undefined
        ? first
        : reachable.find(({ matchesVersion }) => matchesVersion === undefined || matchesVersion(request));
    return { route, reachable };
  }

  paramsOf(route: Route<Target>, { path }: CorsRequest): PathParams {
    return route.match(path) ?? {};
  }

  private find(where: Whereabouts): RouteSet<Target> {
    const { path } = where;
    const found: number[] = [];
    for (const place of this.index.candidates(path)) {
      if (matches(this.places[place]![0]!.route, path, where)) {
        found.push(place);
      }
    }
    return this.routeSets.get(found);
  }

  private routeSetOf(places: readonly number[]): RouteSet<Target> {
    const here = places.flatMap((place) => this.places[place]!);
    const ordered = here.sort((a, b) => a.order - b.order).map(({ route }) => route);
    return new KnownRouteSet(ordered.flatMap(methodsOf), (method) => reachableBy(method, ordered));
  }
}

/** Routes that are matched alike, by pattern and host: one of them is tried for all. */
type RouteGroup<Target> = readonly Numbered<Target>[];

interface Numbered<Target> {
  readonly route: Route<Target>;
  readonly order: number;
}

function placesOf<Target>(routes: readonly Route<Target>[]): readonly RouteGroup<Target>[] {
  const places = new Map<unknown, Numbered<Target>[]>();
  routes.forEach((route, order) => {
    const { pattern, info } = route;
    const hosts = info.host?.map((each) => [typeof each, String(each)]);
    const key = typeof pattern === 'string' ? JSON.stringify([pattern, hosts]) : route;
    const place = places.get(key) ?? [];
    place.push({ route, order });
    places.set(key, place);
  });
  return [...places.values()];
}

function matches<Target>(route: Route<Target>, path: string, where: Whereabouts): boolean {
  return (route.matchesHost === undefined || route.matchesHost(where.hostname)) && route.match(path) !== undefined;
}

/** The methods of a route by name: the usual ones for one that answers all, and the `HEAD` that comes with `GET`. */
function methodsOf<Target>({ info, answers }: Route<Target>): readonly string[] {
  const methods = info.methods.includes('*') ? USUAL_METHODS : info.methods;
  return answers('HEAD') ? [...methods, 'HEAD'] : methods;
}

/** The first choice, and what follows it as long as only a version decides. */
function reachableBy<Target>(method: string, routes: readonly Route<Target>[]): readonly Route<Target>[] {
  const versions = new ClaimedVersions();
  const answering = routes.filter(({ answers, info }) => answers(method) && versions.claim(info.version));
  const final = answering.findIndex(({ matchesVersion }) => matchesVersion === undefined);
  return final === -1 ? answering : answering.slice(0, final + 1);
}

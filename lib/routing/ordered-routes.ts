import { ClaimedVersions } from '../core/requests/claimed-versions.js';
import { USUAL_METHODS } from '../core/protocol/methods.js';
import type { CorsRequest } from '../core/requests/request.js';
import { PathIndex } from './path-index.js';
import type { Route, RouteMatch, RouteResolver, Serving, Whereabouts } from './route.js';

/** Routes of a platform that asks them in the order of their registration and takes the first that fits: Express. */
export class OrderedRoutes<Target> implements RouteResolver<Target> {
  private readonly index: PathIndex;

  /**
   * @param routes in the order of their registration
   */
  constructor(private readonly routes: readonly Route<Target>[]) {
    this.index = new PathIndex(routes.map((route) => route.pattern));
  }

  resolve({ method, path, hostname }: Whereabouts): readonly RouteMatch<Target>[] {
    const reachable: RouteMatch<Target>[] = [];
    const versions = new ClaimedVersions();
    for (const order of this.index.candidates(path)) {
      const route = this.routes[order]!;
      const params = route.answers(method) ? matchRoute(route, path, hostname) : undefined;
      if (params !== undefined) {
        if (versions.claim(route.info.version)) {
          reachable.push({ route, params });
        }
        if (route.matchesVersion === undefined) {
          break;
        }
      }
    }
    return reachable;
  }

  serving(request: CorsRequest): Serving<Target> {
    const reachable = this.resolve(request);
    const match = reachable.find(({ route }) => route.matchesVersion === undefined || route.matchesVersion(request));
    return { match, reachable };
  }

  methodsAt(path: string, hostname: string): ReadonlyMap<string, readonly RouteMatch<Target>[]> {
    const matches = this.index.candidates(path).flatMap((order): RouteMatch<Target>[] => {
      const route = this.routes[order]!;
      const params = matchRoute(route, path, hostname);
      return params === undefined ? [] : [{ route, params }];
    });
    const methods = new Set(matches.flatMap(({ route }) => methodsOf(route)));
    return new Map([...methods].map((method) => [method, reachableBy(method, matches)]));
  }
}

function matchRoute<Target>(
  route: Route<Target>,
  path: string,
  hostname: string,
): RouteMatch<Target>['params'] | undefined {
  return route.matchesHost === undefined || route.matchesHost(hostname) ? route.match(path) : undefined;
}

/** The methods of a route by name: the usual ones for one that answers all, and the `HEAD` that comes with `GET`. */
function methodsOf<Target>({ info, answers }: Route<Target>): readonly string[] {
  const methods = info.methods.includes('*') ? USUAL_METHODS : info.methods;
  return answers('HEAD') ? [...methods, 'HEAD'] : methods;
}

/** The first choice, and what follows it as long as only a version decides. */
function reachableBy<Target>(method: string, matches: readonly RouteMatch<Target>[]): readonly RouteMatch<Target>[] {
  const versions = new ClaimedVersions();
  const answering = matches.filter(({ route }) => route.answers(method) && versions.claim(route.info.version));
  const final = answering.findIndex(({ route }) => route.matchesVersion === undefined);
  return final === -1 ? answering : answering.slice(0, final + 1);
}

import { USUAL_METHODS } from '../core/methods.js';
import type { CorsRequest } from '../core/request.js';
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
    const matches: RouteMatch<Target>[] = [];
    for (const order of this.index.candidates(path)) {
      const route = this.routes[order]!;
      if (route.answers(method) && (route.matchesHost === undefined || route.matchesHost(hostname))) {
        const params = route.match(path);
        if (params !== undefined) {
          matches.push({ route, params });
          if (route.matchesVersion === undefined) {
            break;
          }
        }
      }
    }
    return matches;
  }

  serving(request: CorsRequest): Serving<Target> {
    const reachable = this.resolve(request);
    const match = reachable.find(({ route }) => route.matchesVersion === undefined || route.matchesVersion(request));
    return { match, reachable };
  }

  methodsAt(path: string, hostname: string): ReadonlyMap<string, readonly RouteMatch<Target>[]> {
    const methods = new Set<string>();
    for (const order of this.index.candidates(path)) {
      const { info, answers, match } = this.routes[order]!;
      if (match(path) !== undefined) {
        for (const method of info.methods.includes('*') ? USUAL_METHODS : info.methods) {
          methods.add(method);
        }
        if (answers('HEAD')) {
          methods.add('HEAD');
        }
      }
    }
    const found = new Map<string, readonly RouteMatch<Target>[]>();
    for (const method of methods) {
      const matches = this.resolve({ method, path, hostname });
      if (matches.length > 0) {
        found.set(method, matches);
      }
    }
    return found;
  }
}

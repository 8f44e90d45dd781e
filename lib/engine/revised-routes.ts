import type { CorsRequest } from '../core/request.js';
import type { PathParams, RouteResolver, RouteSet, Serving, Whereabouts } from '../routing/route.js';
import type { RouteTarget, TargetRoute } from './request-decision.js';

/** The same routes with other targets: to judge policies that the app does not have. */
export class RevisedRoutes implements RouteResolver<RouteTarget> {
  readonly #routes: RouteResolver<RouteTarget>;
  readonly #revise: (target: RouteTarget) => RouteTarget;
  readonly #revised = new Map<TargetRoute, TargetRoute>();
  readonly #originals = new Map<TargetRoute, TargetRoute>();

  constructor(routes: RouteResolver<RouteTarget>, revise: (target: RouteTarget) => RouteTarget) {
    this.#routes = routes;
    this.#revise = revise;
  }

  at(where: Whereabouts): RouteSet<RouteTarget> {
    const set = this.#routes.at(where);
    return {
      methods: set.methods,
      reachable: (method) => set.reachable(method).map((route) => this.#revisedOf(route)),
    };
  }

  serving(request: CorsRequest): Serving<RouteTarget> {
    const { route, reachable } = this.#routes.serving(request);
    return {
      route: route && this.#revisedOf(route),
      reachable: reachable.map((each) => this.#revisedOf(each)),
    };
  }

  paramsOf(route: TargetRoute, request: CorsRequest): PathParams {
    return this.#routes.paramsOf(this.#originals.get(route) ?? route, request);
  }

  #revisedOf(route: TargetRoute): TargetRoute {
    let revised = this.#revised.get(route);
    if (revised === undefined) {
      const { info, pattern, answers, match, matchesHost, matchesVersion, refuses, target } = route;
      revised = { info, pattern, answers, match, matchesHost, matchesVersion, refuses, target: this.#revise(target) };
      this.#revised.set(route, revised);
      this.#originals.set(revised, route);
    }
    return revised;
  }
}

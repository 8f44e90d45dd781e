import { METHODS } from 'node:http';
import { NO_ROUTE_ASKED, type RouteAsked } from '../../core/decisions/admits.js';
import { planPreflight, type PolicyReached, type PreflightPlan } from '../../core/decisions/preflight-plan.js';
import { grantKeyOf, type RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Junction, Route, RouteResolver } from '../../routing/route.js';
import type { RouteTarget } from './outcome.js';

/** Whose policy holds, and the name of the route that it reached. */
export interface Ruling {
  readonly policy: RoutePolicy;
  readonly name: string | undefined;
}

/** What all preflights for one method at one junction have in common. */
export interface PlannedPreflight {
  /** `undefined`: no policy reaches it, such preflights pass on. */
  readonly plan: PreflightPlan | undefined;
  /** The first choice among the routes. */
  readonly target: RouteTarget | undefined;
}

type TargetRoute = Route<RouteTarget>;
type TargetJunction = Junction<RouteTarget>;

/** Methods that a client makes up are not remembered. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/**
 * What follows from the routes alone, whoever asks: which policy holds on a route, which others it must be told apart
 * from, and what a preflight depends on. Made at the first request that needs it, and kept.
 */
export class Rulings {
  private readonly asked = new WeakMap<TargetRoute, RouteAsked>();
  private readonly rivalsOf = new WeakMap<readonly TargetRoute[], Map<unknown, readonly RoutePolicy[] | undefined>>();
  private readonly preflights = new WeakMap<TargetJunction, Map<TargetJunction, Map<string, PlannedPreflight>>>();

  /**
   * @param entries the routes of the module's option; `undefined`: there are none
   * @param fallback the default policy
   */
  constructor(
    readonly handlers: RouteResolver<RouteTarget>,
    private readonly entries: RouteResolver<RouteTarget> | undefined,
    private readonly fallback: RoutePolicy,
  ) {}

  /** The entry of `routes` that covers a method on the request's path. */
  entryAt(request: CorsRequest, method: string): TargetRoute | undefined {
    return this.entries?.at(request).reachable(method)[0];
  }

  /** The policy of a target: what its decorators say, or else an entry of `routes`, or else the default. */
  of(target: RouteTarget | undefined, entry: TargetRoute | undefined): Ruling {
    if (target?.explicit) {
      return target;
    }
    const named = target?.kind === 'handler' ? target : (entry?.target ?? target);
    return { policy: entry === undefined ? this.fallback : entry.target.policy, name: named?.name };
  }

  /** The policies of routes that a preflight cannot tell apart, where they do not grant the same. */
  rivals(reachable: readonly TargetRoute[], entry: TargetRoute | undefined): readonly RoutePolicy[] | undefined {
    if (reachable.length < 2) {
      return undefined;
    }
    let known = this.rivalsOf.get(reachable);
    if (known === undefined) {
      known = new Map();
      this.rivalsOf.set(reachable, known);
    }
    if (!known.has(entry)) {
      known.set(entry, apart(this.policiesOf(reachable, entry)));
    }
    return known.get(entry);
  }

  policiesOf(reachable: readonly TargetRoute[], entry: TargetRoute | undefined): readonly RoutePolicy[] {
    return reachable.map(({ target }) => this.of(target, entry).policy);
  }

  /** What a policy that is asked about a route may know of it. */
  askedAt(route: TargetRoute | undefined): RouteAsked {
    if (route === undefined) {
      return NO_ROUTE_ASKED;
    }
    let asked = this.asked.get(route);
    if (asked === undefined) {
      asked = { route: route.info, paramsOf: (request) => this.handlers.paramsOf(route, request) };
      this.asked.set(route, asked);
    }
    return asked;
  }

  /** What the preflight of a request for this method depends on. */
  preflight(request: CorsRequest, method: string): PlannedPreflight {
    const handlers = this.handlers.at(request);
    const entries = this.entries?.at(request) ?? NO_ENTRIES;
    if (!KNOWN_METHODS.has(method)) {
      return this.plan(handlers, entries, method);
    }
    let byEntries = this.preflights.get(handlers);
    if (byEntries === undefined) {
      byEntries = new Map();
      this.preflights.set(handlers, byEntries);
    }
    let byMethod = byEntries.get(entries);
    if (byMethod === undefined) {
      byMethod = new Map();
      byEntries.set(entries, byMethod);
    }
    let planned = byMethod.get(method);
    if (planned === undefined) {
      planned = this.plan(handlers, entries, method);
      byMethod.set(method, planned);
    }
    return planned;
  }

  private plan(handlers: TargetJunction, entries: TargetJunction, method: string): PlannedPreflight {
    const reached = (name: string): readonly PolicyReached[] => {
      const routes = handlers.reachable(name);
      const entry = entries.reachable(name)[0];
      return (routes.length === 0 ? [undefined] : routes).map((route) => {
        const { policy, name: named } = this.of(route?.target, entry);
        return { policy, route: named, method: name, asked: this.askedAt(route) };
      });
    };
    // The one that is asked for may lead to a 404, which the default policy lets the page see.
    const methods = new Set([method, ...entries.methods, ...handlers.methods]);
    return {
      plan: planPreflight(method, reached(method), [...methods].flatMap(reached)),
      target: handlers.reachable(method)[0]?.target,
    };
  }
}

const NO_ENTRIES: TargetJunction = Object.freeze({ methods: Object.freeze([]), reachable: () => [] });

/** The policies that a preflight could have been answered by, where they do not grant the same. */
export function apart(policies: readonly RoutePolicy[]): readonly RoutePolicy[] | undefined {
  const differ = policies.length > 1 && new Set(policies.map(grantKeyOf)).size > 1;
  return differ && policies.some((policy) => policy?.kind === 'policy') ? policies : undefined;
}

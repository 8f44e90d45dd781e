import { NO_ROUTE_ASKED, type RouteAsked } from '../core/decide/allow-origin.js';
import { enforces } from '../core/decide/enforcement.js';
import { type MethodPolicy, planPreflight, type PreflightPlan } from '../core/decide/preflight-plan.js';
import { commonGrant } from '../core/policy/common-grant.js';
import { differingPolicies, type DifferingPolicies } from '../core/policy/differing-policies.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import { USUAL_METHODS } from '../core/http/methods.js';
import type { CorsRequest } from '../core/request.js';
import { SequenceCache } from '../routing/sequence-cache.js';
import type { RouteSet, RouteResolver } from '../routing/route.js';
import type { RouteTarget, TargetRoute } from './request-decision.js';
import type { RouteRulesIndex, RulesAt } from './route-rules.js';

/** A route, by its name, and the policy that applies to it. */
export interface Candidate {
  readonly policy: RoutePolicy;
  readonly name: string | undefined;
  /** A policy that grants nothing here, but whose enforcement applies to the request. */
  readonly enforcing?: RoutePolicy;
}

/** The common part of all preflights for one method on one route set. */
export interface PlannedPreflight {
  /** `undefined`: no policy reaches it, such preflights pass on. */
  readonly plan: PreflightPlan | undefined;
  /** The first choice among the routes. */
  readonly target: RouteTarget | undefined;
  /** The route that the first choice leads to, by name. */
  readonly name: string | undefined;
}

type TargetRouteSet = RouteSet<RouteTarget>;

/** Makes the policy that replaces another one: it keeps the enforcement of that one (rule 3.6). */
export type Replacing = (policy: RoutePolicy, replaced: RoutePolicy) => RoutePolicy;

/** The parts that RoutePolicies are made of. */
export interface RoutePolicySources {
  readonly handlers: RouteResolver<RouteTarget>;
  /** The entries of the module's `routes`; `undefined`: there are none. */
  readonly rules: RouteRulesIndex | undefined;
  readonly defaultPolicy: RoutePolicy;
  readonly replacing: Replacing;
}

/**
 * The policies of routes: the one that applies to a route, the others that a preflight cannot distinguish from it, and
 * those that a preflight depends on. Computed at the first request that needs them, and cached.
 */
export class RoutePolicies {
  readonly handlers: RouteResolver<RouteTarget>;
  private readonly rules: RouteRulesIndex | undefined;
  private readonly asked = new WeakMap<TargetRoute, RouteAsked>();
  // By the entries first: an app has thousands of routes and few combinations of entries.
  private readonly differing = new WeakMap<RulesAt, WeakMap<readonly TargetRoute[], DifferingPolicies | undefined>>();
  private readonly preflights = new WeakMap<RulesAt, WeakMap<TargetRouteSet, Map<string, PlannedPreflight>>>();

  /** One object for the same policies, so that its origin is checked once for all methods. */
  private readonly commonGrants = new SequenceCache<RoutePolicy, RoutePolicy>(commonGrant);

  constructor(private readonly sources: RoutePolicySources) {
    this.handlers = sources.handlers;
    this.rules = sources.rules;
  }

  /** The entries of `routes` on the request's path. */
  rulesAt(request: CorsRequest): RulesAt {
    if (this.rules === undefined) {
      return NO_RULES;
    }
    const { wholePath } = request;
    return this.rules.at(wholePath === undefined ? request : { path: wholePath, hostname: request.hostname });
  }

  /** The same, but empty for a decorated handler, whose policy comes before entries that do not enforce. */
  rulesFor(target: RouteTarget | undefined, request: CorsRequest): RulesAt {
    return target?.explicit && this.rules?.enforce !== true ? NO_RULES : this.rulesAt(request);
  }

  /** The policy of a target: that of its decorators, or else of an entry of `routes`, or else the default. */
  of(target: RouteTarget | undefined, rules: RulesAt, method: string): Candidate {
    return target?.kind === 'handler'
      ? this.ofHandler(target, rules.sent.reachable(method)[0]?.target)
      : this.ofOther(target, rules, method);
  }

  /** The policies of routes that a preflight cannot distinguish, if they do not grant the same. */
  differingAt(reachable: readonly TargetRoute[], rules: RulesAt, method: string): DifferingPolicies | undefined {
    if (reachable.length < 2) {
      return undefined;
    }
    let known = this.differing.get(rules);
    if (known === undefined) {
      known = new WeakMap();
      this.differing.set(rules, known);
    }
    if (!known.has(reachable)) {
      known.set(reachable, differingPolicies(this.policiesOf(reachable, rules, method)));
    }
    return known.get(reachable);
  }

  policiesOf(reachable: readonly TargetRoute[], rules: RulesAt, method: string): readonly RoutePolicy[] {
    return reachable.map(({ target }) => this.of(target, rules, method).policy);
  }

  /** The facts about a route for the policy's providers. */
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

  /** The prepared answer to preflights for this method on the request's path. */
  preflight(request: CorsRequest, method: string): PlannedPreflight {
    const handlers = this.handlers.at(request);
    const rules = this.rulesAt(request);
    const known = this.preflights.get(rules)?.get(handlers)?.get(method);
    if (known !== undefined) {
      return known;
    }
    const planned = this.plan(handlers, rules, method);
    // Clients choose the method and may choose the path, so only answers for methods and paths of the app are cached.
    if (!rules.isShared || !(USUAL_METHODS.includes(method) || handlers.methods.includes(method))) {
      return planned;
    }
    let byHandlers = this.preflights.get(rules);
    if (byHandlers === undefined) {
      byHandlers = new WeakMap();
      this.preflights.set(rules, byHandlers);
    }
    let byMethod = byHandlers.get(handlers);
    if (byMethod === undefined) {
      byMethod = new Map();
      byHandlers.set(handlers, byMethod);
    }
    byMethod.set(method, planned);
    return planned;
  }

  private ofHandler(target: RouteTarget, entry: RouteTarget | undefined): Candidate {
    if (!target.explicit) {
      return { policy: entry === undefined ? this.sources.defaultPolicy : entry.policy, name: target.name };
    }
    return entry === undefined || !enforces(entry.policy)
      ? target
      : { policy: this.sources.replacing(target.policy, entry.policy), name: target.name };
  }

  /** The policy for a path without a handler of Nest: the code behind may read the path in another way (rule 3.3). */
  private ofOther(target: RouteTarget | undefined, { readings }: RulesAt, method: string): Candidate {
    const entries = readings.map(({ on }) => on.reachable(method)[0]?.target);
    const { defaultPolicy } = this.sources;
    const policies = entries.map((entry) => (entry === undefined ? defaultPolicy : entry.policy));
    const entry = entries.find((each) => each !== undefined);
    const above = readings.flatMap((reading, index) =>
      target === undefined && entries[index] === undefined
        ? (reading.above.map((each) => each.reachable(method)[0]?.target.policy).find((each) => each !== undefined) ??
          [])
        : [],
    );
    const name = entry?.name ?? target?.name;
    const policy = this.common(policies);
    if (above.length === 0) {
      return { policy, name };
    }
    return policy === undefined
      ? { policy, name, enforcing: this.common(above) }
      : { policy: this.common([...policies, ...above]), name };
  }

  private common(policies: readonly RoutePolicy[]): RoutePolicy {
    return this.commonGrants.get([...new Set(policies)]);
  }

  private plan(handlers: TargetRouteSet, rules: RulesAt, method: string): PlannedPreflight {
    const policiesOf = (name: string): readonly MethodPolicy[] => {
      const routes = handlers.reachable(name);
      return (routes.length === 0 ? [undefined] : routes).map((route) => {
        const { policy, name: named } = this.of(route?.target, rules, name);
        return { policy, route: named, method: name, asked: this.askedAt(route) };
      });
    };
    // The requested method may lead to a 404, which the default policy lets the page see.
    const methods = new Set([method, ...rules.readings.flatMap(({ on }) => on.methods), ...handlers.methods]);
    const candidates = policiesOf(method);
    return {
      plan: planPreflight(method, candidates, [...methods].flatMap(policiesOf)),
      target: handlers.reachable(method)[0]?.target,
      name: candidates[0]!.route,
    };
  }
}

const NO_ENTRIES: TargetRouteSet = Object.freeze({ methods: Object.freeze([]), reachable: () => [] });
const NO_RULES: RulesAt = Object.freeze({
  sent: NO_ENTRIES,
  readings: Object.freeze([{ on: NO_ENTRIES, above: Object.freeze([]) }]),
  isShared: true,
});

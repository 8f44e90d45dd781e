import { compareMethods } from '../core/http/methods.js';
import { differingPolicies } from '../core/policy/differing-policies.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import type { PathParams } from '../routing/route.js';
import { decideBy } from './actual-decision.js';
import { decideByPlan, methodAskedFor, passedOn } from './preflight-decision.js';
import type { SocketRoute } from './handshake.js';
import type { EarlyGrants, RequestDecision, TargetRoute } from './request-decision.js';
import type { RoutePolicies } from './route-policies.js';

const NO_GRANTS: EarlyGrants = Object.freeze({ policies: Object.freeze([]), trusted: false });

/**
 * The one way from a request to a decision: route, policy, allowlist, decision. Has no import of Nest and sets no
 * header. Answers at once unless a provider has to wait.
 */
export class CorsEngine {
  /**
   * @param versionsMayChange whether the app reads versions by code of its own, which may depend on what middleware
   *   adds
   */
  constructor(
    private readonly policies: RoutePolicies,
    private readonly versionsMayChange: boolean,
  ) {}

  /**
   * Decides a request for the route that it is expected to reach.
   *
   * @param grants its earlier grants, for another route or by an outer app
   */
  decide(request: CorsRequest, grants: EarlyGrants = NO_GRANTS): MaybePromise<RequestDecision> {
    const asked = request.method === 'OPTIONS' ? methodAskedFor(request) : undefined;
    return asked === undefined ? this.decideActual(request, grants) : this.decidePreflight(request, asked, grants);
  }

  /**
   * Decides an actual request for the route that serves it, if no preflight can have been answered for another route.
   */
  decideAt(route: TargetRoute, request: CorsRequest): MaybePromise<RequestDecision> {
    const { policies } = this;
    const { target } = route;
    return decideBy(
      {
        candidate: policies.of(target, policies.rulesFor(target, request), request.method),
        target,
        asked: policies.askedAt(route),
        differing: undefined,
        trusted: false,
        provisional: false,
      },
      request,
    );
  }

  /**
   * Decides an actual request again when the route that serves it is known for certain.
   *
   * @param grants the grants for the expected route: the reached route has to give them too
   */
  decideFor(route: TargetRoute, request: CorsRequest, grants: EarlyGrants): MaybePromise<RequestDecision> {
    const { policies } = this;
    const { target } = route;
    const matches = policies.handlers.at(request).reachable(request.method);
    const rules = matches.length > 1 ? policies.rulesAt(request) : policies.rulesFor(target, request);
    const candidate = policies.of(target, rules, request.method);
    const others = matches.includes(route) ? policies.policiesOf(matches, rules, request.method) : [];
    return decideBy(
      {
        candidate,
        target,
        asked: policies.askedAt(route),
        differing: differingPolicies([candidate.policy, ...grants.policies, ...others]),
        trusted: grants.trusted,
        provisional: false,
      },
      request,
    );
  }

  /** Reports whether Nest keeps a request at its route: it neither refuses it nor passes it on to the next one. */
  serves(route: TargetRoute, request: CorsRequest): boolean {
    const { matchesHost, matchesVersion, refuses } = route;
    return (
      (matchesHost?.(request.hostname) ?? true) &&
      (matchesVersion?.(request) ?? true) &&
      !(refuses?.(this.policies.handlers.paramsOf(route, request)) ?? false)
    );
  }

  /** The route that serves a request, or else the entry of `routes` that covers it. */
  locate(request: CorsRequest): { readonly route: TargetRoute; readonly params: PathParams } | undefined {
    const { handlers } = this.policies;
    const { route } = handlers.serving(request);
    const entry =
      route?.target.kind === 'handler' ? undefined : this.policies.rulesAt(request).sent.reachable(request.method)[0];
    if (entry !== undefined) {
      return { route: entry, params: entry.match(request.path) ?? {} };
    }
    return route && { route, params: handlers.paramsOf(route, request) };
  }

  /**
   * The entry of `routes` that applies to an upgrade on a path; `undefined`: there is none. An upgrade is a GET. If no
   * entry is for GET, one for other methods applies: otherwise the handshake would be open to all.
   */
  entryAt(request: CorsRequest): SocketRoute | undefined {
    const { path } = request;
    const rules = this.policies.rulesAt(request);
    const sets = rules.readings.flatMap(({ on, above }) => [on, ...above]);
    const methods = [request.method, ...sets.flatMap((set) => set.methods)];
    const method = methods.find((each) => sets.some((set) => set.reachable(each).length > 0));
    if (method === undefined) {
      return undefined;
    }
    const { policy, enforcing, name = 'routes' } = this.policies.of(undefined, rules, method);
    return {
      info: rules.sent.reachable(method)[0]?.info ?? { name, methods: [method], path },
      policy: policy ?? enforcing,
    };
  }

  /** The methods that handlers serve on the path of a request. */
  methodsServedAt(request: CorsRequest): readonly string[] {
    return [...this.policies.handlers.at(request).methods].sort(compareMethods);
  }

  /** The policies of all versions that may have answered the preflight of a request. */
  versionsAt(request: CorsRequest): readonly RoutePolicy[] {
    const { policies } = this;
    const { method } = request;
    const versions = policies.handlers
      .at(request)
      .reachable(method)
      .filter((route) => route.matchesVersion !== undefined);
    const found = policies.policiesOf(versions, policies.rulesAt(request), method);
    return found.filter((policy) => policy?.kind === 'policy');
  }

  private decideActual(request: CorsRequest, grants: EarlyGrants): MaybePromise<RequestDecision> {
    const { policies } = this;
    const { route, reachable } = policies.handlers.serving(request);
    const target = route?.target;
    const rules = reachable.length === 1 ? policies.rulesFor(target, request) : policies.rulesAt(request);
    const candidate = policies.of(target, rules, request.method);
    return decideBy(
      {
        candidate,
        target,
        asked: policies.askedAt(route),
        differing:
          grants.policies.length > 0
            ? differingPolicies([
                candidate.policy,
                ...grants.policies,
                ...policies.policiesOf(reachable, rules, request.method),
              ])
            : target && policies.differingAt(reachable, rules, request.method),
        trusted: grants.trusted,
        provisional: this.versionsMayChange && reachable.some(({ matchesVersion }) => matchesVersion !== undefined),
      },
      request,
    );
  }

  /** Decides a preflight. It passes on to the app if no policy applies to the requested route. */
  private decidePreflight(request: CorsRequest, method: string, grants: EarlyGrants): MaybePromise<RequestDecision> {
    const planned = this.policies.preflight(request, method);
    const { plan } = planned;
    if (plan === undefined) {
      const passed = this.decideActual(request, grants);
      return passed instanceof Promise
        ? passed.then((decision) => passedOn(decision, planned, method))
        : passedOn(passed, planned, method);
    }
    return decideByPlan(request, plan, planned.target);
  }
}

import { IssueCollector } from '../core/issues/issues.js';
import type { MergedPolicy } from '../core/policy/merge.js';
import type { EffectivePolicy } from '../config/policy-registry.js';
import { readRules } from '../config/route-rules.js';
import { type HandlerTarget, isHandlerTarget } from '../discovery/route-catalog.js';
import type { PlannedGateway } from '../discovery/gateways.js';
import { CorsEngine } from '../engine/engine.js';
import type { RouteTarget, TargetRoute } from '../engine/request-decision.js';
import { RevisedRoutes } from '../engine/revised-routes.js';
import { RoutePolicies } from '../engine/route-policies.js';
import { RouteRulesIndex } from '../engine/route-rules.js';
import type { ExplainedRuntime } from '../inspect/explain/explain.js';
import { type PolicyRevision, reachingFields } from '../inspect/explain/revision.js';
import type { Platform } from '../platform/adapter.js';
import type { RouteResolver } from '../routing/route.js';
import { gatewayRoutes } from './gateway-routes.js';
import { type CorsPlan, planGateway } from './plan.js';

/** The parts of the running library that a revision begins with. */
export interface RevisedParts {
  readonly plan: CorsPlan;
  readonly platform: Platform;
  readonly handlers: RouteResolver<RouteTarget>;
  readonly targets: readonly HandlerTarget[];
  /** Makes the routes of entries, as written and in lower case. */
  rules(plan: CorsPlan): {
    readonly entries: readonly TargetRoute[];
    readonly folded: readonly TargetRoute[] | undefined;
  };
  readonly versionsMayChange: boolean;
  readonly running: ExplainedRuntime;
}

/**
 * Makes the running library as it would be with a change of the configuration, in order to explain a request by it. The
 * app itself keeps everything: policies are compiled into a registry that is thrown away.
 *
 * @returns `undefined` where the change would stop startup
 */
export function revisedRuntime(parts: RevisedParts, revision: PolicyRevision): ExplainedRuntime | undefined {
  const issues = new IssueCollector();
  const book = parts.plan.book.draft(issues);
  const { fields = [], decorated, entry } = revision;
  const revise = memo((effective: EffectivePolicy): EffectivePolicy =>
    effective?.kind === 'merged'
      ? fields.reduce<MergedPolicy>((merged, written) => {
          const reaching = reachingFields(written, merged);
          return reaching === undefined ? merged : book.refineBy(merged, { place: written.place, fields: reaching });
        }, effective)
      : effective,
  );
  // Startup checks each policy as it is written too, also where every route refines it.
  parts.plan.book.all.forEach(revise);
  const defaultPolicy = revise(parts.plan.defaultPolicy);
  const added = entry === undefined ? [] : readRules([entry], parts.platform, book, defaultPolicy, issues);
  const plan: CorsPlan = {
    ...parts.plan,
    book,
    defaultPolicy,
    rules: [...parts.plan.rules.map((rule) => ({ ...rule, effective: revise(rule.effective) })), ...added],
  };
  const gatewayOf = ({ source, effective, unmanaged }: PlannedGateway): PlannedGateway =>
    source.name === decorated?.name
      ? planGateway({ ...source, metadata: [decorated.metadata] }, plan)
      : { source, effective: revise(effective), unmanaged };
  const handlerOf = ({ source, effective, ...target }: HandlerTarget): HandlerTarget => {
    const isDecorated = source.name === decorated?.name;
    const own = isDecorated
      ? book.effective(defaultPolicy, [source.controller, { ...source, metadata: [decorated.metadata] }])
      : revise(effective);
    return { ...target, source, effective: own, explicit: target.explicit || isDecorated, policy: undefined };
  };
  const targets = new Map<RouteTarget, HandlerTarget>(parts.targets.map((target) => [target, handlerOf(target)]));
  const gateways = plan.gateways.map(gatewayOf);
  if (issues.issues.length > 0) {
    return undefined;
  }
  const compiled = memo((target: HandlerTarget): HandlerTarget => ({
    ...target,
    policy: book.compile(target.effective),
  }));
  const { entries, folded } = parts.rules(plan);
  const policies = new RoutePolicies({
    handlers: new RevisedRoutes(parts.handlers, (target) =>
      isHandlerTarget(target) ? compiled(targets.get(target)!) : target,
    ),
    rules: entries.length === 0 ? undefined : new RouteRulesIndex(entries, folded),
    defaultPolicy: book.compile(defaultPolicy),
    replacing: (policy, replaced) => book.replacing(policy, replaced),
  });
  return {
    ...parts.running,
    engine: new CorsEngine(policies, parts.versionsMayChange),
    gateways: gatewayRoutes({ ...plan, gateways }),
    plannedGateways: gateways,
    sourceOf: (policy) => book.sourceOf(policy),
  };
}

function memo<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) {
      known.set(key, compute(key));
    }
    return known.get(key)!;
  };
}

import type { Platform } from '../platform/adapter.js';
import { enforces } from '../core/decide/enforcement.js';
import type { Policy } from '../core/policy/policy.js';
import { OrderedRoutes } from '../routing/ordered-routes.js';
import type { Route } from '../routing/route.js';
import { SearchedRoutes } from '../routing/searched-routes.js';
import { type PolicyReport, reportPolicy } from '../inspect/policy-report.js';
import { type OrderedRules, orderedRules } from '../inspect/ordered-rules.js';
import { RouteReports } from '../inspect/route-reports.js';
import type { WrittenPolicy } from '../inspect/origins.js';
import type { AuditFinding } from '../inspect/finding.js';
import { idleEntries } from '../inspect/idle-entries.js';
import { CorsEngine } from '../engine/engine.js';
import type { RouteTarget } from '../engine/request-decision.js';
import { RouteRulesIndex } from '../engine/route-rules.js';
import { RoutePolicies } from '../engine/route-policies.js';
import { VersioningType } from '@nestjs/common';
import type { ExplainedRuntime } from '../inspect/explain/explain.js';
import { canBeLazy, type DeciderEvents, deciderOf } from '../pipeline/runtime.js';
import type { Handshakes } from '../pipeline/sockets/handshakes.js';
import type { SocketRuntime } from '../pipeline/sockets/socket-runtime.js';
import { gatewayRoutes, routeOfServer } from './gateway-routes.js';
import type { CorsPlan } from './plan.js';
import { type RevisedParts, revisedRuntime } from './revised-runtime.js';
import {
  type CatalogRoute,
  catalogRoutes,
  type CatalogSources,
  type HandlerTarget,
  isHandlerRoute,
  laterRoutes,
} from '../discovery/route-catalog.js';
import { routeOfRule } from '../config/route-rules.js';

/** The running library of one app: everything that is computed when its routes are known. */
export interface RunningCors extends SocketRuntime, ExplainedRuntime {
  readonly targets: readonly HandlerTarget[];
  /** Every route of the platform after the start of the app, in its order. */
  readonly routes: readonly CatalogRoute[];
  readonly reports: RouteReports;
  /** Every policy that applies somewhere, and every named one. */
  readonly policies: () => readonly WrittenPolicy[];
  /** The named policies. */
  readonly named: ReadonlyMap<string, Policy>;
  /** `defaultPolicy` as data; `null`: there is none. */
  readonly defaultPolicy: PolicyReport | null;
  /** Lists the rules that decide about requests, in order. */
  rules(): OrderedRules;
  readonly allowlists: Pick<CorsPlan['registry'], 'all' | 'find'>;
  /** Audit findings about the entries of `routes`. */
  readonly entryFindings: readonly AuditFinding[];
}

/** Compiles a plan when the platform has all routes. */
export function runCors(
  plan: CorsPlan,
  sources: Omit<CatalogSources, 'targets'> & { readonly sockets: Pick<Handshakes, 'namespacesAt'> },
  events: DeciderEvents,
): RunningCors {
  const targets = plan.handlers.map(({ source, effective }): HandlerTarget =>
    Object.freeze({
      kind: 'handler',
      name: source.name,
      policy: plan.book.compile(effective),
      explicit: source.metadata.length > 0 || source.controller.metadata.length > 0,
      source,
      effective,
    }),
  );
  const routes = catalogRoutes({ ...sources, targets });
  const search = sources.platform.search();
  // Express never reaches a route behind the 404 that ends the registration.
  const later = (): readonly CatalogRoute[] => (search === undefined ? [] : laterRoutes(routes, sources));
  const serving = routes.filter(({ serves }) => serves);
  const rulesOf = (from: CorsPlan): ReturnType<RevisedParts['rules']> => {
    const ofRules = from.rules.map((rule) => routeOfRule(rule, from.book));
    return { entries: ofRules, folded: foldedEntries(ofRules, sources.platform) };
  };
  const { entries, folded } = rulesOf(plan);
  const handlers =
    search === undefined ? new OrderedRoutes(serving) : new SearchedRoutes(() => [...routes, ...later()], search);
  const defaultPolicy = plan.book.compile(plan.defaultPolicy);
  const policies = [defaultPolicy, ...[...targets, ...entries.map(({ target }) => target)].map(({ policy }) => policy)];
  const versioned = routes.some(({ matchesVersion }) => matchesVersion !== undefined);
  // Fastify's router has chosen the version before any code of the app's runs.
  const versionsMayChange = search === undefined && sources.versioning?.type === VersioningType.CUSTOM;
  const engine = new CorsEngine(
    new RoutePolicies({
      handlers,
      rules: entries.length === 0 ? undefined : new RouteRulesIndex(entries, folded),
      defaultPolicy,
      replacing: (policy, replaced) => plan.book.replacing(policy, replaced),
    }),
    versionsMayChange,
  );
  const named = plan.book.compileNamed();
  const gateways = gatewayRoutes(plan);
  const running: RunningCors = {
    platform: sources.platform,
    engine,
    decider: deciderOf(engine, events),
    // Express finds the route late. An external route before the handlers, one of another host and one of another version
    // may leave a request to a handler whose policy did not answer its preflight: such a request is decided twice.
    isLazy:
      search === undefined &&
      !versioned &&
      serving.every((route) => (isHandlerRoute(route) || !route.earlier) && route.matchesHost === undefined) &&
      policies.every(canBeLazy),
    enforces: versioned || policies.some(enforces),
    gateways,
    plannedGateways: plan.gateways,
    namespacesAt: (server, name) => sources.sockets.namespacesAt(server, name),
    routeOfServer: (server, kind) => routeOfServer(server, kind, plan),
    targets,
    routes,
    reports: new RouteReports(plan, routes, entries, plan.gateways, later),
    named,
    policies: () =>
      [...new Set([...named.values(), ...policies, ...gateways.map(({ policy }) => policy)])].flatMap((policy) => {
        const merged = plan.book.sourceOf(policy);
        return policy?.kind === 'policy' && policy.parts === undefined && merged?.kind === 'merged'
          ? [{ policy, merged }]
          : [];
      }),
    defaultPolicy: reportPolicy(plan.defaultPolicy),
    rules: () => orderedRules(plan, plan.gateways, [...routes, ...later()], sources.platform),
    allowlists: plan.registry,
    // Found by a separate search, because the one for requests accepts no more routes after its first use.
    entryFindings: idleEntries(entries, () => {
      const own = sources.platform.search();
      return own === undefined ? new OrderedRoutes(serving) : new SearchedRoutes(() => routes, own);
    }),
    preview: plan.registry.preview,
    sourceOf: (policy) => plan.book.sourceOf(policy),
    policyNames: plan.book.names,
    revised: (revision) =>
      revisedRuntime(
        { plan, platform: sources.platform, handlers, targets, rules: rulesOf, versionsMayChange, running },
        revision,
      ),
  };
  return running;
}

/** The entries with their paths in lower case; `undefined`: the platform ignores case, or no path has a capital letter. */
function foldedEntries(
  entries: readonly Route<RouteTarget>[],
  platform: Platform,
): readonly Route<RouteTarget>[] | undefined {
  const tellsCase = platform.compilePath('/A')('/a') === undefined;
  return tellsCase && entries.some(({ info: { path } }) => path !== path.toLowerCase())
    ? entries.map((entry) => ({ ...entry, match: foldedMatch(entry, platform) }))
    : undefined;
}

function foldedMatch({ info: { path }, match }: Route<RouteTarget>, platform: Platform): Route<RouteTarget>['match'] {
  try {
    return platform.compilePath(path.toLowerCase());
  } catch {
    // Two parameters that differ in case alone.
    return match;
  }
}

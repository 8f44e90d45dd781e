import { METHODS } from 'node:http';
import type { Platform } from '../../platform/platform.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import { OrderedRoutes } from '../../routing/ordered-routes.js';
import type { Route } from '../../routing/route.js';
import { SearchedRoutes } from '../../routing/searched-routes.js';
import { type PolicyReport, reportPolicy } from './effective-report.js';
import { RouteReports } from './route-reports.js';
import { CorsEngine } from '../requests/engine.js';
import type { RouteTarget } from '../requests/outcome.js';
import { canWait } from '../requests/postponed-outcome.js';
import { Rulings } from '../requests/rulings.js';
import { VersioningType } from '@nestjs/common';
import type { CorsPlan } from '../configuration/plan.js';
import type { EffectivePolicy } from '../configuration/policy-book.js';
import {
  type CatalogRoute,
  catalogRoutes,
  type CatalogSources,
  type HandlerTarget,
  isHandlerRoute,
  laterRoutes,
} from './route-catalog.js';
import type { ReadRule } from '../configuration/route-rules.js';

/** The library at work on one app: everything that could be computed once its routes were known. */
export interface RunningCors {
  readonly platform: Platform;
  readonly engine: CorsEngine;
  /**
   * Whether actual requests are decided when their response's head is written, by the route that has served them: where
   * the platform finds the route only later, and nothing that comes before depends on the decision.
   */
  readonly postpones: boolean;
  /** Whether the server itself may have to refuse a request (DESIGN 3.4, 3.6). */
  readonly enforces: boolean;
  readonly targets: readonly HandlerTarget[];
  /** Every route that the platform held when the app had come up, in its order. */
  readonly routes: readonly CatalogRoute[];
  readonly reports: RouteReports;
  /** `defaultPolicy` as data; `null`: there is none. */
  readonly fallback: PolicyReport | null;
  readonly allowlists: CorsPlan['registry']['all'];
  /** What a policy was compiled from. */
  sourceOf(policy: RoutePolicy): EffectivePolicy;
}

/** Compiles a plan once the platform holds all routes. */
export function runCors(plan: CorsPlan, sources: Omit<CatalogSources, 'targets'>): RunningCors {
  const targets = plan.handlers.map(({ source, effective }): HandlerTarget =>
    Object.freeze({
      kind: 'handler',
      name: source.name,
      policy: plan.book.compile(effective),
      explicit: source.marks.length > 0 || source.controller.marks.length > 0,
      source,
      effective,
    }),
  );
  const routes = catalogRoutes({ ...sources, targets });
  const search = sources.platform.search();
  const entries = plan.rules.map((rule) => ruleRoute(rule, plan));
  const serving = routes.filter(isServing);
  const fallback = plan.book.compile(plan.fallback);
  const policies = [fallback, ...[...targets, ...entries.map(({ target }) => target)].map(({ policy }) => policy)];
  const versioned = routes.some(({ matchesVersion }) => matchesVersion !== undefined);
  return {
    platform: sources.platform,
    engine: new CorsEngine(
      new Rulings(
        search === undefined
          ? new OrderedRoutes(serving)
          : new SearchedRoutes(() => [...routes, ...laterRoutes(routes, sources)], search),
        entries.length === 0 ? undefined : new OrderedRoutes(entries),
        fallback,
      ),
      // Fastify's router has chosen the version before any code of the app's runs.
      search === undefined && sources.versioning?.type === VersioningType.CUSTOM,
    ),
    // A route of the app's own, one of another host and one of another version may leave a request to a handler whose
    // policy its preflight was not answered by; such a request has to be held against that one.
    postpones:
      sources.platform.postpone !== undefined &&
      !versioned &&
      serving.every((route) => isHandlerRoute(route) && route.matchesHost === undefined) &&
      policies.every(canWait),
    enforces: versioned || policies.some((policy) => policy?.kind === 'policy' && policy.enforce),
    targets,
    routes,
    reports: new RouteReports(plan, routes, entries),
    fallback: reportPolicy(plan.fallback),
    allowlists: plan.registry.all,
    sourceOf: (policy) => plan.book.sourceOf(policy),
  };
}

/**
 * Where routes are tried in order, a foreign one matters if it stood there before the handlers, whose requests it takes.
 * Those that came later are Nest's own: middleware of modules, which passes requests on to the handlers, and the 404
 * behind them.
 */
function isServing(route: CatalogRoute): boolean {
  return isHandlerRoute(route) || route.earlier;
}

function ruleRoute({ info, match, effective }: ReadRule, { book }: CorsPlan): Route<RouteTarget> {
  const named = info.methods.includes('GET') ? [...info.methods, 'HEAD'] : info.methods;
  const answered = new Set(info.methods.includes('*') ? METHODS : named);
  return {
    info,
    // Few, and one platform decodes a path before it matches: each is tried by the platform's own matcher.
    pattern: undefined,
    answers: (method) => answered.has(method),
    match,
    matchesHost: undefined,
    matchesVersion: undefined,
    target: Object.freeze({ kind: 'entry', name: info.name, policy: book.compile(effective), explicit: true }),
  };
}

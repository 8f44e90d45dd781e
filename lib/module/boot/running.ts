import { METHODS } from 'node:http';
import type { Platform } from '../../platform/platform.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import { OrderedRoutes } from '../../routing/ordered-routes.js';
import type { Route } from '../../routing/route.js';
import { SearchedRoutes } from '../../routing/searched-routes.js';
import type { AuditFinding } from './audit-finding.js';
import { type PolicyReport, reportPolicy, type RouteReport } from './effective-report.js';
import { reportRoutes } from './route-reports.js';
import { CorsEngine } from '../requests/engine.js';
import type { RouteTarget } from '../requests/outcome.js';
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
  readonly targets: readonly HandlerTarget[];
  /** Every route that the platform held when the app had come up, in its order. */
  readonly routes: readonly CatalogRoute[];
  readonly reports: readonly RouteReport[];
  /** What the boot audit has found about the routes. */
  readonly findings: readonly AuditFinding[];
  /** `defaultPolicy` as data; `null`: there is none. */
  readonly fallback: PolicyReport | null;
  readonly allowlists: CorsPlan['registry']['all'];
  /** What a policy was compiled from. */
  sourceOf(policy: RoutePolicy): EffectivePolicy;
  /**
   * The targets of a handler, as an execution context names it: one for each module that serves its controller, all
   * under one policy. None for a handler that serves no route.
   */
  targetsOf(controller: object, handler: object): readonly HandlerTarget[];
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
  const byController = indexTargets(targets);
  return {
    platform: sources.platform,
    engine: new CorsEngine(
      new Rulings(
        search === undefined
          ? new OrderedRoutes(routes.filter(isServing))
          : new SearchedRoutes(() => [...routes, ...laterRoutes(routes, sources)], search),
        entries.length === 0 ? undefined : new OrderedRoutes(entries),
        plan.book.compile(plan.fallback),
      ),
      // Fastify's router has chosen the version before any code of the app's runs.
      search === undefined && sources.versioning?.type === VersioningType.CUSTOM,
    ),
    targets,
    routes,
    ...reportRoutes(plan, routes, entries),
    fallback: reportPolicy(plan.fallback),
    allowlists: plan.registry.all,
    sourceOf: (policy) => plan.book.sourceOf(policy),
    targetsOf: (controller, handler) => byController.get(controller)?.get(handler) ?? [],
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

function indexTargets(targets: readonly HandlerTarget[]): ReadonlyMap<object, ReadonlyMap<object, HandlerTarget[]>> {
  const byController = new Map<object, Map<object, HandlerTarget[]>>();
  for (const target of targets) {
    const { controller, handler } = target.source;
    const handlers = byController.get(controller.type) ?? new Map<object, HandlerTarget[]>();
    byController.set(controller.type, handlers.set(handler, [...(handlers.get(handler) ?? []), target]));
  }
  return byController;
}

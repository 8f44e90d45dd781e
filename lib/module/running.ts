import type { InjectionToken } from '@nestjs/common';
import type { Allowlist } from '../allowlists/status.js';
import type { Platform } from '../platform/platform.js';
import { OrderedRoutes } from '../routing/ordered-routes.js';
import type { Route } from '../routing/route.js';
import { type RouteReport, reportRoute } from './effective-report.js';
import { CorsEngine, type RouteTarget } from './engine.js';
import type { CorsPlan } from './plan.js';
import { catalogRoutes, type CatalogSources, type HandlerTarget } from './route-catalog.js';
import type { ReadRule } from './route-rules.js';

/** The library at work on one app: everything that could be computed once its routes were known. */
export interface RunningCors {
  readonly platform: Platform;
  readonly engine: CorsEngine;
  readonly targets: readonly HandlerTarget[];
  readonly reports: readonly RouteReport[];
  readonly allowlists: ReadonlyMap<InjectionToken, Allowlist>;
  /** The target of a handler, as an execution context names it; `undefined` for one that serves no route. */
  targetOf(controller: object, handler: object): HandlerTarget | undefined;
}

/** Compiles a plan once the platform holds all routes. */
export function runCors(plan: CorsPlan, sources: Omit<CatalogSources, 'targets'>): RunningCors {
  const targets = plan.handlers.map(({ source, effective }): HandlerTarget =>
    Object.freeze({
      name: source.name,
      policy: plan.book.compile(effective),
      explicit: source.marks.length > 0 || source.controller.marks.length > 0,
      source,
      effective,
    }),
  );
  const routes = catalogRoutes({ ...sources, targets });
  const entries = plan.rules.map((rule) => ruleRoute(rule, plan));
  const byController = indexTargets(targets);
  return {
    platform: sources.platform,
    engine: new CorsEngine(new OrderedRoutes(routes), new OrderedRoutes(entries), plan.book.compile(plan.fallback)),
    targets,
    reports: Object.freeze([
      ...routes.flatMap(({ info, target }) =>
        'effective' in target ? [reportRoute(info, (target as HandlerTarget).effective)] : [],
      ),
      ...plan.rules.map(({ info, effective }) => reportRoute(info, effective)),
    ]),
    allowlists: plan.registry.all,
    targetOf: (controller, handler) => byController.get(controller)?.get(handler),
  };
}

function ruleRoute({ info, match, effective }: ReadRule, { book }: CorsPlan): Route<RouteTarget> {
  const all = info.methods.includes('*');
  const answered = new Set(info.methods.includes('GET') ? [...info.methods, 'HEAD'] : info.methods);
  return {
    info,
    pattern: info.path,
    answers: (method) => all || answered.has(method),
    match,
    matchesHost: undefined,
    matchesVersion: undefined,
    target: Object.freeze({ name: info.name, policy: book.compile(effective), explicit: true }),
  };
}

function indexTargets(targets: readonly HandlerTarget[]): ReadonlyMap<object, ReadonlyMap<object, HandlerTarget>> {
  const byController = new Map<object, Map<object, HandlerTarget>>();
  for (const target of targets) {
    const { controller, handler } = target.source;
    const handlers = byController.get(controller.type) ?? new Map<object, HandlerTarget>();
    byController.set(controller.type, handlers.set(handler, target));
  }
  return byController;
}

import { grantKeyOf } from '../core/policy/policy.js';
import type { CorsRoute } from '../core/request.js';
import type { Route } from '../routing/route.js';
import type { Configuration } from '../config/read-options.js';
import type { EffectivePolicy, DecoratedPlace } from '../config/policy-registry.js';
import type { RouteTarget } from '../engine/request-decision.js';
import { type AuditedRoute, auditRoutes, type RouteFinding } from './audit.js';
import type { AuditFinding } from './finding.js';
import { auditGateways, reportGateways } from './gateways.js';
import type { PlannedGateway } from '../discovery/gateways.js';
import { reportPolicy, type RouteReport, reportRoute } from './policy-report.js';
import { startupLine } from './startup-line.js';
import { type CatalogRoute, type HandlerTarget, isHandlerRoute, isHandlerTarget } from '../discovery/route-catalog.js';

/**
 * The reports about the routes of an app: every route of a handler, then the WebSocket gateways, then the entries of the
 * module's `routes`, then those routes of the platform itself that a policy reaches.
 */
export class RouteReports {
  /** Audit findings about them. */
  readonly findings: readonly AuditFinding[];
  private readonly routes: readonly AuditedRoute[];
  private readonly found: readonly RouteFinding[];
  private readonly ofGateways: readonly AuditFinding[];
  private ofApp: readonly RouteReport[] | undefined;

  /** @param later the routes that the platform has got since */
  constructor(
    private readonly plan: Configuration,
    private readonly catalog: readonly CatalogRoute[],
    private readonly entries: readonly Route<RouteTarget>[],
    private readonly gateways: readonly PlannedGateway[],
    private readonly later: () => readonly CatalogRoute[],
  ) {
    this.routes = [
      ...catalog.flatMap((route) =>
        isHandlerRoute(route) && !route.implied
          ? [this.audited(route.info, effectiveAt(route, route.info.methods, plan, entries), route.target)]
          : [],
      ),
      ...plan.rules.map(({ info, effective, unmanaged }) => ({
        ...this.audited(info, effective, undefined),
        unmanaged,
      })),
    ];
    this.found = auditRoutes(this.routes);
    this.ofGateways = auditGateways(gateways, plan);
    this.findings = Object.freeze([...this.found.map(({ finding }) => finding), ...this.ofGateways]);
  }

  /** The line that startup logs: how many routes there are, and how many of them are closed or without a policy. */
  startupLine(): string {
    const gateways = this.gateways.map(({ effective, unmanaged }) => ({ policy: reportPolicy(effective), unmanaged }));
    return startupLine(this.routes, gateways);
  }

  /** Created at first use: an app of thousands of routes starts sooner without them. */
  read(): readonly RouteReport[] {
    this.ofApp ??= this.make();
    return Object.freeze([
      ...this.ofApp,
      ...[...this.catalog, ...this.later()].flatMap((route) => this.ofPlatform(route)),
    ]);
  }

  /** One report for the methods that one policy reaches. */
  private ofPlatform(route: CatalogRoute): readonly RouteReport[] {
    if (isHandlerRoute(route) || route.implied || !route.serves) {
      return [];
    }
    const { info } = route;
    const policyOf = (method: string): EffectivePolicy => effectiveAt(route, [method], this.plan, this.entries);
    return [...new Set(info.methods.map(policyOf))].flatMap((effective) => {
      const methods = info.methods.filter((method) => policyOf(method) === effective);
      return effective === undefined ? [] : [reportRoute('platform', { ...info, methods }, effective, [], [])];
    });
  }

  private audited(info: CorsRoute, effective: EffectivePolicy, target: HandlerTarget | undefined): AuditedRoute {
    return {
      info,
      effective,
      target,
      policy: reportPolicy(effective),
      grantKey: () => grantKeyOf(this.plan.book.compile(effective)),
    };
  }

  private make(): readonly RouteReport[] {
    const findingsOf = new Map<AuditedRoute, AuditFinding[]>(this.routes.map((route) => [route, []]));
    for (const { finding, routes } of this.found) {
      new Set(routes).forEach((route) => findingsOf.get(route)?.push(finding));
    }
    const reports = this.routes.map((route) => {
      const { info, effective, target, unmanaged } = route;
      const [kind, places] = target === undefined ? (['entry', []] as const) : (['handler', placesOf(target)] as const);
      return reportRoute(kind, info, effective, places, Object.freeze(findingsOf.get(route)!), unmanaged);
    });
    const handlers = this.routes.filter(({ target }) => target !== undefined).length;
    return reports.toSpliced(handlers, 0, ...reportGateways(this.gateways, this.ofGateways));
  }
}

/** The places around a handler that may have decorators. */
export function placesOf({ source }: HandlerTarget): readonly DecoratedPlace[] {
  return [source.controller, source];
}

/**
 * The policy of a route without a decorator: that of the entry of `routes` that covers it (rule 2.4). A pattern is its
 * own example: an entry that covers `/orders/:id` for every id matches that text too.
 */
function effectiveAt(
  { info, target }: Route<RouteTarget>,
  methods: readonly string[],
  { rules, defaultPolicy, book }: Configuration,
  entries: readonly Route<RouteTarget>[],
): EffectivePolicy {
  const outer = isHandlerTarget(target) ? target.effective : defaultPolicy;
  const rule =
    rules[
      entries.findIndex(
        (entry) => methods.every((method) => covers(entry, method)) && entry.match(info.path) !== undefined,
      )
    ];
  if (rule === undefined) {
    return outer;
  }
  return target.explicit ? book.over(outer, rule.effective) : rule.effective;
}

function covers({ info, answers }: Route<RouteTarget>, method: string): boolean {
  return method === '*' ? info.methods.includes('*') : answers(method);
}

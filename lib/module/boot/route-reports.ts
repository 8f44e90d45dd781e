import { grantKeyOf } from '../../core/policies/policy.js';
import type { CorsRoute } from '../../core/requests/request.js';
import type { Route } from '../../routing/route.js';
import type { CorsPlan } from '../configuration/plan.js';
import type { EffectivePolicy, MarkedPlace } from '../configuration/policy-book.js';
import type { RouteTarget } from '../requests/outcome.js';
import { type AuditedRoute, auditRoutes, type RouteFinding } from './audit.js';
import type { AuditFinding } from './audit-finding.js';
import { reportPolicy, type RouteReport, reportRoute } from './effective-report.js';
import { type CatalogRoute, type HandlerTarget, isHandlerRoute } from './route-catalog.js';

/** What is told of the routes of an app: every route of a handler, then the entries of the module's `routes`. */
export class RouteReports {
  /** What the boot audit has found about them. */
  readonly findings: readonly AuditFinding[];
  private readonly routes: readonly AuditedRoute[];
  private readonly found: readonly RouteFinding[];
  private reports: readonly RouteReport[] | undefined;

  constructor(
    private readonly plan: CorsPlan,
    routes: readonly CatalogRoute[],
    entries: readonly Route<RouteTarget>[],
  ) {
    this.routes = [
      ...routes.flatMap((route) =>
        isHandlerRoute(route) && !route.implied
          ? [this.audited(route.info, effectiveAt(route, plan, entries), route.target)]
          : [],
      ),
      ...plan.rules.map(({ info, effective }) => this.audited(info, effective, undefined)),
    ];
    this.found = auditRoutes(this.routes);
    this.findings = Object.freeze(this.found.map(({ finding }) => finding));
  }

  /** Made when they are asked for: an app of thousands of routes boots sooner without. */
  read(): readonly RouteReport[] {
    this.reports ??= this.make();
    return this.reports;
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
    return Object.freeze(
      this.routes.map((route) => {
        const { info, effective, target } = route;
        const places = target === undefined ? [] : placesOf(target);
        return reportRoute(info, effective, places, Object.freeze(findingsOf.get(route)!));
      }),
    );
  }
}

/** The places around a handler where decorators may stand. */
export function placesOf({ source }: HandlerTarget): readonly MarkedPlace[] {
  return [source.controller, source];
}

/**
 * A handler that no decorator speaks about is under the entry of `routes` that covers it (DESIGN 2.4). A pattern is its
 * own example: what covers `/orders/:id` for every id matches that very text.
 */
function effectiveAt(
  { info, target }: Route<HandlerTarget>,
  { rules }: CorsPlan,
  entries: readonly Route<RouteTarget>[],
): EffectivePolicy {
  const index = target.explicit
    ? -1
    : entries.findIndex(({ answers, match }) => info.methods.every(answers) && match(info.path) !== undefined);
  return index === -1 ? target.effective : rules[index]!.effective;
}

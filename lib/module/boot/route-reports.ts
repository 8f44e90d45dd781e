import { grantKeyOf } from '../../core/policies/policy.js';
import type { Route } from '../../routing/route.js';
import type { CorsPlan } from '../configuration/plan.js';
import type { EffectivePolicy, MarkedPlace } from '../configuration/policy-book.js';
import type { RouteTarget } from '../requests/outcome.js';
import { type AuditedRoute, auditRoutes } from './audit.js';
import type { AuditFinding } from './audit-finding.js';
import { type RouteReport, reportRoute } from './effective-report.js';
import { type CatalogRoute, type HandlerTarget, isHandlerRoute } from './route-catalog.js';

/** What is told of the routes of an app. */
export interface RouteReports {
  readonly reports: readonly RouteReport[];
  readonly findings: readonly AuditFinding[];
}

/** Describes and audits every route of a handler, then the entries of the module's `routes`. */
export function reportRoutes(
  plan: CorsPlan,
  routes: readonly CatalogRoute[],
  entries: readonly Route<RouteTarget>[],
): RouteReports {
  const byReport = new Map<RouteReport, AuditFinding[]>();
  const audited = (
    info: CatalogRoute['info'],
    effective: EffectivePolicy,
    target: HandlerTarget | undefined,
  ): AuditedRoute => {
    const findings: AuditFinding[] = [];
    const report = reportRoute(info, effective, target === undefined ? [] : placesOf(target), findings);
    byReport.set(report, findings);
    return { report, effective, target, grantKey: grantKeyOf(plan.book.compile(effective)) };
  };
  const all = [
    ...routes.flatMap((route) =>
      isHandlerRoute(route) && !route.implied
        ? [audited(route.info, effectiveAt(route, plan, entries), route.target)]
        : [],
    ),
    ...plan.rules.map(({ info, effective }) => audited(info, effective, undefined)),
  ];
  const found = auditRoutes(all);
  for (const { finding, reports } of found) {
    new Set(reports).forEach((report) => byReport.get(report)?.push(finding));
  }
  byReport.forEach((findings) => Object.freeze(findings));
  return {
    reports: Object.freeze(all.map(({ report }) => report)),
    findings: Object.freeze(found.map(({ finding }) => finding)),
  };
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

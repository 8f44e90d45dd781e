import type { Configuration } from '../config/read-options.js';
import { gatewayInfo, type PlannedGateway } from '../discovery/gateways.js';
import { findingOf } from './audit.js';
import type { AuditFinding } from './finding.js';
import { type RouteReport, reportRoute } from './policy-report.js';

/** Finds settings of an app's WebSocket gateways that are rarely intended (rule 8.6). */
export function auditGateways(
  gateways: readonly PlannedGateway[],
  { book }: Pick<Configuration, 'book'>,
): readonly AuditFinding[] {
  const hasPolicies = book.all.length > 0;
  return gateways.flatMap(({ source, effective, unmanaged }): readonly AuditFinding[] => {
    if (effective === undefined) {
      return hasPolicies && !unmanaged ? [findingOf('open-gateway', source.name)] : [];
    }
    const takesCookies = effective.kind === 'merged' && effective.fields.credentials !== true;
    return takesCookies ? [findingOf('websocket-cookies', source.name)] : [];
  });
}

/** Describes the gateways and the policies that reach them. */
export function reportGateways(
  gateways: readonly PlannedGateway[],
  findings: readonly AuditFinding[],
): readonly RouteReport[] {
  return gateways.map(({ source, effective, unmanaged }) => {
    const own = Object.freeze(findings.filter(({ place }) => place === source.name));
    const info = { ...gatewayInfo(source), server: source.kind };
    return reportRoute('gateway', info, effective, [source], own, unmanaged);
  });
}

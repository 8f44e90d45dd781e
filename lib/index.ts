export type { CorsContext, CorsRoute } from './core/requests/request.js';
export type { ReportReason } from './core/decisions/second-opinion.js';
export type { CorsReason, Decision } from './core/decisions/decision.js';
export type { HeaderField } from './core/protocol/fields.js';
export { CorsConfigurationError, type CorsIssue } from './core/problems/issues.js';
export type { OriginProblem, OriginProblemCode } from './core/origins/origin-problem.js';
export type { Dangerously } from './core/origins/origin-checks.js';
export type { PolicyFields } from './core/policies/policy-fields.js';
export type { OriginFunction } from './allowlists/asked-function.js';
export { ConfigOrigins } from './allowlists/config-origins.js';
export type { AllowlistOptions } from './allowlists/options.js';
export type { ChangeFeed, OriginAllowlist, OriginLists, OriginLookup, OriginSource } from './allowlists/ports.js';
export type { AllowlistStatus, RejectedEntry } from './allowlists/status.js';
export { CorsAllowlists } from './module/allowlists.service.js';
export { CorsModule } from './module/cors.module.js';
export { CorsPolicy, NoCors } from './module/decorators.js';
export type { AuditCode, AuditFinding } from './module/boot/audit-finding.js';
export type { PolicyReport, RouteReport } from './module/boot/effective-report.js';
export {
  type CorsHealth,
  CorsHealthIndicator,
  type CorsHealthOptions,
  type CorsProviderHealth,
  type CorsProviderState,
} from './module/health.service.js';
export type {
  ExplainedAnswer,
  ExplainedPreflight,
  ExplainedRoute,
  Explanation,
  ExplainReason,
  ExplainRequest,
} from './module/explaining/explanation.js';
export type { BlockReason, CorsCheckReason } from './core/browser/block.js';
export type { CorsDecisionMessage, CorsReportMessage } from './module/observing/channels.js';
export type { DecisionCount } from './module/observing/counters.js';
export type { ReportCount } from './module/observing/reports.js';
export { CorsInspector } from './module/inspector.js';
export type {
  CorsFeatureOptions,
  CorsModuleAsyncOptions,
  CorsModuleOptions,
  CorsOptionsFactory,
  CorsOrigin,
  CorsPolicyOptions,
  CorsRouteRule,
  OriginProviderReference,
} from './module/options.js';

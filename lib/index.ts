export type { CorsContext, CorsRoute } from './core/request.js';
export type { ReportReason } from './core/decide/report-only.js';
export type { CorsReason, Decision } from './core/decision.js';
export type { HeaderField } from './core/http/headers.js';
export { CorsConfigurationError, type CorsIssue } from './core/issues/issues.js';
export type { OriginProblem, OriginProblemCode } from './core/origin/problems.js';
export type { Dangerously } from './core/origin/origin-checks.js';
export type { PolicyBooleanFields } from './core/policy/boolean-fields.js';
export type { CorsMethod, PolicyFields, ResourcePolicy } from './core/policy/options.js';
export type { OriginFunction } from './providers/callback/function-provider.js';
// All of it: an app can add to an interface only if its file is exported as a whole.
export type * from './config/policy-names.js';
export { ConfigOrigins } from './providers/config-origins.js';
export type { AllowlistOptions } from './providers/options.js';
export type {
  ChangeFeed,
  ChangeListener,
  OriginAllowlist,
  OriginEntries,
  OriginLists,
  OriginLookup,
  OriginSource,
  OriginVersion,
  SourceLimits,
} from './providers/ports.js';
export type { AllowlistStatus, RejectedEntry } from './providers/status.js';
export { CorsAllowlists } from './nest/cors-allowlists.service.js';
export { CorsModule } from './nest/cors.module.js';
export { CorsPolicy, NoCors } from './nest/cors-policy.decorator.js';
export type { AuditCode, AuditFinding } from './inspect/finding.js';
export type { PolicyReport, RouteReport } from './inspect/policy-report.js';
export {
  type CorsHealth,
  CorsHealthIndicator,
  type CorsHealthOptions,
  type CorsProviderHealth,
  type CorsProviderState,
} from './nest/cors-health.indicator.js';
export type {
  ExplainedAnswer,
  ExplainedPreflight,
  ExplainedRoute,
  Explanation,
  ExplainReason,
  ExplainRequest,
} from './inspect/explain/explanation.js';
export type { BlockReason, CorsCheckReason } from './core/browser/block.js';
export type { CorsDecisionMessage, CorsReportMessage } from './pipeline/events/channels.js';
export type { RevokedSocket } from './pipeline/sockets/revoked-socket.js';
export type { DecisionCount } from './pipeline/events/counters.js';
export type { ReportCount } from './pipeline/events/report-only-counts.js';
export type { AdmitsContext } from './inspect/policy-admits.js';
export { CorsInspector } from './nest/cors-inspector.service.js';
export type {
  CorsFeatureOptions,
  CorsModuleAsyncOptions,
  CorsModuleOptions,
  CorsOptionsFactory,
  CorsOrigin,
  CorsPolicies,
  CorsPolicyOptions,
  CorsPolicyRule,
  CorsRouteRule,
  CorsUnmanagedRule,
  NoCorsOptions,
  OriginProviderReference,
} from './config/options.js';

import type { Decision } from '../core/decision.js';
import type { ReportReason } from '../core/decide/report-only.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import type { Route } from '../routing/route.js';

/** The grants that a request got before its route was known for certain. */
export interface EarlyGrants {
  /** Policies that may have granted its preflight: of the expected route, of an outer app. */
  readonly policies: readonly RoutePolicy[];
  /** True if `CorsInspector.isTrusted()` has answered `true` for it. */
  readonly trusted: boolean;
}

/** The target of a route: a handler of a controller, an entry of `routes`, or code that the app registered itself. */
export interface RouteTarget {
  readonly kind: 'handler' | 'entry' | 'external';
  readonly name: string;
  readonly policy: RoutePolicy;
  /** True if a decorator gives the policy; otherwise an entry of `routes` comes before it. */
  readonly explicit: boolean;
}

/** A route, with its target. */
export type TargetRoute = Route<RouteTarget>;

/** A decision, with the route and the method that it is about. */
export interface RequestDecision {
  /** A preflight that no policy answers passes on to the app; its decision has no status. */
  readonly kind: 'preflight' | 'actual';
  /** True of a WebSocket handshake, or of a request of a transport in its place. */
  readonly webSocket?: true;
  readonly decision: Decision;
  readonly policy: RoutePolicy;
  /** The handler that the decision is about; `undefined` if none serves the request. */
  readonly target: RouteTarget | undefined;
  /** True if the request may still get another version: a refusal then waits for the handler. */
  readonly provisional: boolean;
  /** The handler, or else the entry of `routes`, that the policy was found for, by name; `undefined`: no route. */
  readonly route: string | undefined;
  /** The method that the decision is about: of a preflight its `Access-Control-Request-Method`. */
  readonly asked: string;
  /** The reason why a `reportOnly` policy would refuse what this decision allows; `undefined` without such a policy. */
  readonly reportOnly: MaybePromise<ReportReason | undefined> | undefined;
  /** The request as it was at that time. */
  readonly request: CorsRequest;
}

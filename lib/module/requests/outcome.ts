import type { Decision } from '../../core/decisions/decision.js';
import type { ReportReason } from '../../core/decisions/second-opinion.js';
import type { MaybePromise } from '../../core/origins/admission.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';

/** What a route leads to: a handler of a controller, an entry of the module's `routes`, or what the app registered itself. */
export interface RouteTarget {
  readonly kind: 'handler' | 'entry' | 'foreign';
  readonly name: string;
  readonly policy: RoutePolicy;
  /** Whether a decorator says the policy; otherwise an entry of `routes` comes before it. */
  readonly explicit: boolean;
}

/** A decision, and what it was taken for. */
export interface Outcome {
  readonly kind: 'preflight' | 'actual';
  readonly decision: Decision;
  readonly policy: RoutePolicy;
  /** The handler that the decision was taken for; `undefined` where none serves the request. */
  readonly target: RouteTarget | undefined;
  /** Whether the version it was taken for may turn out to be another: a refusal then waits for the handler. */
  readonly provisional: boolean;
  /** The handler, or else the entry of `routes`, that the policy reached, by name; `undefined`: no route. */
  readonly route: string | undefined;
  /** The method that was decided about: of a preflight its `Access-Control-Request-Method`. */
  readonly asked: string;
  /** What a `reportOnly` policy would refuse of what this decision admits; `undefined` where there is none to ask. */
  readonly second: MaybePromise<ReportReason | undefined> | undefined;
  /** The request as it was at that time. */
  readonly request: CorsRequest;
}

import type { BlockReason } from '../../core/browser/block.js';
import type { CorsReason } from '../../core/decisions/decision.js';
import type { ReportReason } from '../../core/decisions/second-opinion.js';
import type { PolicyReport } from '../boot/effective-report.js';

/** A request that a page might make, for `CorsInspector.explain()`. Nothing is sent. */
export interface ExplainRequest {
  /** As `fetch()` takes it: `get` is `GET`, `patch` is not `PATCH`. Default: `GET`. */
  readonly method?: string | undefined;
  /** Absolute (`https://api.example/orders`), or a path: then of `http://localhost`. */
  readonly url: string;
  /** Origin of the page: `https://app.example`, or `null` for an opaque one. Without it, a caller that is no page. */
  readonly origin?: string | undefined;
  /** What the script sets, and a body's `Content-Type`; nothing that browsers add by themselves. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether cookies go along: `credentials: 'include'`. Default: `false`. */
  readonly credentials?: boolean | undefined;
}

/**
 * Why an explanation says what it says: the codes of a decision (`CorsReason`), and
 * - `same-origin`: the page is of the URL's own origin; CORS has no say
 * - `credentials-not-allowed`: the page sends cookies, and the policy does not admit them
 * - `provider-failing`: the origin is not admitted, while a provider that the policy asks cannot answer
 * - `not-routable`: the framework answers such an address itself, before any hook (Fastify: 400 or 414)
 * - a browser's own reason (`BlockReason`), where the server has nothing to reproach itself with
 */
export type ExplainReason =
  CorsReason | 'same-origin' | 'credentials-not-allowed' | 'provider-failing' | 'not-routable' | BlockReason;

/** An answer as this library makes it. */
export interface ExplainedAnswer {
  /** Absent where it is the app's own: a handler's, or a 404. */
  readonly status?: number;
  /** The header fields of this library, `Vary` among them; what the app sets beside them is not known. */
  readonly headers: Readonly<Record<string, string>>;
  /** Why the server decides so. */
  readonly reason: CorsReason | 'not-routable';
}

/** The preflight that a browser sends ahead of a request. */
export interface ExplainedPreflight extends ExplainedAnswer {
  /** The header fields of the preflight itself. */
  readonly asks: Readonly<Record<string, string>>;
  /** Whether no policy answers it, so that it passes on to the app like any `OPTIONS` request. */
  readonly passedOn: boolean;
  /** Whether the browser then sends the request. */
  readonly granted: boolean;
}

/** The route that would serve a request. */
export interface ExplainedRoute {
  /** `OrdersController.update`, `routes[0]` for an entry of the module's `routes`, `a route without a controller`. */
  readonly handler: string;
  /** In upper case; `'*'` stands for every method. */
  readonly methods: readonly string[];
  /** As the platform registered it, prefix and URI version included. */
  readonly path: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly host?: readonly string[];
  readonly version?: readonly string[];
}

/** What becomes of a request, and why. Plain data. */
export interface Explanation {
  /** The question as it was understood. */
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly origin?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly credentials: boolean;
  };
  /** `null`: no route serves it. */
  readonly route: ExplainedRoute | null;
  /** `null`: no policy reaches it. */
  readonly policy: PolicyReport | null;
  /** For each field of the policy that was written, where: `defaultPolicy`, `policies.partner`, `OrdersController`, … */
  readonly provenance: Readonly<Record<string, string>>;
  /** Where the decorators among these places are written, as far as the runtime tells. */
  readonly sources: Readonly<Record<string, string>>;
  /** Absent where the browser asks nothing first. */
  readonly preflight?: ExplainedPreflight;
  /** The answer to the request itself, whether or not a preflight lets it be sent. */
  readonly response: ExplainedAnswer;
  /** As the page sees it. */
  readonly verdict: 'allowed' | 'blocked';
  /** Stable. */
  readonly reason: ExplainReason;
  /** What Chromium prints on the page's console; empty where nothing is blocked. */
  readonly message: string;
  /** In a sentence, why. */
  readonly summary: string;
  /** How to mend it, a sentence each; empty where nothing is blocked. */
  readonly advice: readonly string[];
  /** What a `reportOnly` policy would refuse; absent where there is none to ask, or nothing that it would refuse. */
  readonly reportOnly?: {
    readonly policy: string;
    readonly preflight?: ReportReason;
    readonly response?: ReportReason;
  };
}

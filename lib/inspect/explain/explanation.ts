import type { BlockReason } from '../../core/browser/block.js';
import type { CorsReason } from '../../core/decision.js';
import type { ReportReason } from '../../core/decide/report-only.js';
import type { EffectivePolicy } from '../../config/policy-registry.js';
import type { PolicyReport } from '../policy-report.js';

/**
 * A request that a page might make, for `CorsInspector.explain()`. Nothing is sent.
 *
 * @example
 * await inspector.explain({ method: 'PUT', url: '/orders/7', origin: 'https://app.example', credentials: true });
 */
export interface ExplainRequest {
  /** As for `fetch()`: `get` is `GET`, `patch` is not `PATCH`. Default: `GET`. */
  readonly method?: string | undefined;
  /** Absolute (`https://api.example/orders`), or a path: then of `http://localhost`. */
  readonly url: string;
  /** Origin of the page: `https://app.example`, or `null` for an opaque one. Without it, a caller that is not a page. */
  readonly origin?: string | undefined;
  /**
   * The headers that the script sets, and a body's `Content-Type`. Not those that browsers add by themselves. An
   * object, `Headers`, a `Map` or a list of pairs, as for `fetch()`.
   */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | Iterable<readonly string[]> | undefined;
  /** True if cookies go along: `credentials: 'include'`. Default: `false`. */
  readonly credentials?: boolean | undefined;
  /** True of a WebSocket that the page opens: `url` is then one of `ws:` or `wss:`, or a path. Default: `false`. */
  readonly webSocket?: boolean | undefined;
  /** Of a WebSocket of socket.io, the namespace that the page joins. Default: `/`. */
  readonly namespace?: string | undefined;
}

/**
 * The reason of an explanation: the codes of a decision (`CorsReason`), and
 * - `same-origin`: the page is of the URL's own origin; CORS does not apply
 * - `no-route`: no route serves the request, and no entry of `routes` and no `defaultPolicy` applies
 * - `credentials-not-allowed`: the page sends cookies, and the policy does not allow them
 * - `provider-failing`: the origin is not allowed, while a provider of the policy cannot answer
 * - `provider-not-asked`: the verdict is `unknown`, as it depends on a provider that a preview does not create
 * - `not-routable`: the framework answers such an address itself, before any hook (Fastify: 400 or 414)
 * - a browser's own reason (`BlockReason`), if the server is not the cause
 */
export type ExplainReason =
  | CorsReason
  | 'same-origin'
  | 'no-route'
  | 'credentials-not-allowed'
  | 'provider-failing'
  | 'provider-not-asked'
  | 'not-routable'
  | BlockReason;

/** An answer of this library. */
export interface ExplainedAnswer {
  /** Absent where it is the app's own: a handler's, or a 404. */
  readonly status?: number;
  /** The header fields of this library, `Vary` among them; other headers of the app are unknown. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The reason of the server's decision. `provider-not-asked`: a provider decides; the headers are those of either
   * answer.
   */
  readonly reason: CorsReason | 'provider-not-asked' | 'not-routable';
}

/** The preflight that a browser sends ahead of a request. */
export interface ExplainedPreflight extends ExplainedAnswer {
  /** The header fields of the preflight itself. */
  readonly asks: Readonly<Record<string, string>>;
  /** True if no policy answers it, so that it passes on to the app like any `OPTIONS` request. */
  readonly passedOn: boolean;
  /** True if the browser then sends the request; absent if a provider decides that could not be called. */
  readonly granted?: boolean;
}

/** The route that would serve a request. */
export interface ExplainedRoute {
  /** `OrdersController.update`, `routes[0]` for an entry of the module's `routes`, `a route without a controller`. */
  readonly handler: string;
  /** In upper case; `'*'` means every method. */
  readonly methods: readonly string[];
  /** As the platform registered it, prefix and URI version included. */
  readonly path: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly host?: readonly string[];
  readonly version?: readonly string[];
  readonly port?: number;
  readonly namespace?: string;
}

/** The result of a request, and why. Plain data. */
export interface Explanation {
  /** The question after reading. */
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly origin?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly credentials: boolean;
    readonly webSocket?: true;
    readonly namespace?: string;
  };
  /** `null`: no route serves it. */
  readonly route: ExplainedRoute | null;
  /** `null`: no policy reaches it. */
  readonly policy: PolicyReport | null;
  /**
   * For each field of the policy that was written, where: `defaultPolicy`, `policies.partner`, `OrdersController`, …
   */
  readonly provenance: Readonly<Record<string, string>>;
  /** Source locations of the decorators among these places, as far as the runtime tells. */
  readonly sources: Readonly<Record<string, string>>;
  /** Absent if the browser sends no preflight. */
  readonly preflight?: ExplainedPreflight;
  /** The answer to the request itself, whether or not a preflight lets it be sent. */
  readonly response: ExplainedAnswer;
  /**
   * The result for the page; `unknown` if it depends on a provider that could not be called, because a preview creates
   * none.
   */
  readonly verdict: 'allowed' | 'blocked' | 'unknown';
  /** Stable. */
  readonly reason: ExplainReason;
  /** The message that Chromium prints on the page's console; empty where nothing is blocked. */
  readonly message: string;
  /** The reason in a sentence. */
  readonly summary: string;
  /** Advice, a sentence each; empty where the request is allowed. */
  readonly advice: readonly string[];
  /** The result of a `reportOnly` policy; absent where there is none, or where it would refuse nothing. */
  readonly reportOnly?: {
    readonly policy: string;
    readonly preflight?: ReportReason;
    readonly response?: ReportReason;
  };
}

/** An explanation before it is put into words. */
export type ExplainedFacts = Omit<Explanation, 'summary' | 'advice'>;

/** An explanation, and the policy that it blames. */
export interface Examined {
  readonly explanation: Explanation;
  readonly blamed: EffectivePolicy;
}

/**
 * A correction of the configuration as code. The request was judged again with this change, and it is then allowed.
 */
export interface ExplainedFix {
  /** The change in a sentence, without a full stop at the end. */
  readonly title: string;
  /** The place to write it at: `policies.partner`, `OrdersController.update (src/orders.controller.ts:12)`. */
  readonly place: string;
  readonly code: string;
  /** `text`: an entry of a list that is not code. */
  readonly language: 'ts' | 'text';
}

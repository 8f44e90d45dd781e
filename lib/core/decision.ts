import type { HeaderField } from './http/headers.js';

/**
 * Why a decision is what it is; stable codes.
 * - `allowed`: the policy allows the request
 * - `no-origin`: an actual request without an `Origin`; there is nothing to decide
 * - `same-origin`: an actual request of a page of the app's own origin, which needs no grant; only reported, never used
 *   to decide
 * - `no-policy`: no policy reaches the route; the library leaves the response alone
 * - `no-route`: no route serves the request, and no entry of `routes` and no `defaultPolicy` applies
 * - `no-cors`: `@NoCors()`
 * - `origin-not-allowed`, `origin-null`, `origin-malformed`: the policy does not allow the origin
 * - `method-not-allowed`: the policy's `methods` lack the method
 * - `header-not-allowed`: the preflight asks for a header that `allowedHeaders` lacks
 * - `headers-unreadable`: `Access-Control-Request-Headers` is longer than any browser's, or malformed
 * - `cross-site`: an actual request without an `Origin` comes from another site, and the policy enforces fetch metadata
 * - `own-headers`: the response was sent with CORS headers of the app itself, instead of the policy's; only reported
 *   when the head is written
 * - `beyond-own-grant`: a preflight granted for another route, such as one of another version, allowed what this
 *   route's policy refuses
 */
export type CorsReason =
  | 'allowed'
  | 'no-origin'
  | 'same-origin'
  | 'no-policy'
  | 'no-route'
  | 'no-cors'
  | 'origin-not-allowed'
  | 'origin-null'
  | 'origin-malformed'
  | 'method-not-allowed'
  | 'header-not-allowed'
  | 'headers-unreadable'
  | 'cross-site'
  | 'own-headers'
  | 'beyond-own-grant';

/** The status of a preflight's answer unless a policy sets another. */
export const PREFLIGHT_STATUS = 204;

/** The answer to one request, as plain data. The same request gets the same decision everywhere. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: CorsReason;
  /** Of a preflight: the status of its answer. Of an actual request: 403 where it is refused by the server itself. */
  readonly status?: number;
  /** The fields to set. */
  readonly headers: readonly HeaderField[];
  /** The field names to add to `Vary`. */
  readonly vary: readonly string[];
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Keyed by their `vary` array, which comes from the policy and is the same for every request. */
const bare = new WeakMap<readonly string[], Map<CorsReason, Decision>>();

/** A decision that sets no `Access-Control-*` field. */
export function bareDecision(reason: CorsReason, vary: readonly string[] = NOTHING): Decision {
  let known = bare.get(vary);
  if (known === undefined) {
    known = new Map();
    bare.set(vary, known);
  }
  let decision = known.get(reason);
  if (decision === undefined) {
    decision = Object.freeze({ allowed: reason === 'no-origin', reason, headers: NOTHING, vary });
    known.set(reason, decision);
  }
  return decision;
}

/** For a route without a policy: no header is added or removed. */
export const NO_POLICY_DECISION: Decision = bareDecision('no-policy');

/** The same for a path that no route serves. */
export const NO_ROUTE_DECISION: Decision = bareDecision('no-route');

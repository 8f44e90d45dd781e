import type { HeaderField } from '../protocol/fields.js';

/**
 * Why a decision is what it is; stable codes.
 * - `allowed`: the policy admits the request
 * - `no-origin`: an actual request without an `Origin`; there is nothing to decide
 * - `no-policy`: no policy reaches the route; the library leaves the response alone
 * - `no-cors`: `@NoCors()`
 * - `origin-not-allowed`, `origin-null`, `origin-malformed`: the policy does not admit the origin
 * - `method-not-allowed`: the policy's `methods` lack the method
 * - `header-not-allowed`: the preflight asks for a header that `allowedHeaders` lacks
 * - `headers-unreadable`: `Access-Control-Request-Headers` is longer than any browser's, or malformed
 * - `beyond-own-grant`: a preflight granted for another route, such as one of another version, let through what this one's policy refuses
 */
export type CorsReason =
  | 'allowed'
  | 'no-origin'
  | 'no-policy'
  | 'no-cors'
  | 'origin-not-allowed'
  | 'origin-null'
  | 'origin-malformed'
  | 'method-not-allowed'
  | 'header-not-allowed'
  | 'headers-unreadable'
  | 'beyond-own-grant';

/** What to do with one request: plain data, the same wherever it is asked for. */
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

/** By what they vary by, which policies bring along: they are the same for every request. */
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

/** For a route without a policy: nothing is added, nothing is taken away. */
export const NO_POLICY_DECISION: Decision = bareDecision('no-policy');

import type { OriginQuestion } from '../origins/admission.js';
import type { Decision } from '../decisions/decision.js';
import type { HeaderField } from '../protocol/fields.js';
import type { OriginMatcher } from '../origins/origin-matcher.js';

/** Who may use a policy's routes: compiled, frozen. */
export interface OriginRule {
  /** `'*'` or `true`: every origin, malformed ones and `null` too. */
  readonly any: boolean;
  readonly allowNull: boolean;
  /** Everything that was listed as a string. */
  readonly matcher: OriginMatcher;
  /** Anchored, and without memory. */
  readonly expressions: readonly RegExp[];
  /** Asked in order, only about well-formed origins that nothing above admits. */
  readonly questions: readonly OriginQuestion[];
  /** Whether an answer to one of them may depend on more than the origin. */
  readonly usesContext: boolean;
}

/** Request headers that a preflight grants: any that is asked for, any by `*`, or the named ones. */
export type HeaderGrant =
  | { readonly kind: 'any' | 'star' }
  | { readonly kind: 'names'; readonly names: ReadonlySet<string>; readonly value: string };

/**
 * A policy as it is applied: checked as a whole, frozen, with everything computed that does not depend on a request.
 * Invariant: no `credentials` together with an origin of `'*'` or an exposed `'*'`, unless `dangerously` says so.
 */
export interface Policy {
  readonly kind: 'policy';
  /** The name it was written under, or the place that refined it. */
  readonly name: string;
  readonly origin: OriginRule;
  /** `'*'` without credentials: the answer is the same for every origin, so nothing varies. */
  readonly plain: boolean;
  readonly credentials: boolean;
  /** `undefined`: every method that a route has. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly allowedHeaders: HeaderGrant;
  readonly enforce: boolean;
  readonly privateNetwork: boolean;
  /** Status of a preflight's answer. */
  readonly status: number;
  /** What a granted preflight carries besides ACAO, ACAM and ACAH. */
  readonly preflightHeaders: readonly HeaderField[];
  /** What an allowed response carries besides ACAO. */
  readonly responseHeaders: readonly HeaderField[];
  readonly vary: readonly string[];
  /** The answer to every allowed request of a plain policy, made once. */
  readonly plainDecision: Decision | undefined;
  /** A second policy that is evaluated beside this one and refuses nothing. */
  readonly reportOnly: Policy | undefined;
  /** Two policies with one key grant the same: origin, credentials, methods and headers are equal. */
  readonly grantKey: string;
}

/** `@NoCors()`: no cross-origin use. */
export interface NoCorsPolicy {
  readonly kind: 'no-cors';
  readonly grantKey: string;
}

/** What a route has: a policy, none at all (`undefined`: this library leaves it alone), or no cross-origin use. */
export type RoutePolicy = Policy | NoCorsPolicy | undefined;

export const NO_CORS: NoCorsPolicy = Object.freeze({ kind: 'no-cors', grantKey: 'no-cors' });

/** What a policy, or its absence, grants; equal keys grant the same. */
export function grantKeyOf(policy: RoutePolicy): string {
  return policy === undefined ? 'no-policy' : policy.grantKey;
}

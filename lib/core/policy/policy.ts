import type { BoundProvider } from './origin-provider.js';
import type { Decision } from '../decision.js';
import type { PolicyBooleanFields } from './boolean-fields.js';
import type { Enforcement } from './options.js';
import { type HeaderField, ORIGIN, SEC_FETCH_DEST, SEC_FETCH_MODE, SEC_FETCH_SITE } from '../http/headers.js';
import type { OriginMatcher } from '../origin/matcher.js';
import type { ResourcePolicy } from './options.js';

/** The origins of a policy: compiled, frozen. */
export interface OriginRule {
  /** `'*'` or `true`: every origin, malformed ones and `null` too. */
  readonly any: boolean;
  /** `null` and `file://`, where they are listed. */
  readonly shared: ReadonlySet<string>;
  /** Everything that was listed as a string. */
  readonly matcher: OriginMatcher;
  /** Anchored, and without memory. */
  readonly expressions: readonly RegExp[];
  /** Called in order, only for well-formed origins that nothing above allows, never for shared ones. */
  readonly providers: readonly BoundProvider[];
  /** True if an answer to one of them may depend on more than the origin. */
  readonly usesContext: boolean;
  /** Rules that all have to allow an origin, instead of the fields above; `undefined`: this rule decides alone. */
  readonly all?: readonly OriginRule[] | undefined;
}

/** Request headers that a preflight grants: any requested header, any by `*`, or the listed ones. */
export type HeaderGrant =
  | { readonly kind: 'any' | 'star' }
  | { readonly kind: 'names'; readonly names: ReadonlySet<string>; readonly value: string };

/**
 * A policy as it is applied: checked as a whole, frozen, with everything computed that does not depend on a request.
 * Invariant: no `credentials` together with an origin of `'*'` or an exposed `'*'`, unless `dangerously` allows it.
 */
export interface Policy extends PolicyBooleanFields {
  readonly kind: 'policy';
  /** Its registered name, or the place that refined it. */
  readonly name: string;
  readonly origin: OriginRule;
  /** `'*'` without credentials: the answer is the same for every origin, so nothing varies. */
  readonly plain: boolean;
  /** `undefined`: every method that a route has. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly allowedHeaders: HeaderGrant;
  /** The requests that the server itself refuses (rule 3.6). */
  readonly enforce: Enforcement;
  /** Value of `Cross-Origin-Resource-Policy`; `undefined`: the library sends none. */
  readonly resourcePolicy: ResourcePolicy | undefined;
  /** Status of a preflight's answer. */
  readonly status: number;
  /** The fields of a granted preflight besides ACAO, ACAM and ACAH. */
  readonly preflightHeaders: readonly HeaderField[];
  /** The fields of an allowed response besides ACAO. */
  readonly responseHeaders: readonly HeaderField[];
  readonly vary: readonly string[];
  /** The answer to every allowed request of a plain policy, created once. */
  readonly plainDecision: Decision | undefined;
  /** The `reportOnly` policy, which is evaluated beside this one and refuses nothing. */
  readonly reportOnly: Policy | undefined;
  /** Two policies with one key grant the same: origin, credentials, methods and headers are equal. */
  readonly grantKey: string;
  /** The numbering of providers in `grantKey`, one for each app. Numbers of two apps cannot be compared. */
  readonly numbering: object;
  /** The policies whose common part this one grants; `undefined`: it is a policy of the configuration. */
  readonly parts?: readonly Policy[] | undefined;
}

/** `@NoCors()`: no cross-origin use. */
export interface NoCorsPolicy {
  readonly kind: 'no-cors';
  readonly enforce: Enforcement;
  readonly statesEnforce: boolean;
  /** The place that `enforce` comes from; `undefined`: it is written nowhere. */
  readonly enforcedBy: string | undefined;
  readonly vary: readonly string[];
  readonly grantKey: string;
}

/** The policy of a route: one that grants, `@NoCors()`, or none (`undefined`: this library leaves the route alone). */
export type RoutePolicy = Policy | NoCorsPolicy | undefined;

/** The grant key of everything that allows no origin: `@NoCors()`, `origin: false`, and a route without a policy. */
export const GRANTS_NOTHING = 'nothing';

/**
 * The key of a policy's grant, or of none; equal keys grant the same. Enforcement is compared separately (rule 3.6).
 */
export function grantKeyOf(policy: RoutePolicy): string {
  return policy === undefined ? GRANTS_NOTHING : policy.grantKey;
}

/** Reports whether a policy's `methods` allow a method; `GET` includes `HEAD`. */
export function allowsMethod({ methods }: Pick<Policy, 'methods'>, method: string): boolean {
  return methods === undefined || methods.has(method) || (method === 'HEAD' && methods.has('GET'));
}

const NOTHING: readonly string[] = Object.freeze([]);
const BY_ORIGIN: readonly string[] = Object.freeze([ORIGIN]);
const ENFORCED: readonly string[] = Object.freeze([ORIGIN, SEC_FETCH_SITE]);
const BY_FETCH_METADATA: readonly string[] = Object.freeze([...ENFORCED, SEC_FETCH_MODE, SEC_FETCH_DEST]);

/** The request fields that a 403 of this enforcement depends on (https://www.rfc-editor.org/rfc/rfc9110#field.vary). */
export function varyOfEnforcement(enforce: Enforcement): readonly string[] {
  return enforce === false ? NOTHING : enforce === true ? ENFORCED : BY_FETCH_METADATA;
}

/**
 * The request fields that the response to an actual request depends on. A plain policy refuses nothing but methods, so
 * its responses vary only where it enforces these.
 */
export function varyOfPolicy(plain: boolean, limitsMethods: boolean, enforce: Enforcement): readonly string[] {
  if (plain) {
    return limitsMethods ? varyOfEnforcement(enforce) : NOTHING;
  }
  return enforce === false ? BY_ORIGIN : varyOfEnforcement(enforce);
}

/**
 * A closed route, which grants nothing. Its enforcement is separate (rule 3.6).
 *
 * @param enforce `undefined`: it is written nowhere
 * @param enforcedBy the place where it is written
 */
export function noCors(enforce?: Enforcement, enforcedBy?: string): NoCorsPolicy {
  return Object.freeze({
    kind: 'no-cors',
    enforce: enforce ?? false,
    statesEnforce: enforce !== undefined,
    enforcedBy,
    vary: varyOfEnforcement(enforce ?? false),
    grantKey: GRANTS_NOTHING,
  });
}

/** A closed route without enforcement. */
export const NO_CORS: NoCorsPolicy = noCors();

/** The enforcement of a route (rule 3.6). */
export function enforcementOf(policy: RoutePolicy): Enforcement {
  return policy === undefined ? false : policy.enforce;
}

/** The stricter of two enforcements. */
export function stricter(a: Enforcement, b: Enforcement): Enforcement {
  return b === 'fetch-metadata' ? b : a || b;
}

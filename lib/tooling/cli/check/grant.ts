import { type FieldsThatAreOn, fieldsThatAreOn } from '../../../core/policy/boolean-fields.js';
import type { PolicyReport } from '../../../inspect/policy-report.js';

/**
 * The grant of a policy, reduced to what a browser or an attacker can see: no names, no places. Empty fields are left
 * out, so that a snapshot stays short and a later version of this package can add one.
 */
export interface Grant extends FieldsThatAreOn {
  /** True if `@NoCors()` closes the route. */
  readonly noCors?: true;
  /** Origins, patterns, expressions, names of providers, functions with a digest of their text; empty: no origin. */
  readonly origin: readonly string[];
  /** Missing: the methods that the route has. */
  readonly methods?: readonly string[];
  /** Missing: any. */
  readonly allowedHeaders?: readonly string[];
  readonly exposedHeaders?: readonly string[] | '*';
  readonly maxAge?: number;
  /** The enforcement, a separate question from the grant. */
  readonly enforce?: true | 'fetch-metadata';
  readonly resourcePolicy?: NonNullable<PolicyReport['resourcePolicy']>;
  readonly dangerously?: readonly string[];
}

/**
 * Values of `resourcePolicy` from the narrowest to the widest. Without a policy of this library the app's own value
 * decides, or none does.
 */
export const EMBEDDINGS = ['same-origin', 'same-site', 'none', 'cross-origin'] as const;
export type Embedding = (typeof EMBEDDINGS)[number];

/** `null`: no policy. */
export type Granted = Grant | null;

/** Reduces a policy to its grant. */
export function grantOf(policy: PolicyReport | null): Granted {
  if (policy === null) {
    return null;
  }
  const { methods, allowedHeaders, exposedHeaders, maxAge, dangerously, noCors } = policy;
  const enforced = policy.enforce === false ? {} : { enforce: policy.enforce };
  if (noCors) {
    return { noCors: true, origin: [], ...enforced };
  }
  const { credentials, ...others } = fieldsThatAreOn(policy);
  return {
    origin: policy.origin.includes('*') ? ['*'] : sorted(policy.origin),
    ...(credentials && { credentials }),
    ...(methods === undefined ? {} : { methods: sorted(methods) }),
    // `'*'` and no list at all grant the same.
    ...(typeof allowedHeaders === 'string' ? {} : { allowedHeaders: sortedNames(allowedHeaders) }),
    ...(exposedHeaders.length === 0
      ? {}
      : { exposedHeaders: exposedHeaders === '*' ? exposedHeaders : sortedNames(exposedHeaders) }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...enforced,
    ...others,
    ...(policy.resourcePolicy === undefined ? {} : { resourcePolicy: policy.resourcePolicy }),
    ...(dangerously.length === 0 ? {} : { dangerously: sorted(dangerously) }),
  };
}

/** The grant for one method; `undefined`: no page of another origin may use the method. */
export function effectiveGrant(method: string, granted: Granted): Grant | undefined {
  return granted !== null && granted.origin.length > 0 && allowsMethod(granted, method) ? granted : undefined;
}

/** `GET` includes `HEAD`. */
function allowsMethod({ methods }: Grant, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** Header names ignore case (RFC 9110, 5.1). */
function sortedNames(names: readonly string[]): readonly string[] {
  return sorted(names.map((name) => name.toLowerCase()));
}

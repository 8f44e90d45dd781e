import type { ExpressionEffect } from '../origin/expression-effect.js';
import type { PolicyBooleanFields } from './boolean-fields.js';
import type { OriginProvider } from './origin-provider.js';
import type { Dangerously } from '../origin/origin-checks.js';
import type { SharedOrigin } from '../origin/origin.js';
import type { OriginPattern } from '../origin/parse-pattern.js';

/** The requests that the server itself refuses: see `PolicyFields.enforce`. */
export type Enforcement = boolean | 'fetch-metadata';

/** A method, in upper case: the usual ones for completion, and any other token. */
export type CorsMethod =
  'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'QUERY' | (string & Record<never, never>);

/** The values of `Cross-Origin-Resource-Policy`: which pages may embed a response. */
export type ResourcePolicy = (typeof RESOURCE_POLICIES)[number];

export const RESOURCE_POLICIES = ['same-origin', 'same-site', 'cross-origin'] as const;

/** The same as a user writes them. */
type WrittenBooleanFields = { readonly [Field in keyof PolicyBooleanFields]?: PolicyBooleanFields[Field] | undefined };

/**
 * The fields of a policy as a user writes them; `Origin` is the type of an origin. The names follow the `cors` package.
 * A list may also be one comma-separated string. A field that is `undefined` is treated as not given.
 */
export interface PolicyFields<Origin> extends WrittenBooleanFields {
  /** The origins that may use the routes from a browser. Required, unless an outer policy has it. */
  readonly origin?: Origin | undefined;
  /** Only these methods may be used; `GET` includes `HEAD`. Default: the methods that the routes have. */
  readonly methods?: readonly CorsMethod[] | string | undefined;
  /**
   * Request headers that a preflight may grant. Default: any. `'*'` allows the same, with one shared answer where
   * possible.
   */
  readonly allowedHeaders?: readonly string[] | string | undefined;
  /** Response headers that scripts may read, besides the safelisted ones. Default: none. */
  readonly exposedHeaders?: readonly string[] | string | undefined;
  /** Seconds that a browser may keep a preflight's answer, -1 (not at all) to 86400. Default: unset, browsers keep 5 s. */
  readonly maxAge?: number | undefined;
  /**
   * Lets the server itself refuse what a browser would only hide: 403 before guards and handler. `'fetch-metadata'`
   * also refuses a request without `Origin` and with `Sec-Fetch-Site: cross-site` (an `<img>`, a form, a `no-cors`
   * fetch); top-level navigations by `GET` pass. Default: the value of the outer policy, or else `false` (rule 3.6).
   */
  readonly enforce?: Enforcement | undefined;
  /**
   * Value of `Cross-Origin-Resource-Policy` on every response of the policy's routes, in place of another one that
   * helmet or Nest's `useSecurityHeaders()` sets: with their `same-origin` a page of another origin cannot show an
   * image with `<img>`, although its `fetch()` is allowed. It does not depend on the request's origin, and `fetch()` of
   * mode `cors` ignores it. Default: none, and what the app sets is sent.
   *
   * @see https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
   */
  readonly resourcePolicy?: ResourcePolicy | undefined;
  /** Status of a preflight's answer, 200 to 299. Default: 204. */
  readonly optionsSuccessStatus?: number | undefined;
  /**
   * A second policy, by its name or as complete options. It is evaluated beside this one: what it would refuse is
   * reported (`CorsInspector.reports()`, channel `nestjs-cors-policy:report`), never refused. Default: none.
   */
  readonly reportOnly?: string | Omit<PolicyFields<Origin>, 'reportOnly'> | undefined;
  /** Each flag turns off one check of the configuration. Default: none. */
  readonly dangerously?: Dangerously | undefined;
}

/** One element of a policy's `origin`, read and checked as far as it can be on its own. */
export type OriginTerm =
  | { readonly kind: 'any'; readonly place: string }
  | { readonly kind: 'shared'; readonly value: SharedOrigin; readonly place: string }
  | { readonly kind: 'pattern'; readonly pattern: OriginPattern; readonly place: string; readonly value: string }
  | {
      readonly kind: 'expression';
      readonly expression: RegExp;
      readonly effect: ExpressionEffect;
      readonly place: string;
    }
  | { readonly kind: 'provider'; readonly provider: OriginProvider };

/** The fields after reading: each of its final type. Fields with an error are listed in `broken`. */
export interface ReadFields extends Partial<PolicyBooleanFields> {
  readonly origin?: readonly OriginTerm[];
  readonly methods?: readonly string[];
  readonly allowedHeaders?: '*' | readonly string[];
  readonly exposedHeaders?: '*' | readonly string[];
  readonly maxAge?: number;
  readonly enforce?: Enforcement;
  readonly resourcePolicy?: ResourcePolicy;
  readonly optionsSuccessStatus?: number;
  /** The name of a policy, or what was written in its place. */
  readonly reportOnly?: string | FieldLayer;
  readonly dangerously?: Dangerously;
}

export type FieldName = keyof ReadFields;

/** One place where fields are written: a named policy, `defaultPolicy`, a controller, a handler. */
export interface FieldLayer {
  readonly place: string;
  readonly fields: ReadFields;
  /** Fields that are given but wrong; checks that need them are skipped. */
  readonly broken: ReadonlySet<string>;
}

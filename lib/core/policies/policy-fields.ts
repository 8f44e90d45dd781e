import type { OriginProvider } from '../origins/admission.js';
import type { Dangerously } from '../origins/origin-checks.js';
import type { OriginPattern } from '../origins/origin-pattern.js';

/**
 * The fields of a policy as a user writes them, whatever an origin may be written as (`Origin`). The names follow the
 * `cors` package. A list may also be one comma-separated string. A field that is `undefined` counts as not given.
 */
export interface PolicyFields<Origin> {
  /** Who may use the routes from a browser. Required, unless a policy further out brings it. */
  readonly origin?: Origin | undefined;
  /** Only these methods may be used; `GET` stands for `HEAD` too. Default: whatever methods the routes have. */
  readonly methods?: readonly string[] | string | undefined;
  /** Request headers that a preflight may grant. Default: any. `'*'` says the same, as one shared answer where it can. */
  readonly allowedHeaders?: readonly string[] | string | undefined;
  /** Response headers that scripts may read, besides the safelisted ones. Default: none. */
  readonly exposedHeaders?: readonly string[] | string | undefined;
  /** Whether requests may carry cookies and HTTP authentication. Default: `false`. */
  readonly credentials?: boolean | undefined;
  /** Seconds that a browser may keep a preflight's answer, -1 (not at all) to 86400. Default: unset, browsers keep 5 s. */
  readonly maxAge?: number | undefined;
  /** Whether the server itself refuses what a browser would only hide: 403 before guards and handler. Default: `false`. */
  readonly enforce?: boolean | undefined;
  /** Whether to answer Private Network Access preflights (a withdrawn draft; opt-in only). Default: `false`. */
  readonly privateNetwork?: boolean | undefined;
  /** Status of a preflight's answer, 200 to 299. Default: 204. */
  readonly optionsSuccessStatus?: number | undefined;
  /**
   * A second policy, by its name or as options that stand alone. It is evaluated beside this one: what it would refuse is
   * reported (`CorsInspector.reports()`, channel `nestjs-cors-policy:report`), never refused. Default: none.
   */
  readonly reportOnly?: string | Omit<PolicyFields<Origin>, 'reportOnly'> | undefined;
  /** Each flag lifts one check of the configuration. Default: none. */
  readonly dangerously?: Dangerously | undefined;
}

/** One element of a policy's `origin`, read and checked as far as it can be on its own. */
export type OriginTerm =
  | { readonly kind: 'any' | 'null'; readonly place: string }
  | { readonly kind: 'pattern'; readonly pattern: OriginPattern; readonly place: string; readonly value: string }
  | { readonly kind: 'expression'; readonly expression: RegExp }
  | { readonly kind: 'provider'; readonly provider: OriginProvider };

/** The fields after reading: each of its final type. What was wrong is left out and stands in `broken`. */
export interface ReadFields {
  readonly origin?: readonly OriginTerm[];
  readonly methods?: readonly string[];
  readonly allowedHeaders?: '*' | readonly string[];
  readonly exposedHeaders?: '*' | readonly string[];
  readonly credentials?: boolean;
  readonly maxAge?: number;
  readonly enforce?: boolean;
  readonly privateNetwork?: boolean;
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
  /** Fields that are given but wrong; checks that need them are not made. */
  readonly broken: ReadonlySet<string>;
}

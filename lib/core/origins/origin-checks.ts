/** Each flag lifts one check of the configuration, for the policy that carries it, and is named in the boot log. */
export interface Dangerously {
  /** Let `http:` origins that are not loopback use a policy with credentials. */
  readonly allowInsecureOrigins?: boolean;
  /** Let a wildcard stand just above a public suffix (`https://*.github.io`) in a policy with credentials. */
  readonly allowPublicSuffixes?: boolean;
  /** Let `'null'` be listed: sandboxed frames, `file:` and redirects of strangers share that origin. */
  readonly allowNullOrigin?: boolean;
  /** Let `'*'` or `true` stand beside credentials: every origin is echoed, and reads with the user's cookies. */
  readonly reflectAnyOriginWithCredentials?: boolean;
}

/** What decides, besides its form, whether an origin pattern may stand in a policy. */
export interface OriginChecks {
  readonly credentials: boolean;
  readonly dangerously: Dangerously;
  /** Reports whether a domain is a public suffix (publicsuffix.org, private section included). */
  readonly isPublicSuffix: (domain: string) => boolean;
}

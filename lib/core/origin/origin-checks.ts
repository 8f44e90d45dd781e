/**
 * Each flag turns off one check of the configuration, for the policy that has it, and is listed in the boot log.
 *
 * @example
 * { origin: ['https://app.example', 'null'], dangerously: { allowNullOrigin: true } }
 */
export interface Dangerously {
  /** Allow `http:` origins that are not loopback in a policy with credentials. */
  readonly allowInsecureOrigins?: boolean;
  /** Allow a wildcard just above a public suffix (`https://*.github.io`) in a policy with credentials. */
  readonly allowPublicSuffixes?: boolean;
  /** Allow `'null'`: sandboxed frames, `file:` and redirects of strangers share that origin. */
  readonly allowNullOrigin?: boolean;
  /** Allow `'*'` or `true` together with credentials: every origin is echoed, and can read with the user's cookies. */
  readonly reflectAnyOriginWithCredentials?: boolean;
}

/** Besides its form, these decide whether an origin pattern may be used in a policy. */
export interface OriginChecks {
  readonly credentials: boolean;
  readonly dangerously: Dangerously;
  /** Reports whether a domain is a public suffix (publicsuffix.org, private section included). */
  readonly isPublicSuffix: (domain: string) => boolean;
}

/** Reports whether two policies' checks accept the same entries. */
export function sameChecks(a: OriginChecks, b: OriginChecks): boolean {
  return (
    a.credentials === b.credentials &&
    a.isPublicSuffix === b.isPublicSuffix &&
    FLAGS.every((flag) => (a.dangerously[flag] ?? false) === (b.dangerously[flag] ?? false))
  );
}

const ALL_FLAGS: Readonly<Record<keyof Dangerously, true>> = {
  allowInsecureOrigins: true,
  allowPublicSuffixes: true,
  allowNullOrigin: true,
  reflectAnyOriginWithCredentials: true,
};
const FLAGS = Object.keys(ALL_FLAGS) as (keyof Dangerously)[];

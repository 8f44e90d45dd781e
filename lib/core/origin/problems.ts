/** The errors of a text that should be an origin pattern, one code for each rule. */
export type OriginProblemCode =
  // The text as a whole.
  | 'origin-not-a-string'
  | 'origin-empty-string'
  | 'origin-any'
  | 'origin-null'
  | 'origin-too-long'
  | 'origin-white-space'
  | 'origin-control-character'
  | 'origin-malformed'
  // The scheme.
  | 'origin-scheme-missing'
  | 'origin-scheme-wildcard'
  | 'origin-scheme-invalid'
  | 'origin-scheme-opaque'
  // What an origin leaves out.
  | 'origin-trailing-slash'
  | 'origin-path'
  | 'origin-query'
  | 'origin-fragment'
  | 'origin-user-info'
  // Letters.
  | 'origin-upper-case'
  | 'origin-not-ascii'
  // The port.
  | 'origin-port-invalid'
  | 'origin-port-default'
  | 'origin-port-wildcard'
  // Wildcards of the host.
  | 'origin-wildcard-alone'
  | 'origin-wildcard-partial'
  | 'origin-wildcard-position'
  | 'origin-wildcard-ip'
  | 'origin-wildcard-scheme'
  // The host.
  | 'origin-host-missing'
  | 'origin-host-character'
  | 'origin-host-empty-label'
  | 'origin-host-too-long'
  | 'origin-host-punycode'
  | 'origin-ipv4-invalid'
  | 'origin-ipv6-invalid'
  // Well-formed, but not allowed in its policy.
  | 'origin-not-looked-up'
  | 'origin-insecure'
  | 'origin-public-suffix';

/** Why a text cannot be an origin pattern, and what to write instead. */
export interface OriginProblem {
  readonly code: OriginProblemCode;
  /** A sentence for the developer with the text, escaped and cut, and the rule that it breaks. */
  readonly reason: string;
  /**
   * A well-formed pattern that allows the intended origins, and none that the text would not allow; absent if none is
   * proven.
   */
  readonly suggestion?: string;
}

/** The first error of a text, and the text with that error fixed. It may have more errors. */
export interface Diagnosis {
  readonly code: OriginProblemCode;
  /** The rest of a sentence whose subject is the text; without a full stop. */
  readonly finding: string;
  readonly fix?: string | undefined;
}

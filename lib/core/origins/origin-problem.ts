/** What is wrong with a text that should be an origin pattern: one code for each rule. */
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
  // The host.
  | 'origin-host-missing'
  | 'origin-host-character'
  | 'origin-host-empty-label'
  | 'origin-host-trailing-dot'
  | 'origin-host-too-long'
  | 'origin-host-punycode'
  | 'origin-ipv4-invalid'
  | 'origin-ipv6-invalid'
  // Well-formed, yet not fit for the policy that it stands in.
  | 'origin-insecure'
  | 'origin-public-suffix';

/** Why a text cannot be an origin pattern, and what to write instead. */
export interface OriginProblem {
  readonly code: OriginProblemCode;
  /** A sentence for the developer that shows the text, escaped and cut, and says which rule it breaks. */
  readonly reason: string;
  /** A pattern that is well-formed and in all likelihood the one meant; absent where there is no telling. */
  readonly suggestion?: string;
}

/** What is wrong at first sight, and the text with that one mistake mended, which may contain others still. */
export interface Diagnosis {
  readonly code: OriginProblemCode;
  /** The rest of a sentence whose subject is the text; without a full stop. */
  readonly finding: string;
  readonly fix?: string | undefined;
}

import type { LabelWildcard } from './label-wildcard.js';
import type { Origin } from './origin.js';

/** The origins that a string in a policy or a list matches: one origin, or several with wildcards. */
export interface OriginPattern {
  /** As it was written. There is one way to write a pattern, so equal patterns have equal texts. */
  readonly text: string;
  /** Without the colon: `https`. */
  readonly scheme: string;
  /** Without the `*.` of a subdomain pattern, or the leftmost label that has a `*`; an IPv6 address in its brackets. */
  readonly host: string;
  /** True if it matches the subdomains of its host, at any depth, and not the host itself. */
  readonly subdomains: boolean;
  /** The `*` inside the first label, if there is one: it matches names one label below its host. */
  readonly label?: LabelWildcard;
  /** 1 to 65535, `'*'` for any port or none, `undefined` for none (the scheme's default). */
  readonly port: number | undefined | '*';
  readonly kind: Origin['kind'];
}

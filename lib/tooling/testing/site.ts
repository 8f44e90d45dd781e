import { isLoopback, parseOrigin } from '../../core/origin/origin.js';
import { registrableDomain } from '../../config/public-suffix.js';

/** The relation of a URL to a page, from near to far, as in `Sec-Fetch-Site`. */
export type SiteRelation = 'same-origin' | 'same-site' | 'cross-site';

const NEAR_TO_FAR: readonly SiteRelation[] = ['same-origin', 'same-site', 'cross-site'];

/**
 * The relation of two origins (https://html.spec.whatwg.org/#obtain-a-site): a site is a scheme and a
 * registrable domain.
 */
export function relationOf(origin: string, other: string): SiteRelation {
  if (origin === 'null' || other === 'null') {
    return 'cross-site';
  }
  return origin === other ? 'same-origin' : siteOf(origin) === siteOf(other) ? 'same-site' : 'cross-site';
}

/** The farther of two. */
export function fartherOf(a: SiteRelation, b: SiteRelation): SiteRelation {
  return NEAR_TO_FAR[Math.max(NEAR_TO_FAR.indexOf(a), NEAR_TO_FAR.indexOf(b))]!;
}

/** The site of an origin, serialized: `https://example.com`. An opaque origin has none, and says `null`. */
export function siteOf(origin: string): string {
  if (origin === 'null') {
    return origin;
  }
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${registrableDomain(hostname)}`;
}

/**
 * Reports whether the network cannot read the traffic
 * (https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy): HTTPS, or this machine itself.
 */
export function isTrustworthy({ protocol, origin }: URL): boolean {
  const parsed = parseOrigin(origin);
  return protocol === 'https:' || (parsed !== undefined && isLoopback(parsed));
}

import { isLoopback, parseOrigin } from '../core/origins/origin.js';
import { registrableDomain } from '../module/configuration/public-suffix.js';

/** How a URL stands to a page, from near to far, as `Sec-Fetch-Site` says it. */
export type SiteRelation = 'same-origin' | 'same-site' | 'cross-site';

const NEAR_TO_FAR: readonly SiteRelation[] = ['same-origin', 'same-site', 'cross-site'];

/** How two origins stand to each other (HTML, 7.1.1): a site is a scheme and a registrable domain. */
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

/** Reports whether nobody on the way can read along (Secure Contexts, 3.1): HTTPS, or this machine itself. */
export function isTrustworthy({ protocol, origin }: URL): boolean {
  const parsed = parseOrigin(origin);
  return protocol === 'https:' || (parsed !== undefined && isLoopback(parsed));
}

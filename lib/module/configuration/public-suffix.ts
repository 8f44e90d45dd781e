import { getDomain, parse } from 'tldts';

/**
 * Reports whether a domain is a public suffix: below it, strangers register names of their own (publicsuffix.org, both
 * sections: `co.uk` and `github.io`). Names that the list does not know, such as those of an intranet, are not.
 */
export function isPublicSuffix(domain: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  return publicSuffix === domain && (isIcann === true || isPrivate === true);
}

/**
 * What a host's site is told by (HTML, 7.1.1): the name that someone registered, or the host itself where there is none,
 * such as `localhost` or an address.
 */
export function registrableDomain(host: string): string {
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

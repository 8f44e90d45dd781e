import { publicSuffixList } from './public-suffix-list.cjs';

/**
 * Reports whether a domain is a public suffix: below it, strangers register their own names (publicsuffix.org, both
 * sections: `co.uk` and `github.io`). A name that is not on the list, as in an intranet, is not one.
 */
export function isPublicSuffix(domain: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = publicSuffixList().parse(domain, { allowPrivateDomains: true });
  return publicSuffix === domain && (isIcann === true || isPrivate === true);
}

/**
 * The part of a host that names its site (https://html.spec.whatwg.org/#obtain-a-site): the registered name, or the
 * host itself without one, such as `localhost` or an address.
 */
export function registrableDomain(host: string): string {
  return publicSuffixList().getDomain(host, { allowPrivateDomains: true }) ?? host;
}

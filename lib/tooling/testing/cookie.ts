import { trimOws } from '../../core/http/lists.js';
import { isPublicSuffix } from '../../config/public-suffix.js';
import { parseCookieDate } from './cookie-date.js';
import { isTrustworthy, siteOf } from './site.js';

/** No cookie lives longer (RFC 6265bis, 5.5), in milliseconds. */
const LONGEST_LIFE_MS = 400 * 86_400_000;

/** Of a name and its value together (RFC 6265bis, 5.6). */
const MAX_BYTES = 4096;

/** A cookie as it is kept (RFC 6265bis, 5.7). */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** The host that set it or, unless `hostOnly`, the domain that it is for. */
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
  /** The site of the pages that it is for, where it is `Partitioned`. */
  readonly partition: string | undefined;
  /** In milliseconds; missing on a session cookie. */
  readonly expiresAt: number | undefined;
}

/** The response that a `Set-Cookie` comes from. */
export interface CookieSource {
  readonly url: URL;
  /** The page's origin. */
  readonly page: string;
  readonly now: number;
}

/**
 * Reads a `Set-Cookie` line as Chromium does (RFC 6265bis, 5.6 and 5.7): `SameSite` is `Lax` where it is not given, and
 * `None` asks for `Secure`.
 *
 * @returns `undefined` for what a browser does not keep
 */
export function parseCookie(line: string, { url, page, now }: CookieSource): Cookie | undefined {
  const [pair = '', ...rest] = line.split(';');
  const separator = pair.indexOf('=');
  const name = trimOws(pair.slice(0, Math.max(separator, 0)));
  const value = trimOws(pair.slice(separator + 1));
  const attributes = new Map(rest.map(attributeOf));
  const domain = domainOf(attributes.get('domain'), url.hostname);
  if (
    name.length + value.length > MAX_BYTES ||
    (name === '' && value === '') ||
    /[\x00-\x08\x0a-\x1f\x7f]/.test(line) ||
    domain === undefined
  ) {
    return undefined;
  }
  const path = attributes.get('path');
  const cookie: Cookie = {
    name,
    value,
    domain,
    hostOnly: domain === url.hostname && !attributes.get('domain'),
    path: path?.startsWith('/') ? path : defaultPath(url.pathname),
    secure: attributes.has('secure'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    partition: attributes.has('partitioned') ? siteOf(page) : undefined,
    expiresAt: expiryOf(attributes, now),
  };
  return isAcceptable(cookie, url, path) ? cookie : undefined;
}

function isAcceptable({ name, secure, hostOnly, sameSite, partition }: Cookie, url: URL, path?: string): boolean {
  const lower = name.toLowerCase();
  const hostBound = hostOnly && path === '/';
  return (
    (!secure || isTrustworthy(url)) &&
    (secure || (sameSite !== 'none' && partition === undefined && !/^__(secure|host)-/.test(lower))) &&
    (hostBound || !lower.startsWith('__host-'))
  );
}

function attributeOf(text: string): [name: string, value: string] {
  const separator = text.indexOf('=');
  return separator < 0
    ? [trimOws(text).toLowerCase(), '']
    : [trimOws(text.slice(0, separator)).toLowerCase(), trimOws(text.slice(separator + 1))];
}

function domainOf(attribute: string | undefined, host: string): string | undefined {
  const domain = (attribute ?? '').replace(/^\./, '').toLowerCase();
  if (domain === '' || domain === host) {
    return host;
  }
  // A name of one label is a public suffix too, though the list does not know it (publicsuffix.org, default rule).
  return domainMatches(host, domain) && domain.includes('.') && !isPublicSuffix(domain) ? domain : undefined;
}

/** Reports whether a host lies within a domain (RFC 6265bis, 5.1.3). An address lies in none. */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

/** Reports whether a cookie of one path goes along with a request for another (RFC 6265bis, 5.1.4). */
export function pathMatches(requested: string, path: string): boolean {
  return requested === path || (requested.startsWith(path) && (path.endsWith('/') || requested[path.length] === '/'));
}

function defaultPath(pathname: string): string {
  return pathname.slice(0, Math.max(pathname.lastIndexOf('/'), 1));
}

function sameSiteOf(value = ''): Cookie['sameSite'] {
  const lower = value.toLowerCase();
  return lower === 'none' || lower === 'strict' ? lower : 'lax';
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number | undefined {
  const maxAge = attributes.get('max-age') ?? '';
  const expires = /^-?\d+$/.test(maxAge)
    ? now + Number(maxAge) * 1000
    : parseCookieDate(attributes.get('expires') ?? '');
  return expires === undefined ? undefined : Math.min(expires, now + LONGEST_LIFE_MS);
}

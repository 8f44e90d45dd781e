import { isCanonicalIPv6 } from './ipv6.js';

/** The kinds of host: names take a subdomain wildcard, addresses do not. */
export type HostKind = 'domain' | 'ipv4' | 'ipv6';

/** The prefix of the host of a subdomain pattern. */
export const SUBDOMAIN_WILDCARD = '*.';
/** Longest label of a domain name, in bytes (RFC 1035, 2.3.4). */
export const MAX_LABEL_LENGTH = 63;
/** Longest domain name, in bytes, as it is written without its trailing dot (RFC 1035, 2.3.4). */
export const MAX_DOMAIN_LENGTH = 253;

/**
 * The kind of a host in the form in which browsers serialize it (https://url.spec.whatwg.org/#host-parsing), or
 * `undefined` where it is not of that form. Stricter than the URL standard where no public origin needs more: labels
 * are made of `[a-z0-9_-]`, 1 to 63 of them, and a domain has at most 253 bytes. One dot may follow it: browsers send
 * the dot of a fully qualified name, and treat `a.example.` as another host than `a.example`. Labels in punycode are
 * not decoded. Time is linear in the host's length.
 *
 * @param host lower-case; an IPv6 address in its brackets
 */
export function hostKind(host: string): HostKind | undefined {
  if (host.startsWith('[')) {
    return host.endsWith(']') && isCanonicalIPv6(host.slice(1, -1)) ? 'ipv6' : undefined;
  }
  if (!isDomain(host)) {
    return undefined;
  }
  if (!endsInNumber(host)) {
    return 'domain';
  }
  return isCanonicalIPv4(host) ? 'ipv4' : undefined;
}

/**
 * Reports whether a URL parser would read the host as an IPv4 address, well-formed or not: its last label is a
 * decimal or a hexadecimal number (WHATWG URL, "ends in a number checker").
 */
export function endsInNumber(host: string): boolean {
  // A URL parser looks past the dot at the end: `127.0.0.1.` is the address.
  const end = host.endsWith('.') ? host.length - 1 : host.length;
  const label = host.slice(host.lastIndexOf('.', end - 1) + 1, end);
  const hexadecimal = label.startsWith('0x');
  for (let i = hexadecimal ? 2 : 0; i < label.length; i++) {
    const c = label.charCodeAt(i);
    if (!isDigit(c) && !(hexadecimal && c >= 0x61 && c <= 0x66)) {
      return false;
    }
  }
  return label !== '';
}

/** The domain without the dot that may follow it: public suffixes and loopback names are written without. */
export function withoutRootDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/** Reports whether a code unit is an ASCII digit. */
export function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

/** Reports whether a code unit is an ASCII lower-case letter. */
export function isLowerAlpha(c: number): boolean {
  return c >= 0x61 && c <= 0x7a;
}

function isDomain(host: string): boolean {
  const length = host.endsWith('.') ? host.length - 1 : host.length;
  if (length > MAX_DOMAIN_LENGTH) {
    return false;
  }
  let labelLength = 0;
  for (let i = 0; i < length; i++) {
    const c = host.charCodeAt(i);
    if (c === 0x2e /* . */) {
      if (labelLength === 0) {
        return false;
      }
      labelLength = 0;
      continue;
    }
    if (!isLowerAlpha(c) && !isDigit(c) && c !== 0x2d /* - */ && c !== 0x5f /* _ */) {
      return false;
    }
    if (++labelLength > MAX_LABEL_LENGTH) {
      return false;
    }
  }
  return labelLength > 0;
}

/** Reports whether a text is a decimal number of at most `max`, without a leading zero. */
function isDecimal(text: string, max: number): boolean {
  if (text.length === 0 || (text.length > 1 && text.startsWith('0'))) {
    return false;
  }
  for (let i = 0; i < text.length; i++) {
    if (!isDigit(text.charCodeAt(i))) {
      return false;
    }
  }
  return Number(text) <= max;
}

/** Reads a port of 1 to 65535, written without a leading zero; `undefined` for anything else. */
export function parsePort(text: string): number | undefined {
  return isDecimal(text, 65_535) && text !== '0' ? Number(text) : undefined;
}

function isCanonicalIPv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => isDecimal(part, 255));
}

/**
 * Writes a host as browsers do (https://url.spec.whatwg.org/#host-parsing): international names in punycode, IPv4 in
 * four decimal parts, IPv6 compressed. `undefined` if a URL parser refuses it. For startup only: a URL parser is too slow
 * for request origins.
 *
 * @param host without user info, a port or what follows a host: none of `/\\?#@`
 */
export function canonicalHost(host: string): string | undefined {
  // Not URL.canParse(): once compiled, that of Node 20 takes short texts outside ASCII for others.
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return undefined;
  }
}

import { hostKind, type HostKind, isDigit, isLowerAlpha, parsePort } from './host.js';

/** Longest origin that is looked at, in bytes. A domain has at most 253, which leaves room for any scheme. */
export const MAX_ORIGIN_LENGTH = 512;

/** What stands between scheme and host. */
export const SCHEME_SEPARATOR = '://';

/** Default ports of the special schemes (WHATWG URL, 4.2): a serialized origin never shows them. */
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
]);

/** Schemes whose pages have an opaque origin, or that of another URL (WHATWG URL, 4.7; HTML, 7.1.1). */
const OPAQUE_SCHEMES: ReadonlySet<string> = new Set(['about', 'blob', 'data', 'file', 'javascript']);

/** A tuple origin (RFC 6454, 4; HTML, 7.1.1), taken apart. */
export interface Origin {
  /** Without the colon: `https`. */
  readonly scheme: string;
  /** A domain, an IPv4 address, or an IPv6 address in its brackets: `[::1]`. */
  readonly host: string;
  /** 1 to 65535; `undefined` where none is written, which means the scheme's default port. */
  readonly port: number | undefined;
  readonly kind: HostKind;
}

/**
 * Reads the value of an `Origin` header (RFC 6454, 7; Fetch, 3.2): `scheme://host[:port]` in lower-case ASCII, of
 * at most 512 bytes, as browsers serialize it. Anything else is `undefined`: `null`, a path or a trailing slash,
 * user info, a default port, a port outside 1 to 65535, two origins in one field. Never throws, and takes time
 * linear in the length of the value and none for what exceeds the limit.
 *
 * For `http` and `https` it agrees with `new URL(value).origin === value`, except that it refuses what no public
 * origin needs (port 0, and hosts beyond {@link hostKind}: trailing dot, empty or overlong labels, characters
 * outside `[a-z0-9_-]`) and does not decode punycode, so that `https://xn--a` passes.
 */
export function parseOrigin(value: string): Origin | undefined {
  if (value.length > MAX_ORIGIN_LENGTH) {
    return undefined;
  }
  const schemeEnd = value.indexOf(SCHEME_SEPARATOR);
  if (schemeEnd < 0) {
    return undefined;
  }
  const scheme = value.slice(0, schemeEnd);
  if (!isScheme(scheme)) {
    return undefined;
  }

  const [host, rest] = splitAuthority(value.slice(schemeEnd + SCHEME_SEPARATOR.length));
  const kind = hostKind(host);
  if (kind === undefined) {
    return undefined;
  }
  if (rest === '') {
    return { scheme, host, port: undefined, kind };
  }

  const port = rest.startsWith(':') ? parsePort(rest.slice(1)) : undefined;
  if (port === undefined || port === defaultPort(scheme)) {
    return undefined;
  }
  return { scheme, host, port, kind };
}

/**
 * Reports whether the host is this machine by its very name: `localhost`, a name under it, `127.0.0.0/8` or
 * `[::1]` (Secure Contexts, 3.1). Nothing is resolved.
 */
export function isLoopback(origin: Pick<Origin, 'host' | 'kind'>): boolean {
  switch (origin.kind) {
    case 'domain':
      return origin.host === 'localhost' || origin.host.endsWith('.localhost');
    case 'ipv4':
      return origin.host.startsWith('127.');
    case 'ipv6':
      return origin.host === '[::1]';
  }
}

/** Reports whether a text is a scheme in lower case (RFC 3986, 3.1). */
export function isScheme(text: string): boolean {
  if (!isLowerAlpha(text.charCodeAt(0))) {
    return false;
  }
  for (let i = 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!isLowerAlpha(c) && !isDigit(c) && c !== 0x2b /* + */ && c !== 0x2d /* - */ && c !== 0x2e /* . */) {
      return false;
    }
  }
  return true;
}

/** The port that a serialized origin of this scheme leaves out; `undefined` for a scheme that has none. */
export function defaultPort(scheme: string): number | undefined {
  return DEFAULT_PORTS.get(scheme);
}

/** Reports whether no request ever shows an origin of this scheme, so that a pattern with it could match nothing. */
export function isOpaqueScheme(scheme: string): boolean {
  return OPAQUE_SCHEMES.has(scheme);
}

/** Splits `host[:port]` into the host and what follows it, the colon included. Neither half is checked. */
export function splitAuthority(authority: string): [host: string, rest: string] {
  const bracket = authority.startsWith('[') ? authority.indexOf(']') + 1 : 0;
  const end = bracket > 0 ? bracket : authority.indexOf(':');
  return end < 0 ? [authority, ''] : [authority.slice(0, end), authority.slice(end)];
}

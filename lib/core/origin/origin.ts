import { hostKind, type HostKind, isDigit, isLowerAlpha, parsePort, withoutRootDot } from './host.js';

/** Longest origin that is looked at, in bytes. A domain has at most 253, which leaves room for any scheme. */
export const MAX_ORIGIN_LENGTH = 512;

/** The separator of scheme and host. */
export const SCHEME_SEPARATOR = '://';

/**
 * Default ports of the special schemes (https://url.spec.whatwg.org/#special-scheme): a serialized origin never shows
 * them.
 */
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
]);

/** Schemes whose pages have an opaque origin, or that of another URL (https://url.spec.whatwg.org/#origin). */
const OPAQUE_SCHEMES: ReadonlySet<string> = new Set(['about', 'blob', 'data', 'file', 'javascript']);

/**
 * Origins that pages of different authors share: sandboxed frames, redirects and `file:` pages send `null`, and the pages
 * of some app shells (Cordova, Electron) `file://`. Only a policy can list them, with `dangerously.allowNullOrigin`.
 */
export const SHARED_ORIGINS = ['null', 'file://'] as const;

export type SharedOrigin = (typeof SHARED_ORIGINS)[number];

/** Reports whether an origin is one that pages of different authors share. */
export function isSharedOrigin(value: unknown): value is SharedOrigin {
  return value === SHARED_ORIGINS[0] || value === SHARED_ORIGINS[1];
}

/** A tuple origin (https://html.spec.whatwg.org/#concept-origin-tuple), taken apart. */
export interface Origin {
  /** Without the colon: `https`. */
  readonly scheme: string;
  /** A domain, an IPv4 address, or an IPv6 address in its brackets: `[::1]`. Of another scheme: all that follows `://`. */
  readonly host: string;
  /** 1 to 65535; `undefined` where none is written, which means the scheme's default port. */
  readonly port: number | undefined;
  /** `opaque`: the scheme is not one of the web (`capacitor:`, `chrome-extension:`), so its host is unknown. */
  readonly kind: HostKind | 'opaque';
}

/**
 * Reads the value of an `Origin` header (https://fetch.spec.whatwg.org/#origin-header) of at most 512 bytes.
 *
 * Of `http`, `https` and the other special schemes: `scheme://host[:port]` in lower-case ASCII, as browsers serialize
 * it. Anything else is `undefined`: a path or a trailing slash, user info, a default port, a port outside 1 to 65535.
 * It agrees with `new URL(value).origin === value`, except that it refuses forms that no public origin needs (port 0,
 * and hosts beyond {@link hostKind}: empty or overlong labels, characters outside `[a-z0-9_-]`) and does not decode
 * punycode, so that `https://xn--a` passes.
 *
 * Of any other scheme (`capacitor://localhost`, `app://.`): the scheme in lower case, `://`, and one or more characters
 * of printable ASCII, as they are. A comma is none of them: Node joins two `Origin` fields with one.
 *
 * `null` and `file://` are `undefined`. Never throws. The time is linear in the length of the value; a value beyond the
 * limit is not read.
 */
export function parseOrigin(value: string): Origin | undefined {
  if (value.length > MAX_ORIGIN_LENGTH) {
    return undefined;
  }
  const schemeEnd = value.indexOf(SCHEME_SEPARATOR);
  if (schemeEnd < 1) {
    return undefined;
  }
  const scheme = value.slice(0, schemeEnd);
  if (!isScheme(scheme)) {
    return undefined;
  }

  const authority = value.slice(schemeEnd + SCHEME_SEPARATOR.length);
  if (!isWebScheme(scheme)) {
    return isPrintable(authority) && !isOpaqueScheme(scheme)
      ? { scheme, host: authority, port: undefined, kind: 'opaque' }
      : undefined;
  }
  const [host, rest] = splitAuthority(authority);
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
 * `[::1]` (https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy). Nothing is resolved.
 */
export function isLoopback(origin: Pick<Origin, 'host' | 'kind'>): boolean {
  switch (origin.kind) {
    case 'domain': {
      const name = withoutRootDot(origin.host);
      return name === 'localhost' || name.endsWith('.localhost');
    }
    case 'ipv4':
      return origin.host.startsWith('127.');
    case 'ipv6':
      return origin.host === '[::1]';
    case 'opaque':
      return false;
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

/** Reports whether origins of the scheme have a host and a port as the URL standard writes them: `http`, `https`, `ws`, … */
export function isWebScheme(scheme: string): boolean {
  return DEFAULT_PORTS.has(scheme);
}

/** Reports whether no request ever has an origin of this scheme, so that a pattern with it could match nothing. */
export function isOpaqueScheme(scheme: string): boolean {
  return OPAQUE_SCHEMES.has(scheme);
}

/** Reports whether a text has one or more characters, each of visible ASCII but the comma. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x21 || c > 0x7e || c === 0x2c /* , */) {
      return false;
    }
  }
  return text !== '';
}

/** Splits `host[:port]` into the host and what follows it, the colon included. Neither half is checked. */
export function splitAuthority(authority: string): [host: string, rest: string] {
  const bracket = authority.startsWith('[') ? authority.indexOf(']') + 1 : 0;
  const end = bracket > 0 ? bracket : authority.indexOf(':');
  return end < 0 ? [authority, ''] : [authority.slice(0, end), authority.slice(end)];
}

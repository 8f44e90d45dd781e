import { diagnoseHost } from './host-diagnosis.js';
import { isDigit, parsePort } from './host.js';
import {
  defaultPort,
  isLoopback,
  isScheme,
  MAX_ORIGIN_LENGTH,
  parseOrigin,
  SCHEME_SEPARATOR,
  splitAuthority,
} from './origin.js';
import type { Diagnosis } from './origin-problem.js';
import { quote } from './quote.js';

/** Schemes whose pages have an opaque origin (HTML, 7.1.1), or that of another URL: no request ever shows them. */
const OPAQUE_SCHEMES: ReadonlySet<string> = new Set(['about', 'blob', 'data', 'file', 'javascript']);

/** Reports whether pages of this scheme send `Origin: null`, so that a pattern with it could match nothing. */
export function isOpaqueScheme(scheme: string): boolean {
  return OPAQUE_SCHEMES.has(scheme);
}

/**
 * Finds the first rule that a text breaks, from the outside in.
 * Precondition: the text is not a well-formed origin pattern.
 */
export function diagnoseOrigin(text: string): Diagnosis {
  const whole = diagnoseWhole(text);
  if (whole !== undefined) return whole;

  const schemeEnd = text.indexOf(SCHEME_SEPARATOR);
  if (schemeEnd < 0) return missingScheme(text);
  const scheme = text.slice(0, schemeEnd);
  const rest = text.slice(schemeEnd + SCHEME_SEPARATOR.length);
  return (
    diagnoseScheme(scheme, rest) ??
    diagnoseExcess(scheme, rest) ??
    diagnosePort(scheme, rest) ??
    diagnoseHost(scheme, ...splitAuthority(rest)) ?? { code: 'origin-malformed', finding: 'is not of the form scheme://host[:port]' }
  );
}

function diagnoseWhole(text: string): Diagnosis | undefined {
  if (text === '') return { code: 'origin-empty', finding: 'is empty: write scheme://host[:port]' };
  if (text === '*') return { code: 'origin-any', finding: 'stands for any origin: only a policy itself can say so' };
  if (text === 'null') {
    return {
      code: 'origin-null',
      finding: 'is what sandboxed frames and file: pages share: only a policy itself can list it, with dangerously.allowNullOrigin',
    };
  }
  if (text.length > MAX_ORIGIN_LENGTH) {
    return { code: 'origin-too-long', finding: `is longer than ${MAX_ORIGIN_LENGTH} bytes, which no origin is` };
  }
  const trimmed = text.trim();
  if (trimmed !== text) return { code: 'origin-white-space', finding: 'has white space around it', fix: trimmed };
  if (/\p{Cc}/u.test(text)) return { code: 'origin-control-character', finding: 'contains a control character' };
  if (/\s/.test(text)) {
    return { code: 'origin-white-space', finding: 'contains white space: write one origin for each entry of the list' };
  }
  return undefined;
}

function missingScheme(text: string): Diagnosis {
  const bare = text.replace(/^(?:https?:)?\/{0,2}/i, '');
  const written = /^https?:/i.exec(text)?.[0].slice(0, -1);
  const scheme = written ?? (isLocal(bare) ? 'http' : 'https');
  return {
    code: 'origin-scheme-missing',
    finding: 'has no scheme: an origin begins with https:// or another scheme and ://',
    fix: `${scheme}://${bare}`,
  };
}

/** Development servers speak plain HTTP, nearly all others TLS. */
function isLocal(authority: string): boolean {
  const origin = parseOrigin(`http://${authority.endsWith(':*') ? authority.slice(0, -2) : authority}`);
  return origin !== undefined && isLoopback(origin);
}

function diagnoseScheme(scheme: string, rest: string): Diagnosis | undefined {
  if (scheme.includes('*')) {
    return {
      code: 'origin-scheme-wildcard',
      finding: 'has a wildcard in its scheme: list one pattern for each scheme',
      fix: `https://${rest}`,
    };
  }
  const lower = lowerCase(scheme);
  if (!isScheme(lower)) {
    const fix = scheme === '' ? { fix: `https://${rest}` } : {};
    return { code: 'origin-scheme-invalid', finding: `has the scheme ${quote(scheme)}, which is none`, ...fix };
  }
  if (lower !== scheme) return upperCase(`${lower}://${rest}`);
  if (!isOpaqueScheme(scheme)) return undefined;
  return { code: 'origin-scheme-opaque', finding: `can match nothing: ${scheme}: pages send no origin of their own` };
}

/** Finds what a URL may have and an origin never has. */
function diagnoseExcess(scheme: string, rest: string): Diagnosis | undefined {
  const end = rest.search(/[/\\?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  if (authority === '') return { code: 'origin-host-missing', finding: 'has no host' };
  const fix = `${scheme}://${authority}`;
  if (tail === '/') return { code: 'origin-trailing-slash', finding: 'ends in a slash: an origin ends in its host or port', fix };
  if (tail.startsWith('?')) return { code: 'origin-query', finding: 'has a query: an origin has none', fix };
  if (tail.startsWith('#')) return { code: 'origin-fragment', finding: 'has a fragment: an origin has none', fix };
  if (tail !== '') return { code: 'origin-path', finding: 'has a path: an origin has none, and covers every path', fix };

  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const withoutUser = `${scheme}://${authority.slice(at + 1)}`;
    return { code: 'origin-user-info', finding: 'has a user name or a password: an origin has none', fix: withoutUser };
  }
  const lower = lowerCase(authority);
  return lower === authority ? undefined : upperCase(`${scheme}://${lower}`);
}

function diagnosePort(scheme: string, authority: string): Diagnosis | undefined {
  const [host, rest] = splitAuthority(authority);
  // Several colons without brackets are an IPv6 address rather than a port.
  if (!rest.startsWith(':') || rest === ':*' || rest.includes(':', 1)) return undefined;
  const portless = `${scheme}://${host}`;
  const written = rest.slice(1);
  if (written === '') return { code: 'origin-port-invalid', finding: 'has a colon but no port', fix: portless };
  if (written.includes('*')) {
    const finding = 'has a wildcard that is a part of its port: only a whole port can be *';
    return { code: 'origin-port-wildcard', finding, fix: `${portless}:*` };
  }
  const port = parsePort(written);
  if (port !== undefined && port === defaultPort(scheme)) {
    const finding = `names port ${port}, the default of ${scheme}, which browsers leave out`;
    return { code: 'origin-port-default', finding, fix: portless };
  }
  if (port !== undefined) return undefined;
  const finding = `has the port ${quote(written)}: a port is a number from 1 to 65535, without leading zeros`;
  return { code: 'origin-port-invalid', finding, ...withoutLeadingZeros(portless, written) };
}

function withoutLeadingZeros(portless: string, written: string): { fix?: string } {
  let start = 0;
  while (written.charAt(start) === '0') start++;
  return start > 0 && isDigit(written.charCodeAt(start)) ? { fix: `${portless}:${written.slice(start)}` } : {};
}

function upperCase(fix: string): Diagnosis {
  return { code: 'origin-upper-case', finding: 'has upper-case letters: browsers send origins in lower case', fix };
}

/** Lowers ASCII letters only: what others become is for the IDNA mapping of the URL parser to say. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

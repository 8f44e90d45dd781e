import { canonicalHost } from './canonical-host.js';
import { SUBDOMAIN_WILDCARD } from './host.js';
import { diagnoseHost } from './host-diagnosis.js';
import {
  isLoopback,
  isOpaqueScheme,
  isScheme,
  MAX_ORIGIN_LENGTH,
  parseOrigin,
  SCHEME_SEPARATOR,
  splitAuthority,
} from './origin.js';
import type { Diagnosis } from './origin-problem.js';
import { diagnosePort } from './port-diagnosis.js';
import { quote } from '../problems/quote.js';
import { wildcardOnAddress } from './wildcard-diagnosis.js';

/**
 * Finds the first rule that a text breaks, from the outside in. The fix is the whole text.
 *
 * Precondition: the text is not a well-formed origin pattern.
 */
export function diagnoseOrigin(text: string): Diagnosis {
  return diagnoseWhole(text) ?? diagnoseParts(text) ?? malformed();
}

function malformed(): Diagnosis {
  return { code: 'origin-malformed', finding: 'is not of the form scheme://host[:port]' };
}

function diagnoseWhole(text: string): Diagnosis | undefined {
  if (text === '') {
    return { code: 'origin-empty-string', finding: 'is empty: write scheme://host[:port]' };
  }
  if (text === '*') {
    return { code: 'origin-any', finding: 'stands for any origin: only a policy itself can say so' };
  }
  if (text === 'null') {
    const finding = 'is shared by sandboxed frames and file: pages: only a policy itself can list it';
    return { code: 'origin-null', finding };
  }
  if (text.length > MAX_ORIGIN_LENGTH) {
    return { code: 'origin-too-long', finding: `is longer than ${MAX_ORIGIN_LENGTH} bytes, and no origin is` };
  }
  const trimmed = text.trim();
  if (trimmed !== text) {
    return { code: 'origin-white-space', finding: 'has white space around it', fix: trimmed };
  }
  if (/\p{Cc}/u.test(text)) {
    return { code: 'origin-control-character', finding: 'contains a control character' };
  }
  if (/\s/.test(text)) {
    return { code: 'origin-white-space', finding: 'contains white space: write one origin for each entry of a list' };
  }
  return undefined;
}

function diagnoseParts(text: string): Diagnosis | undefined {
  const schemeEnd = text.indexOf(SCHEME_SEPARATOR);
  if (schemeEnd < 0) {
    return missingScheme(text);
  }
  const scheme = text.slice(0, schemeEnd);
  const rest = text.slice(schemeEnd + SCHEME_SEPARATOR.length);
  const [host, port] = splitAuthority(rest);
  const start = scheme + SCHEME_SEPARATOR;
  return (
    diagnoseScheme(scheme, rest) ??
    placed(diagnoseExcess(rest) ?? diagnoseBrackets(rest), start, '') ??
    placed(diagnosePort(scheme, port), start + host, '') ??
    placed(diagnoseHost(host), start, port)
  );
}

/** Puts the fix of a part back between the others. */
function placed(diagnosis: Diagnosis | undefined, before: string, after: string): Diagnosis | undefined {
  return diagnosis?.fix === undefined ? diagnosis : { ...diagnosis, fix: before + diagnosis.fix + after };
}

function missingScheme(text: string): Diagnosis {
  const bare = text.replace(/^(?:https?:)?\/{0,2}/i, '');
  const written = /^https?(?=:)/i.exec(text)?.[0];
  return {
    code: 'origin-scheme-missing',
    finding: 'does not begin with a scheme and ://, as in https://',
    fix: `${written ?? (isLocal(bare) ? 'http' : 'https')}://${bare}`,
  };
}

/** Development servers speak plain HTTP, nearly all others TLS. */
function isLocal(authority: string): boolean {
  const origin = parseOrigin(`http://${authority.endsWith(':*') ? authority.slice(0, -2) : authority}`);
  return origin !== undefined && isLoopback(origin);
}

function diagnoseScheme(scheme: string, rest: string): Diagnosis | undefined {
  if (scheme.includes('*')) {
    const finding = 'has a wildcard in its scheme: list one pattern for each scheme';
    return { code: 'origin-scheme-wildcard', finding, fix: `https://${rest}` };
  }
  const lower = lowerCase(scheme);
  if (!isScheme(lower)) {
    const finding = `has ${quote(scheme)} for a scheme: that is a letter, then letters, digits, "+", "-" and "."`;
    return { code: 'origin-scheme-invalid', finding, fix: scheme === '' ? `https://${rest}` : undefined };
  }
  if (lower !== scheme) {
    return upperCase(`${lower}://${rest}`);
  }
  if (isOpaqueScheme(scheme)) {
    return {
      code: 'origin-scheme-opaque',
      finding: `can match nothing: pages of ${scheme}: send "null" or another origin`,
    };
  }
  return undefined;
}

/** Finds what a URL may have and an origin never has. */
function diagnoseExcess(rest: string): Diagnosis | undefined {
  const end = rest.search(/[/\\?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  if (authority === '') {
    return { code: 'origin-host-missing', finding: 'has no host' };
  }
  if (tail === '/') {
    return { code: 'origin-trailing-slash', finding: 'ends in a slash, and an origin has no path', fix: authority };
  }
  if (tail.startsWith('?')) {
    return { code: 'origin-query', finding: 'has a query, and an origin has none', fix: authority };
  }
  if (tail.startsWith('#')) {
    return { code: 'origin-fragment', finding: 'has a fragment, and an origin has none', fix: authority };
  }
  if (tail !== '') {
    return { code: 'origin-path', finding: 'has a path, and an origin has none: it covers every path', fix: authority };
  }
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const finding = 'has a user name or a password, and an origin has none';
    return { code: 'origin-user-info', finding, fix: authority.slice(at + 1) };
  }
  const lower = lowerCase(authority);
  return lower === authority ? undefined : upperCase(lower);
}

/** Finds an IPv6 address without one or both of its brackets, and one behind a wildcard: a split at the colon would tear both. */
function diagnoseBrackets(authority: string): Diagnosis | undefined {
  if (authority.startsWith(`${SUBDOMAIN_WILDCARD}[`)) {
    return wildcardOnAddress(authority.slice(SUBDOMAIN_WILDCARD.length));
  }
  if (authority.startsWith('[') && !authority.includes(']')) {
    return { code: 'origin-ipv6-invalid', finding: 'has a bracket that is not closed' };
  }
  const isBare = authority.indexOf(':') !== authority.lastIndexOf(':');
  const fix = isBare ? canonicalHost(`[${authority}]`) : undefined;
  if (fix === undefined) {
    return undefined;
  }
  return { code: 'origin-ipv6-invalid', finding: 'has an IPv6 address without its brackets', fix };
}

function upperCase(fix: string): Diagnosis {
  return { code: 'origin-upper-case', finding: 'has upper-case letters: browsers send origins in lower case', fix };
}

/** Lowers ASCII letters only: what others become is for the IDNA mapping of the URL parser to say. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

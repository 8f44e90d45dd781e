import { canonicalHost, SUBDOMAIN_WILDCARD } from './host.js';
import { diagnoseHost } from './host-diagnosis.js';
import {
  isLoopback,
  isOpaqueScheme,
  isScheme,
  isSharedOrigin,
  isWebScheme,
  MAX_ORIGIN_LENGTH,
  parseOrigin,
  SCHEME_SEPARATOR,
  splitAuthority,
} from './origin.js';
import type { Diagnosis } from './problems.js';
import { diagnosePort } from './port-diagnosis.js';
import { quote } from '../issues/text.js';
import { nearWebScheme } from './suggestion.js';
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
    return { code: 'origin-any', finding: 'means any origin: it can be written in a policy only' };
  }
  if (isSharedOrigin(text)) {
    const finding = 'is an origin that pages of strangers share: it can be written in a policy only';
    return { code: 'origin-null', finding };
  }
  if (text.length > MAX_ORIGIN_LENGTH) {
    return { code: 'origin-too-long', finding: `is longer than ${MAX_ORIGIN_LENGTH} bytes, which no origin is` };
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
  const code = 'origin-scheme-missing';
  if (/^(?:true|false|yes|no|on|off|all|any|none|undefined)$/i.test(text)) {
    const finding = 'is a word, not an origin: list origins, as in https://app.example.com, or write * for any origin';
    return { code, finding };
  }
  const [start, written] = /^(?:(https?)(?::|(?=\/\/)))?\/*/i.exec(text)!;
  const bare = text.slice(start.length);
  return {
    code,
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
    const finding =
      scheme === 'file'
        ? 'can match nothing: pages of file: send "null" or "file://", whatever their path'
        : `can match nothing: pages of ${scheme}: send "null" or another origin`;
    return { code: 'origin-scheme-opaque', finding };
  }
  const meant = nearWebScheme(scheme);
  if (meant !== undefined) {
    const finding = `has the scheme ${scheme}:, which is nearly ${meant}:`;
    return { code: 'origin-scheme-invalid', finding, fix: `${meant}://${rest}` };
  }
  return isWebScheme(scheme) ? undefined : diagnoseOpaque(scheme, rest);
}

/** An origin of another scheme is compared as a whole: nothing is known of its parts. */
function diagnoseOpaque(scheme: string, rest: string): Diagnosis {
  if (rest === '') {
    return { code: 'origin-host-missing', finding: 'has nothing after ://' };
  }
  if (rest.includes('*')) {
    const finding = `has a wildcard, and an origin of ${scheme}: is compared as a whole: list each origin, or write a RegExp`;
    return { code: 'origin-wildcard-scheme', finding };
  }
  return { code: 'origin-host-character', finding: 'has a comma or a character outside printable ASCII' };
}

/** Finds what a URL may have and an origin never has. */
function diagnoseExcess(rest: string): Diagnosis | undefined {
  const end = rest.search(/[/\\?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = rest.slice(authority.length);
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

/**
 * Finds an IPv6 address without one or both of its brackets, and one behind a wildcard: both would be split at a colon.
 */
function diagnoseBrackets(authority: string): Diagnosis | undefined {
  if (authority.startsWith(`${SUBDOMAIN_WILDCARD}[`)) {
    return wildcardOnAddress();
  }
  if (authority.startsWith('[') && !authority.includes(']')) {
    return { code: 'origin-ipv6-invalid', finding: 'has a bracket that is not closed' };
  }
  const fix = canonicalHost(`[${authority}]`);
  if (fix === undefined) {
    return undefined;
  }
  return { code: 'origin-ipv6-invalid', finding: 'has an IPv6 address without its brackets', fix };
}

function upperCase(fix: string): Diagnosis {
  return { code: 'origin-upper-case', finding: 'has upper-case letters: browsers send origins in lower case', fix };
}

/** Lowers ASCII letters only; the IDNA mapping of the URL parser changes the others. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

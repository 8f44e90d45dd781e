import { canonicalHost, MAX_DOMAIN_LENGTH, SUBDOMAIN_WILDCARD, withoutRootDot } from './host.js';
import { readLabelWildcard } from './label-wildcard.js';
import { isLoopback, isWebScheme, type Origin, parseOrigin, SCHEME_SEPARATOR } from './origin.js';
import type { OriginChecks } from './origin-checks.js';
import { diagnoseOrigin } from './diagnose.js';
import type { OriginProblem } from './problems.js';
import { quote } from '../issues/text.js';
import type { OriginPattern } from './pattern.js';
import { isProvenSuggestion, nearWebScheme } from './suggestion.js';

export type { OriginPattern } from './pattern.js';

/** The suffix that matches any port, or none. */
const ANY_PORT = ':*';
/** More errors than one text can have at a time. */
const MAX_FIXES = 16;

/**
 * Reads an origin pattern of a policy or a list, at boot or when a list is loaded: `scheme://host[:port]` in the
 * form in which browsers send it (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin), at most 512 bytes. Of
 * the web's schemes, the leftmost label of a domain may be `*` or contain one, and the whole port may be `*`. An origin of
 * another scheme has no wildcard. Never throws. A problem has a `code`, a pattern has none.
 *
 * `'*'`, `'null'` and `'file://'` are not patterns: only a policy can list them.
 *
 * @param text `unknown`, since lists come from configuration and databases: a value that is not a string is a problem
 *   too
 */
export function parseOriginPattern(text: unknown): OriginPattern | OriginProblem {
  if (typeof text !== 'string') {
    return { code: 'origin-not-a-string', reason: `${quote(text)} is not a string.` };
  }
  const pattern = readPattern(text);
  if (pattern !== undefined) {
    return pattern;
  }
  const { code, finding, fix } = diagnoseOrigin(text);
  const suggestion = fix === undefined ? undefined : proven(text, wellFormed(fix));
  return { code, reason: `${quote(text)} ${finding}.`, ...(suggestion === undefined ? {} : { suggestion }) };
}

/**
 * Finds the reasons why a policy rejects a well-formed pattern (rule 3.7).
 *
 * In any policy: a `*` that is glued to the front of a name just below a public suffix. `https://*example.com` also covers
 * `https://evilexample.com`. With credentials: another wildcard just above a public suffix (`https://*.github.io`,
 * `https://x-*.vercel.app`), where strangers have their sites, and an `http:` origin that is not loopback, which anyone on
 * the network can pose as. Several may be found. Names below `localhost` pass whatever the list of suffixes says: they are
 * all this machine.
 */
export function checkOriginPattern(pattern: OriginPattern, checks: OriginChecks): readonly OriginProblem[] {
  if (isLoopback(pattern)) {
    return [];
  }
  const problems: OriginProblem[] = [];
  const { allowInsecureOrigins = false, allowPublicSuffixes = false } = checks.dangerously;
  const isWild = pattern.subdomains || pattern.label !== undefined;
  const domain = withoutRootDot(pattern.host);
  if (isWild && checks.isPublicSuffix(domain)) {
    if (isGlued(pattern)) {
      problems.push(gluedWildcard(pattern, domain));
    } else if (checks.credentials && !allowPublicSuffixes) {
      problems.push({
        code: 'origin-public-suffix',
        reason:
          `${quote(pattern.text)} covers ${pattern.subdomains ? 'every site' : 'sites of strangers'} below the public suffix ` +
          `${quote(domain)}, with credentials: ` +
          'list a domain of yours below it, or set dangerously: { allowPublicSuffixes: true }.',
      });
    }
  }
  if (checks.credentials && pattern.scheme === 'http' && !allowInsecureOrigins) {
    problems.push({
      code: 'origin-insecure',
      reason:
        `${quote(pattern.text)} is an http: origin with credentials: anyone on the network can pose as it. ` +
        'Serve the page over https:, or set dangerously: { allowInsecureOrigins: true }.',
    });
  }
  return problems;
}

/** Reports whether a name follows the `*` without a hyphen: the dot between them was forgotten. */
function isGlued({ label }: OriginPattern): boolean {
  return label?.prefix === '' && /^[a-z0-9]/.test(label.suffix);
}

function gluedWildcard({ text, label, host }: OriginPattern, suffix: string): OriginProblem {
  const name = label!.suffix;
  const suggestion = proven(text, text.replace(`*${name}`, `*.${name}`));
  return {
    code: 'origin-wildcard-partial',
    reason: `${quote(text)} also covers ${quote(`evil${name}.${host}`)}, which anyone can register below ${quote(suffix)}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Removes the wildcards and gives the rest to the parser of request origins, so that the two cannot differ. */
function readPattern(text: string): OriginPattern | undefined {
  if (!text.includes('*')) {
    const origin = parseOrigin(text);
    return origin && isDecodable(origin) && nearWebScheme(origin.scheme) === undefined
      ? { text, ...origin, subdomains: false }
      : undefined;
  }
  const scheme = text.split(SCHEME_SEPARATOR, 1)[0]!;
  if (!isWebScheme(scheme)) {
    // An origin of another scheme matches byte for byte: a `*` in it would match nothing.
    return undefined;
  }
  const anyPort = text.endsWith(ANY_PORT);
  const authority = text.slice(scheme.length + SCHEME_SEPARATOR.length, anyPort ? -ANY_PORT.length : undefined);
  const wildcard = readHostWildcard(authority);
  const origin = wildcard && parseOrigin(scheme + SCHEME_SEPARATOR + authority.slice(wildcard.length));
  if (origin === undefined || !isDecodable(origin) || (anyPort && origin.port !== undefined)) {
    return undefined;
  }
  const { subdomains, label, length } = wildcard!;
  // A `*` matches at least one byte.
  const hasRoom = withoutRootDot(origin.host).length + length <= MAX_DOMAIN_LENGTH;
  if (length > 0 && (origin.kind !== 'domain' || !hasRoom)) {
    return undefined;
  }
  return { text, ...origin, subdomains, ...(label && { label }), ...(anyPort && { port: '*' }) };
}

/** Reads the `*` in the first label of a host; `undefined` where it means nothing. */
function readHostWildcard(
  authority: string,
): (Pick<OriginPattern, 'subdomains' | 'label'> & { readonly length: number }) | undefined {
  if (authority.startsWith(SUBDOMAIN_WILDCARD)) {
    return { subdomains: true, length: SUBDOMAIN_WILDCARD.length };
  }
  if (!authority.includes('*')) {
    return { subdomains: false, length: 0 };
  }
  const first = authority.split('.', 1)[0]!;
  const label = readLabelWildcard(first);
  return label && { subdomains: false, label, length: first.length + 1 };
}

/**
 * Punycode means something in the special schemes only (https://url.spec.whatwg.org/#host-parsing): elsewhere a host is
 * opaque.
 */
function isDecodable({ host, kind }: Origin): boolean {
  const hasPunycode = host.startsWith('xn--') || host.includes('.xn--');
  return !hasPunycode || kind !== 'domain' || canonicalHost(host) === host;
}

/** Fixes one error after the other until the pattern is well-formed, or no fix is known. */
function wellFormed(candidate: string): string | undefined {
  for (let i = 0; i < MAX_FIXES; i++) {
    if (readPattern(candidate) !== undefined) {
      return candidate;
    }
    const { fix } = diagnoseOrigin(candidate);
    if (fix === undefined) {
      return undefined;
    }
    candidate = fix;
  }
  return undefined;
}

/** A pattern to replace a text, if it is proven to allow the intended origins and no others. */
function proven(written: string, candidate: string | undefined): string | undefined {
  const pattern = candidate === undefined ? undefined : readPattern(candidate);
  return pattern !== undefined && isProvenSuggestion(written, pattern) ? candidate : undefined;
}

import { canonicalHost } from './canonical-host.js';
import { type HostKind, MAX_DOMAIN_LENGTH, SUBDOMAIN_WILDCARD } from './host.js';
import { defaultPort, isLoopback, isOpaqueScheme, MAX_ORIGIN_LENGTH, parseOrigin, SCHEME_SEPARATOR } from './origin.js';
import type { OriginChecks } from './origin-checks.js';
import { diagnoseOrigin } from './origin-diagnosis.js';
import type { OriginProblem } from './origin-problem.js';
import { quote } from '../problems/quote.js';

/** Which origins a string in a policy or a list stands for: one, or those that its wildcards leave open. */
export interface OriginPattern {
  /** As it was written. There is one way to write a pattern, so equal patterns have equal texts. */
  readonly text: string;
  /** Without the colon: `https`. */
  readonly scheme: string;
  /** Without the `*.` of a subdomain pattern; an IPv6 address in its brackets. */
  readonly host: string;
  /** Whether it stands for the subdomains of its host, at any depth, and not for the host itself. */
  readonly subdomains: boolean;
  /** 1 to 65535, `'*'` for any port or none, `undefined` for none (the scheme's default). */
  readonly port: number | undefined | '*';
  readonly kind: HostKind;
}

/** What stands for any port or none. */
const ANY_PORT = ':*';
/** More mistakes than one text can have at a time. */
const MAX_FIXES = 16;

/**
 * Reads an origin pattern of a policy or a list, at boot or when a list is loaded: `scheme://host[:port]` in the
 * form in which browsers send it (RFC 6454, 6; WHATWG URL, 4.5), at most 512 bytes, where the whole leftmost label
 * of a domain may be `*`, and the whole port. Never throws. A problem has a `code`, a pattern has none.
 *
 * `'*'` and `'null'` are no patterns: who may use them handles them before.
 *
 * @param text `unknown`, since lists come from configuration and databases: what is no string is a problem, too
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
  const suggestion = fix === undefined ? undefined : mend(fix);
  return { code, reason: `${quote(text)} ${finding}.`, ...(suggestion === undefined ? {} : { suggestion }) };
}

/**
 * Finds what forbids a well-formed pattern in a policy, if anything does. Without credentials nothing
 * does. With them, any subdomain of a public suffix (`https://*.github.io`), where strangers have their sites, and an
 * `http:` origin that is not loopback, which whoever sits on the network can pose as. Both may be found. Names below
 * `localhost` pass whatever the list of suffixes says: they are all this machine.
 */
export function checkOriginPattern(pattern: OriginPattern, checks: OriginChecks): readonly OriginProblem[] {
  if (!checks.credentials || isLoopback(pattern)) {
    return [];
  }
  const problems: OriginProblem[] = [];
  const { allowInsecureOrigins = false, allowPublicSuffixes = false } = checks.dangerously;
  if (pattern.subdomains && !allowPublicSuffixes && checks.isPublicSuffix(pattern.host)) {
    problems.push({
      code: 'origin-public-suffix',
      reason: `${quote(pattern.text)} covers every site below the public suffix ${quote(pattern.host)}, with credentials: name a domain of yours below it.`,
    });
  }
  if (pattern.scheme === 'http' && !allowInsecureOrigins) {
    const suggestion = mend(`https${pattern.text.slice('http'.length)}`);
    problems.push({
      code: 'origin-insecure',
      reason: `${quote(pattern.text)} is an http: origin with credentials: anyone on the network can pose as it.`,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  return problems;
}

/** Takes the wildcards off and leaves the rest to the parser of request origins, so that the two cannot differ. */
function readPattern(text: string): OriginPattern | undefined {
  if (text.length > MAX_ORIGIN_LENGTH) {
    return undefined;
  }
  const schemeEnd = text.indexOf(SCHEME_SEPARATOR);
  if (schemeEnd < 0) {
    return undefined;
  }
  const hostStart = schemeEnd + SCHEME_SEPARATOR.length;
  const anyPort = text.endsWith(ANY_PORT);
  const subdomains = text.startsWith(SUBDOMAIN_WILDCARD, hostStart);
  const portless = anyPort ? text.slice(0, -ANY_PORT.length) : text;
  const bare = subdomains
    ? portless.slice(0, hostStart) + portless.slice(hostStart + SUBDOMAIN_WILDCARD.length)
    : portless;

  const origin = parseOrigin(bare);
  if (origin === undefined || isOpaqueScheme(origin.scheme) || !isDecodable(origin.scheme, origin.host)) {
    return undefined;
  }
  const { scheme, host, port, kind } = origin;
  if (anyPort && port !== undefined) {
    return undefined;
  }
  // A subdomain adds a label of one byte and a dot at least.
  if (subdomains && (kind !== 'domain' || host.length > MAX_DOMAIN_LENGTH - 'a.'.length)) {
    return undefined;
  }
  return { text, scheme, host, subdomains, port: anyPort ? '*' : port, kind };
}

/** Punycode means something in the special schemes only (WHATWG URL, 3.5): elsewhere a host is opaque. */
function isDecodable(scheme: string, host: string): boolean {
  const hasPunycode = host.startsWith('xn--') || host.includes('.xn--');
  return !hasPunycode || defaultPort(scheme) === undefined || canonicalHost(host) === host;
}

/** Mends one mistake after the other until a well-formed pattern is left, or there is no telling how to go on. */
function mend(candidate: string): string | undefined {
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

import { endsInNumber, hostKind, MAX_DOMAIN_LENGTH, MAX_LABEL_LENGTH } from './host.js';
import type { Diagnosis } from './origin-problem.js';
import { quote } from './quote.js';

/** What stands before the host of a subdomain pattern. */
export const SUBDOMAIN_WILDCARD = '*.';

/** How a URL parser writes a host (WHATWG URL, 3.5), or `undefined` where it refuses it. Boot time only. */
export function canonicalHost(host: string): string | undefined {
  try {
    const { hostname, origin } = new URL(`https://${host}`);
    // Anything but a host (a port, a path, user info) would be lost in silence.
    return origin === `https://${hostname}` && !/[/\\?#@]/.test(host) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds the first rule that the host of a pattern breaks, if it breaks one.
 * @param rest what follows the host: nothing or a port that is in order
 */
export function diagnoseHost(scheme: string, host: string, rest: string): Diagnosis | undefined {
  const mended = (newHost: string): string => `${scheme}://${newHost}${rest}`;
  if (host === '') return { code: 'origin-host-missing', finding: 'has no host' };
  if (host.startsWith('[') || rest.includes(':', 1)) return diagnoseIPv6(scheme, host, rest);
  const character = /[^\x00-\x7f]/.test(host) ? undefined : /[^a-z0-9_.*-]/.exec(host)?.[0];
  const wildcardOnIPv6 = host.includes('*') && character === '[';
  if (wildcardOnIPv6) return wildcardOnAddress(undefined);
  if (character !== undefined) {
    return { code: 'origin-host-character', finding: `has the character ${quote(character)} in its host` };
  }
  return (
    diagnoseLetters(host, mended) ??
    diagnoseWildcards(host, mended) ??
    diagnoseLabels(host, mended) ??
    diagnoseNumbers(host, mended)
  );
}

function diagnoseLetters(host: string, mended: (host: string) => string): Diagnosis | undefined {
  if (!/[^\x00-\x7f]/.test(host)) return undefined;
  const ascii = canonicalHost(host);
  return {
    code: 'origin-not-ascii',
    finding: 'has characters outside ASCII in its host: browsers send an international name in punycode (xn--)',
    ...(ascii === undefined ? {} : { fix: mended(ascii) }),
  };
}

function diagnoseIPv6(scheme: string, host: string, rest: string): Diagnosis {
  const bracketed = host.startsWith('[');
  const canonical = canonicalHost(bracketed ? host : `[${host}${rest}]`);
  const finding = bracketed
    ? 'has an IPv6 address that is not in the form that browsers send (RFC 5952, dotted IPv4 endings in hexadecimal)'
    : 'has more than one colon after its scheme: an IPv6 address stands in brackets';
  const fix = canonical === undefined ? {} : { fix: `${scheme}://${canonical}${bracketed ? rest : ''}` };
  return { code: 'origin-ipv6-invalid', finding, ...fix };
}

function diagnoseWildcards(host: string, mended: (host: string) => string): Diagnosis | undefined {
  if (!host.includes('*')) return undefined;
  if (host === '*') {
    return { code: 'origin-wildcard-alone', finding: 'has nothing but a wildcard for its host: name a domain below which any subdomain may be' };
  }
  const labels = host.split('.');
  const [first = '', ...others] = labels;
  const numeric = labels.every((label) => label === '*' || /^[0-9]+$/.test(label));
  if (first === '*' && !others.some((label) => label.includes('*'))) {
    return endsInNumber(host) ? wildcardOnAddress(mended(others.join('.'))) : undefined;
  }
  if (numeric) return wildcardOnAddress(undefined);
  if (others.some((label) => label.includes('*'))) {
    const kept = labels.slice(labels.findLastIndex((label) => label === '*'));
    const onlyLeading = labels.slice(0, -kept.length).every((label) => label === '*') && !kept.slice(1).join().includes('*');
    const finding = 'has a wildcard to the right of its first label: only the leftmost label can be *, for any depth';
    return { code: 'origin-wildcard-position', finding, ...(onlyLeading ? { fix: mended(kept.join('.')) } : {}) };
  }
  const finding = 'has a wildcard that is a part of a label: only the whole leftmost label can be *';
  return { code: 'origin-wildcard-partial', finding, ...wholeLabel(first, others, mended) };
}

/** `*shop.example` lacks a dot; `app*.shop.example` can only widen to `*.shop.example`, never to a whole TLD. */
function wholeLabel(first: string, others: readonly string[], mended: (host: string) => string): { fix?: string } {
  const name = first.replace(/^\*+/, '');
  if (name !== first && name !== '' && !name.includes('*')) return { fix: mended(['*', name, ...others].join('.')) };
  return others.length > 1 ? { fix: mended(['*', ...others].join('.')) } : {};
}

function wildcardOnAddress(fix: string | undefined): Diagnosis {
  const finding = 'has a wildcard on an IP address, which has no subdomains: list the addresses';
  return { code: 'origin-wildcard-ip', finding, ...(fix === undefined ? {} : { fix }) };
}

function diagnoseLabels(host: string, mended: (host: string) => string): Diagnosis | undefined {
  if (/[^.]\.$/.test(host)) {
    return { code: 'origin-host-trailing-dot', finding: 'has a dot after its host', fix: mended(host.slice(0, -1)) };
  }
  const labels = host.split('.');
  if (labels.includes('')) {
    // A leading dot is how cookies used to say "and the subdomains".
    const fix = host.startsWith('.') ? `*${host}` : labels.filter((label) => label !== '').join('.');
    return { code: 'origin-host-empty-label', finding: 'has an empty label in its host', fix: mended(fix) };
  }
  if (labels.some((label) => label.length > MAX_LABEL_LENGTH)) {
    return { code: 'origin-host-too-long', finding: `has a label of more than ${MAX_LABEL_LENGTH} bytes in its host` };
  }
  if (host.length <= MAX_DOMAIN_LENGTH) return undefined;
  return { code: 'origin-host-too-long', finding: `has a host of more than ${MAX_DOMAIN_LENGTH} bytes` };
}

function diagnoseNumbers(host: string, mended: (host: string) => string): Diagnosis | undefined {
  const name = host.startsWith(SUBDOMAIN_WILDCARD) ? host.slice(SUBDOMAIN_WILDCARD.length) : host;
  const canonical = canonicalHost(name);
  if (endsInNumber(name) && hostKind(name) !== 'ipv4') {
    const finding = 'has a host that ends in a number but is not an IPv4 address in four decimal parts';
    return { code: 'origin-ipv4-invalid', finding, ...(canonical === undefined ? {} : { fix: mended(canonical) }) };
  }
  if (canonical === name) return undefined;
  const finding = 'has a label that begins with xn-- but is not the punycode of a name';
  return { code: 'origin-host-punycode', finding, ...(canonical === undefined ? {} : { fix: mended(canonical) }) };
}

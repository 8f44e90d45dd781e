import { canonicalHost, endsInNumber, MAX_DOMAIN_LENGTH, MAX_LABEL_LENGTH, withoutRootDot } from './host.js';
import type { Diagnosis } from './problems.js';
import { quote } from '../issues/text.js';
import { diagnoseWildcards } from './wildcard-diagnosis.js';

/**
 * Finds the first rule that the host of a pattern breaks, if it breaks one. The fix is a host, too.
 *
 * Precondition: an address is not well-formed, or has a wildcard.
 *
 * @param host without the port
 */
export function diagnoseHost(host: string): Diagnosis | undefined {
  if (host === '') {
    return { code: 'origin-host-missing', finding: 'has no host' };
  }
  if (host.startsWith('[')) {
    return {
      code: 'origin-ipv6-invalid',
      finding: 'has an IPv6 address that is not written as browsers write it (RFC 5952, without a dotted IPv4 ending)',
      fix: canonicalHost(host),
    };
  }
  return diagnoseCharacters(host) ?? diagnoseWildcards(host) ?? diagnoseLabels(host) ?? diagnoseName(host);
}

function diagnoseCharacters(host: string): Diagnosis | undefined {
  if (/\P{ASCII}/u.test(host)) {
    return {
      code: 'origin-not-ascii',
      finding: 'has characters outside ASCII in its host: browsers send an international name in punycode (xn--)',
      fix: canonicalHost(host),
    };
  }
  const character = /[^a-z0-9_.*-]/.exec(host)?.[0];
  if (character === undefined) {
    return undefined;
  }
  return { code: 'origin-host-character', finding: `has the character ${quote(character)} in its host` };
}

function diagnoseLabels(host: string): Diagnosis | undefined {
  const labels = withoutRootDot(host).split('.');
  if (labels.includes('')) {
    return {
      code: 'origin-host-empty-label',
      finding: 'has an empty label in its host',
      // A leading dot is how cookies used to say "and the subdomains". An empty label further on is often a variable that is not set.
      fix: host.startsWith('.') ? `*${host}` : undefined,
    };
  }
  if (labels.some((label) => label.length > MAX_LABEL_LENGTH)) {
    return { code: 'origin-host-too-long', finding: `has a label of more than ${MAX_LABEL_LENGTH} bytes in its host` };
  }
  if (labels.join('.').length > MAX_DOMAIN_LENGTH) {
    return { code: 'origin-host-too-long', finding: `has a host of more than ${MAX_DOMAIN_LENGTH} bytes` };
  }
  return undefined;
}

function diagnoseName(host: string): Diagnosis | undefined {
  const canonical = canonicalHost(host);
  if (endsInNumber(host)) {
    return {
      code: 'origin-ipv4-invalid',
      finding: 'has a host that ends in a number but is not an IPv4 address in four decimal parts',
      fix: canonical,
    };
  }
  if (canonical === host) {
    return undefined;
  }
  return {
    code: 'origin-host-punycode',
    finding: 'has a label that begins with xn-- but is not the punycode of a name',
  };
}

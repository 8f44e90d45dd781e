import { endsInNumber, withoutRootDot } from './host.js';
import type { Diagnosis } from './problems.js';

/**
 * Finds what is wrong with the `*` of a host, if anything is: it is the whole leftmost label of a domain, or one is inside
 * that label. The fix is a host.
 *
 * @param host `[a-z0-9_.*-]` only
 */
export function diagnoseWildcards(host: string): Diagnosis | undefined {
  if (!host.includes('*')) {
    return undefined;
  }
  const labels = withoutRootDot(host).split('.');
  const [first, ...others] = labels as [string, ...string[]];
  if (labels.length === 1 && first === '*') {
    const finding = 'has nothing but a wildcard for its host: name a domain, and write *. before it for its subdomains';
    return { code: 'origin-wildcard-alone', finding };
  }
  const isElsewhere = others.some((label) => label.includes('*'));
  const isAddress = labels.some((label) => label !== '*') && labels.every((label) => label === '*' || isNumber(label));
  if (isAddress || (!isElsewhere && endsInNumber(host))) {
    return wildcardOnAddress();
  }
  if (isElsewhere) {
    const finding =
      'has a wildcard to the right of its first label: only the leftmost label can be *, for any depth, or contain one';
    return { code: 'origin-wildcard-position', finding };
  }
  if (first.indexOf('*') !== first.lastIndexOf('*')) {
    const finding = 'has more than one wildcard in its first label';
    return { code: 'origin-wildcard-partial', finding, fix: `*.${others.join('.')}` };
  }
  if (others.length > 0) {
    return undefined;
  }
  const finding = 'has a wildcard in a host of one label: a * is part of the leftmost label of a domain';
  return { code: 'origin-wildcard-partial', finding };
}

export function wildcardOnAddress(): Diagnosis {
  const finding = 'has a wildcard on an IP address, which has no subdomains: list the addresses';
  return { code: 'origin-wildcard-ip', finding };
}

function isNumber(label: string): boolean {
  return /^[0-9]+$/.test(label);
}

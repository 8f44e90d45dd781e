import { endsInNumber, hostKind } from './host.js';
import type { Diagnosis } from './origin-problem.js';

/**
 * Finds what is wrong with the `*` of a host, if anything is: it stands as the whole leftmost label of a domain, or
 * not at all. The fix is a host, and never one that covers a whole top-level domain.
 *
 * @param host `[a-z0-9_.*-]` only
 */
export function diagnoseWildcards(host: string): Diagnosis | undefined {
  if (!host.includes('*')) {
    return undefined;
  }
  if (host === '*') {
    const finding = 'has nothing but a wildcard for its host: name a domain, and write *. before it for its subdomains';
    return { code: 'origin-wildcard-alone', finding };
  }
  const labels = host.split('.');
  const [first = '', ...others] = labels;
  const isElsewhere = others.some((label) => label.includes('*'));
  const isAddress = labels.some((label) => label !== '*') && labels.every((label) => label === '*' || isNumber(label));
  if (isAddress || (!isElsewhere && endsInNumber(host))) {
    const address = others.join('.');
    return wildcardOnAddress(hostKind(address) === 'ipv4' ? address : undefined);
  }
  if (isElsewhere) {
    const finding = 'has a wildcard to the right of its first label: only the leftmost label can be *, for any depth';
    return { code: 'origin-wildcard-position', finding, fix: withOneWildcard(labels) };
  }
  if (first === '*') {
    return undefined;
  }
  const finding = 'has a wildcard that is a part of a label: only the whole leftmost label can be *';
  return { code: 'origin-wildcard-partial', finding, fix: withWholeLabel(first, others) };
}

/** @param fix the address without the wildcard, where that is one */
export function wildcardOnAddress(fix?: string): Diagnosis {
  const finding = 'has a wildcard on an IP address, which has no subdomains: list the addresses';
  return { code: 'origin-wildcard-ip', finding, fix };
}

/** `*.*.shop.example`: one wildcard covers every depth. */
function withOneWildcard(labels: readonly string[]): string | undefined {
  const named = labels.slice(labels.findIndex((label) => label !== '*'));
  return named.length > 1 && labels[0] === '*' && !named.some((label) => label.includes('*'))
    ? `*.${named.join('.')}`
    : undefined;
}

/** `*shop.example` lacks a dot; `app*.shop.example` can only widen to `*.shop.example`. */
function withWholeLabel(first: string, others: readonly string[]): string | undefined {
  const name = first.replace(/^\*+/, '');
  if (name !== first && name !== '' && !name.includes('*') && others.length > 0) {
    return ['*', name, ...others].join('.');
  }
  return others.length > 1 ? ['*', ...others].join('.') : undefined;
}

function isNumber(label: string): boolean {
  return /^[0-9]+$/.test(label);
}

import { SUBDOMAIN_WILDCARD } from './host.js';
import { standsForWildcard } from './label-wildcard.js';
import { parseOrigin, SCHEME_SEPARATOR } from './origin.js';
import type { OriginPattern } from './pattern.js';

/** Hyphens before and after the `*` of a label wildcard that are looked at. */
const MOST_HYPHENS = 7;

/**
 * All patterns by which a list that is looked up can cover an origin, the origin itself first, then from the nearest
 * ancestor of its host to the farthest, then the wildcards inside its leftmost label. A list covers the origin if it
 * has one of them, however long the list.
 *
 * Two for each label of the host, and two for each way to cut the leftmost label at its hyphens: never more than 366,
 * as a domain has 253 bytes and only the first and last seven hyphens are looked at ({@link canBeLookedUp}). Of a
 * scheme that is not of the web, the origin alone. Empty if the origin is not well-formed.
 *
 * @example patternsCovering('https://x-1.b.example:8443')
 * // https://x-1.b.example:8443, https://x-1.b.example:*, https://*.b.example:8443, https://*.b.example:*, …,
 * // https://*-1.b.example:8443, https://*-1.b.example:*, https://x-*.b.example:8443, https://x-*.b.example:*
 */
export function patternsCovering(origin: string): readonly string[] {
  const parsed = parseOrigin(origin);
  if (parsed === undefined) {
    return [];
  }
  const { scheme, host, port, kind } = parsed;
  if (kind === 'opaque') {
    return [origin];
  }
  const start = scheme + SCHEME_SEPARATOR;
  const end = port === undefined ? '' : `:${port}`;
  const patterns = [origin, `${start}${host}:*`];
  if (kind !== 'domain') {
    return patterns;
  }
  // The dot at the end of a host has no domain after it.
  for (let dot = host.indexOf('.'); dot >= 0 && dot < host.length - 1; dot = host.indexOf('.', dot + 1)) {
    const above = start + SUBDOMAIN_WILDCARD + host.slice(dot + 1);
    patterns.push(above + end, `${above}:*`);
  }
  for (const wildcard of labelWildcards(host)) {
    patterns.push(start + wildcard + end, `${start}${wildcard}:*`);
  }
  return patterns;
}

/**
 * Reports whether {@link patternsCovering} lists a pattern for every origin that it covers. A list that is looked up
 * (`OriginLookup`) finds no others: the `*` inside a label has a hyphen or an end of the label on each side, and at
 * most seven hyphens before and after it. A list that is loaded takes any pattern.
 */
export function canBeLookedUp({ label }: OriginPattern): boolean {
  if (label === undefined) {
    return true;
  }
  const { prefix, suffix } = label;
  return (
    (prefix === '' || prefix.endsWith('-')) &&
    (suffix === '' || suffix.startsWith('-')) &&
    hyphensIn(prefix) <= MOST_HYPHENS &&
    hyphensIn(suffix) <= MOST_HYPHENS
  );
}

/** The host with a `*` between two hyphens, or ends, of its leftmost label. */
function labelWildcards(host: string): readonly string[] {
  const dot = host.indexOf('.');
  if (dot < 0 || dot === host.length - 1) {
    return [];
  }
  const label = host.slice(0, dot);
  const hyphens = [...label.matchAll(/-/g)].map(({ index }) => index);
  const starts = [0, ...hyphens.slice(0, MOST_HYPHENS).map((index) => index + 1)];
  const ends = [...hyphens.slice(-MOST_HYPHENS), dot];
  return starts.flatMap((from) =>
    ends
      .filter((to) => (from > 0 || to < dot) && standsForWildcard(label, from, to))
      .map((to) => `${label.slice(0, from)}*${host.slice(to)}`),
  );
}

function hyphensIn(text: string): number {
  return text.split('-').length - 1;
}

import { SUBDOMAIN_WILDCARD } from './host.js';
import { parseOrigin, SCHEME_SEPARATOR } from './origin.js';

/**
 * All patterns that cover an origin, the origin itself first, then from the nearest ancestor of its host to the
 * farthest: to find out whether a list covers it is to look these up, however long the list. Two for each label of the
 * host, so never more than 254, as a domain has 253 bytes; none for what is not a well-formed origin.
 *
 * @example patternsCovering('https://a.b.example:8443')
 * // https://a.b.example:8443, https://a.b.example:*, https://*.b.example:8443, https://*.b.example:*, …
 */
export function patternsCovering(origin: string): readonly string[] {
  const parsed = parseOrigin(origin);
  if (parsed === undefined) {
    return [];
  }
  const { scheme, host, port, kind } = parsed;
  const start = scheme + SCHEME_SEPARATOR;
  const end = port === undefined ? '' : `:${port}`;
  const patterns = [origin, `${start}${host}:*`];
  if (kind === 'domain') {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const above = start + SUBDOMAIN_WILDCARD + host.slice(dot + 1);
      patterns.push(above + end, `${above}:*`);
    }
  }
  return patterns;
}

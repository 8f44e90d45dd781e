import { defaultPort, parseOrigin } from './origin.js';
import type { OriginPattern } from './origin-pattern.js';

/**
 * What keeps an origin from being covered by a pattern that it all but fits: the scheme, the port, a `www.`, or that a
 * wildcard does not cover the domain itself. For people; decides nothing.
 *
 * @returns a clause that follows the pattern's text; `undefined` where they are not alike
 */
export function nearMiss(origin: string, pattern: OriginPattern): string | undefined {
  const parsed = parseOrigin(origin);
  if (parsed === undefined) {
    return undefined;
  }
  const { scheme, host, port } = parsed;
  const covers = pattern.subdomains ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
  const samePort = pattern.port === '*' || pattern.port === port;
  if (covers && samePort && scheme !== pattern.scheme) {
    return `has the scheme ${pattern.scheme}:, the page has ${scheme}:`;
  }
  if (covers && scheme === pattern.scheme) {
    return `has ${portText(scheme, pattern.port)}, the page has ${portText(scheme, port)}`;
  }
  if (scheme !== pattern.scheme || !samePort) {
    return undefined;
  }
  if (pattern.subdomains && host === pattern.host) {
    return `covers the subdomains of ${host}, not ${host} itself`;
  }
  if (host === `www.${pattern.host}` || pattern.host === `www.${host}`) {
    return `names ${pattern.host}, the page is of ${host}`;
  }
  return undefined;
}

function portText(scheme: string, port: OriginPattern['port']): string {
  return port === undefined ? `the default port (${defaultPort(scheme)})` : `port ${port}`;
}

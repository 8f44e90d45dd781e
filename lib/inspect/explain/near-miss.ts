import { coversLabel } from '../../core/origin/label-wildcard.js';
import { defaultPort, type Origin, parseOrigin } from '../../core/origin/origin.js';
import type { OriginPattern } from '../../core/origin/pattern.js';

/**
 * Explains why a pattern does not cover an origin that it nearly covers: the scheme, the port, a `www.`, a dot at the
 * end, the domain itself beside its subdomains, or a dot in place of a `*` inside a label. For messages only; decides
 * nothing.
 *
 * @returns a clause that follows the pattern's text; `undefined` where they are not alike
 */
export function nearMiss(origin: string, pattern: OriginPattern): string | undefined {
  const parsed = parseOrigin(origin);
  if (parsed === undefined || parsed.kind === 'opaque' || pattern.kind === 'opaque') {
    return undefined;
  }
  const { scheme, host, port } = parsed;
  const covers = coversHost(pattern, host);
  const samePort = pattern.port === '*' || pattern.port === port;
  if (covers && samePort && scheme !== pattern.scheme) {
    return `has the scheme ${pattern.scheme}:, the page has ${scheme}:`;
  }
  if (covers && scheme === pattern.scheme) {
    return `has ${portText(scheme, pattern.port)}, the page has ${portText(scheme, port)}`;
  }
  return scheme === pattern.scheme && samePort ? nearHost(pattern, parsed) : undefined;
}

function coversHost({ host: own, subdomains, label }: OriginPattern, host: string): boolean {
  if (subdomains) {
    return host.endsWith(`.${own}`);
  }
  const dot = host.indexOf('.');
  return label === undefined
    ? host === own
    : host.slice(dot + 1) === own && dot >= 0 && coversLabel(label, host.slice(0, dot));
}

function nearHost(pattern: OriginPattern, { host }: Origin): string | undefined {
  if (pattern.subdomains && host === pattern.host) {
    return `covers the subdomains of ${host}, not ${host} itself`;
  }
  if (host.endsWith('.') && coversHost(pattern, host.slice(0, -1))) {
    return 'has no dot at the end of its host, the page has one: to a browser these are two hosts';
  }
  if (pattern.label !== undefined) {
    const { prefix, suffix } = pattern.label;
    const isDeeper = host.startsWith(prefix) && host.endsWith(`${suffix}.${pattern.host}`);
    return isDeeper ? `has a * that matches one or more of a-z, 0-9 and "-", never for a dot` : undefined;
  }
  if (host === `www.${pattern.host}` || pattern.host === `www.${host}`) {
    return `has the host ${pattern.host}, the page has ${host}`;
  }
  return undefined;
}

function portText(scheme: string, port: OriginPattern['port']): string {
  return port === undefined ? `the default port (${defaultPort(scheme)})` : `port ${port}`;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/**
 * The origin that a request was sent to, serialized as browsers do (HTML, 7.1.1): lower case, without the default port.
 *
 * @param host the `Host` field, or what a trusted proxy says instead, port included
 */
export function ownOriginOf(protocol: string, host: string | undefined): string | undefined {
  if (host === undefined) {
    return undefined;
  }
  const port = DEFAULT_PORTS[protocol];
  const withoutDefault = port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host;
  return `${protocol}://${withoutDefault.toLowerCase()}`;
}

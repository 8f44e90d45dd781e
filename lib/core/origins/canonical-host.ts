/**
 * Writes a host as browsers do (WHATWG URL, 3.5): international names in punycode, IPv4 in four decimal parts, IPv6
 * compressed. `undefined` where a URL parser refuses it, or would take a part of it for something else than a host.
 * For boot time: a URL parser costs more than a request origin is worth.
 */
export function canonicalHost(host: string): string | undefined {
  if (/[/\\?#@]/.test(host)) {
    return undefined;
  }
  try {
    const { hostname, origin } = new URL(`https://${host}`);
    return origin === `https://${hostname}` ? hostname : undefined;
  } catch {
    return undefined;
  }
}

import type { IncomingHttpHeaders } from 'node:http';

/** What is known of who asks. */
export interface Asker {
  readonly headers: IncomingHttpHeaders;
  /** Address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
}

/** What a proxy adds for a client that it speaks for. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const;

/**
 * Why somebody gets no answer; `undefined`: they do. The page shows how the app is guarded, so only this machine may ask
 * for it, or whoever uses one of the configured names. By the name that is asked for, a page that had its own name
 * resolve to this machine (DNS rebinding) is told apart from the user.
 *
 * @param hosts the configured names, in lower case
 */
export function strangerReason({ headers, remoteAddress }: Asker, hosts: ReadonlySet<string>): string | undefined {
  const name = hostNameOf(authorityOf(headers));
  if (name !== undefined && hosts.has(name)) {
    return undefined;
  }
  if (name === undefined || !isLoopbackName(name)) {
    return "This page answers to the names of this machine only. Open it at localhost, or name the host in the option 'hosts'.";
  }
  if (!isLoopbackAddress(remoteAddress) || FORWARDING.some((field) => headers[field] !== undefined)) {
    return "This page answers this machine only. For others, or behind a proxy, use a name of the option 'hosts'.";
  }
  return undefined;
}

/**
 * Reports whether a request comes from another site's page, or from a page of this machine on another port: such a page
 * gets nothing, not even what it could not read.
 *
 * @param isDocument whether the page itself is asked for: a link or the address bar may lead there from anywhere, a
 * frame may not
 */
export function isOfOtherOrigin(headers: IncomingHttpHeaders, isDocument: boolean): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined) {
    // An old browser, or none.
    const { origin } = headers;
    return origin !== undefined && origin.replace(/^https?:\/\//, '') !== authorityOf(headers);
  }
  if (site === 'same-origin' || site === 'none') {
    return false;
  }
  return !(isDocument && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');
}

/** Host and port that were asked for: HTTP/2 has them in a field of its own. */
export function authorityOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.host ?? (headers[':authority'] as string | undefined);
}

/** In lower case, an IPv6 address in brackets; `undefined`: no host at all. */
export function hostNameOf(authority: string | undefined): string | undefined {
  if (authority === undefined || !/^[\w.:[\]-]+$/.test(authority) || !URL.canParse(`http://${authority}`)) {
    return undefined;
  }
  return new URL(`http://${authority}`).hostname;
}

/** `localhost` and names below it, which browsers resolve to this machine themselves, and loopback addresses. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address));
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isAddedOnTheWay } from '../../core/http/header-names.js';

/** Of proxies and tunnels, besides those that {@link isAddedOnTheWay} knows. */
const FORWARDING =
  /^(?:via|client-ip|proxy-.*|wl-proxy-.*|x-proxy.*|x-cluster-.*|x-nginx-.*|x-arr-.*|x-originating-ip|x-remote-.*|x-scheme|x-host|fastly-.*|akamai-.*|do-connecting-ip|ngrok-.*)$/;
/** The versions of HTTP that browsers use. */
const SPOKEN: ReadonlySet<string> = new Set(['1.1', '2.0']);

/** The known facts about a client. */
export interface Asker {
  readonly headers: IncomingHttpHeaders;
  /** Address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  /** `1.1`, `2.0`. */
  readonly httpVersion: string;
}

/** Reads who sends a request. */
export function askerOf({ headers, socket, httpVersion }: IncomingMessage): Asker {
  return { headers, remoteAddress: socket.remoteAddress, httpVersion };
}

/**
 * The reason why a client gets no answer; `undefined`: it gets one. The page shows how the app is guarded, so it is
 * served only to this machine, or under one of the configured names. The requested name distinguishes the user from a
 * page whose own name resolves to this machine (DNS rebinding).
 *
 * @param hosts the configured names, in lower case
 */
export function strangerReason(
  { headers, remoteAddress, httpVersion }: Asker,
  hosts: ReadonlySet<string>,
): string | undefined {
  const name = hostNameOf(authorityOf(headers));
  if (name !== undefined && hosts.has(name)) {
    return undefined;
  }
  if (name === undefined || !isLoopbackName(name)) {
    return "This page is served for the names of this machine only. Open it at localhost, or add the host to the option 'hosts'.";
  }
  if (!isLoopbackAddress(remoteAddress) || isForwarded(headers, httpVersion)) {
    return "This page is served to this machine only. From another machine, or behind a proxy, use a name from the option 'hosts'.";
  }
  return undefined;
}

/**
 * Reports whether a proxy forwards the request of another client. No browser uses HTTP/1.0, as nginx does with its
 * default configuration. `Proxy-Connection` is a header of that kind too: clients send it to proxies alone.
 */
function isForwarded(headers: IncomingHttpHeaders, httpVersion: string): boolean {
  return (
    !SPOKEN.has(httpVersion) || Object.keys(headers).some((name) => isAddedOnTheWay(name) || FORWARDING.test(name))
  );
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

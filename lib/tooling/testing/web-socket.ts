import type { IncomingMessage } from 'node:http';
import { isUnsafePort } from '../../core/browser/request-check.js';
import {
  checkHandshake,
  PROTOCOL,
  unreachable,
  type WebSocketBlock,
  webSocketBlock,
} from '../../core/browser/web-socket.js';
import { fieldOf } from '../../core/browser/request.js';
import { isToken } from '../../core/http/lists.js';
import { expectFields } from '../../core/issues/fields.js';
import { handshakeKey } from '../../platform/handshake-key.js';
import { ConnectionFailure, reach, USER_AGENT } from './network.js';
import type { BrowserState } from './browser-state.js';
import { answerOf, readable } from './page-response.js';
import { relationOf } from './site.js';
import { hangUp, joinNamespace } from './socket-io.js';
import type { WebSocketResult } from './web-socket-result.js';

/**
 * The arguments of `new WebSocket()` beside the URL, and those of a client of socket.io.
 *
 * @example
 * await page.webSocket('/socket.io/', { namespace: '/chat' });
 */
export interface BrowserWebSocketInit {
  /** The subprotocols that the page asks for: `graphql-transport-ws`. */
  readonly protocols?: string | readonly string[];
  /**
   * Of a gateway on socket.io, the namespace that the page joins once the connection is open: `/`, `/admin`. The URL is
   * then that of the transport: `/socket.io/`.
   */
  readonly namespace?: string;
}

const FIELDS = ['protocols', 'namespace'];

/**
 * Opens a WebSocket as a page does (https://websockets.spec.whatwg.org/#the-websocket-interface), and closes it again.
 *
 * @throws DOMException (`SyntaxError`) for what `new WebSocket()` refuses; TypeError for a field that is unknown; Error
 *   where the origin is not a known server, or the app does not boot
 */
export async function openWebSocket(
  origin: string,
  browser: BrowserState,
  input: string | URL,
  init: BrowserWebSocketInit,
  signal: AbortSignal,
): Promise<WebSocketResult> {
  expectFields(init, FIELDS, 'webSocket()');
  const url = readUrl(input, browser.base, init.namespace);
  const protocols = readProtocols(init.protocols);
  const target = url.href.replace(/^http/, 'ws');
  if (isUnsafePort(url.port)) {
    return blockedBy(unreachable(target, 'unsafe-port', 'ERR_UNSAFE_PORT'));
  }
  const { key, accept } = handshakeKey();
  const sameSite = relationOf(origin, url.origin) !== 'cross-site';
  const context = { url, page: origin, now: browser.now(), sameSite };
  const cookies = browser.cookies.get(context);
  // Chromium sends no `Sec-Fetch-*` with a handshake.
  const headers = {
    Connection: 'Upgrade',
    Pragma: 'no-cache',
    'Cache-Control': 'no-cache',
    'User-Agent': USER_AGENT,
    Upgrade: 'websocket',
    Origin: origin,
    'Sec-WebSocket-Version': '13',
    ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
    'Sec-WebSocket-Key': key,
    ...(protocols.length > 0 && { [PROTOCOL]: protocols.join(', ') }),
  };
  let incoming: IncomingMessage;
  try {
    incoming = await reach(browser.servers, { url, method: 'GET', headers, body: undefined }, signal);
  } catch (error) {
    if (error instanceof ConnectionFailure) {
      return blockedBy(noAnswer(target, error));
    }
    throw error;
  }
  const answer = answerOf(incoming);
  const block = checkHandshake({ url: target, protocols, accept }, answer);
  if (block !== undefined) {
    incoming.destroy();
    return { ...blockedBy(block), answer: readable(answer) };
  }
  incoming.headers['set-cookie']?.forEach((line) => browser.cookies.set(line, context));
  signal.addEventListener('abort', () => incoming.destroy(), { once: true });
  try {
    const refusal = init.namespace === undefined ? undefined : await joinNamespace(incoming.socket, init.namespace);
    return refusal === undefined
      ? { blocked: false, protocol: fieldOf(answer.headers, PROTOCOL.toLowerCase()) ?? '', answer: readable(answer) }
      : { blocked: true, reason: 'namespace-refused', message: refusal, answer: readable(answer) };
  } finally {
    hangUp(incoming.socket);
  }
}

/** The URL of the handshake, of `http:` or `https:` (https://websockets.spec.whatwg.org/#dom-websocket-websocket). */
function readUrl(input: string | URL, base: URL, namespace: string | undefined): URL {
  const text = String(input);
  if (!URL.canParse(text, base.href)) {
    throw failure(`The URL '${text}' is invalid.`);
  }
  const url = new URL(new URL(text, base).href.replace(/^ws(?=s?:)/, 'http'));
  const { protocol, hash } = url;
  if (!/^https?:$/.test(protocol)) {
    const scheme = protocol.slice(0, -1);
    throw failure(`The URL's scheme must be either 'http', 'https', 'ws', or 'wss'. '${scheme}' is not allowed.`);
  }
  if (hash !== '') {
    throw failure(
      `The URL contains a fragment identifier ('${hash.slice(1)}'). Fragment identifiers are not allowed in WebSocket URLs.`,
    );
  }
  if (namespace !== undefined) {
    // What the client of socket.io asks its server for.
    url.searchParams.set('EIO', url.searchParams.get('EIO') ?? '4');
    url.searchParams.set('transport', 'websocket');
  }
  return url;
}

function readProtocols(given: string | readonly string[] = []): readonly string[] {
  const protocols = typeof given === 'string' ? [given] : [...given];
  for (const [index, protocol] of protocols.entries()) {
    if (!isToken(protocol)) {
      throw failure(`The subprotocol '${protocol}' is invalid.`);
    }
    if (protocols.indexOf(protocol) !== index) {
      throw failure(`The subprotocol '${protocol}' is duplicated.`);
    }
  }
  return protocols;
}

function failure(why: string): DOMException {
  return new DOMException(`Failed to construct 'WebSocket': ${why}`, 'SyntaxError');
}

function noAnswer(url: string, { code }: ConnectionFailure): WebSocketBlock {
  return code === 'ECONNREFUSED'
    ? unreachable(url, 'no-answer', 'ERR_CONNECTION_REFUSED')
    : webSocketBlock(url, 'no-answer', 'Connection closed before receiving a handshake response');
}

function blockedBy(block: WebSocketBlock): WebSocketResult & { readonly blocked: true } {
  return { blocked: true, ...block };
}

import type { HeaderField } from '../http/headers.js';
import { splitFieldValue } from '../http/lists.js';
import { fieldOf, type ServerAnswer } from './request.js';

/** The handshake of a WebSocket that a page opens. */
export interface WebSocketHandshake {
  /** Of `ws:` or `wss:`. */
  readonly url: string;
  /** The subprotocols that the page asks for. */
  readonly protocols: readonly string[];
  /** The value of `Sec-WebSocket-Accept` that answers the key of the handshake. */
  readonly accept: string;
}

/**
 * Why a WebSocket of a page does not open; stable codes.
 * - `handshake-refused`: the server answers with a status other than 101
 * - `handshake-invalid`: the status is 101, and the answer is none to this handshake
 * - `unsafe-port`: browsers send nothing to this port
 * - `no-answer`: the connection failed, or was closed without an answer
 */
export type WebSocketReason = 'handshake-refused' | 'handshake-invalid' | 'unsafe-port' | 'no-answer';

/** Why a WebSocket of a page does not open, in a code and in words. */
export interface WebSocketBlock {
  readonly reason: WebSocketReason;
  /** The message that Chromium writes to the developer's console. The page itself gets `error`, and `close` with 1006. */
  readonly message: string;
}

/** The field that a handshake is answered by. */
const ACCEPT = 'Sec-WebSocket-Accept';
/** The subprotocols that are asked for, and the one that is chosen. */
export const PROTOCOL = 'Sec-WebSocket-Protocol';

const DURING = 'Error during WebSocket handshake: ';

/** A block of a WebSocket, with Chromium's words for it. */
export function webSocketBlock(url: string, reason: WebSocketReason, words: string): WebSocketBlock {
  return Object.freeze({ reason, message: `WebSocket connection to '${url}' failed: ${words}` });
}

/** The block that follows from an error of the network: `ERR_UNSAFE_PORT`. */
export function unreachable(url: string, reason: WebSocketReason, error: string): WebSocketBlock {
  return webSocketBlock(url, reason, `Error in connection establishment: net::${error}`);
}

/** The block of a status other than 101. */
export function refusedHandshake(url: string, status: number): WebSocketBlock {
  switch (status) {
    case 401:
      return webSocketBlock(url, 'handshake-refused', 'HTTP Authentication failed; no valid credentials available');
    case 407:
      return unreachable(url, 'handshake-refused', 'ERR_UNEXPECTED_PROXY_AUTH');
    default:
      return webSocketBlock(url, 'handshake-refused', `${DURING}Unexpected response code: ${status}`);
  }
}

/**
 * Judges the answer to a handshake as browsers do (https://www.rfc-editor.org/rfc/rfc6455#section-4.1). An extension in
 * the answer is always treated as not requested.
 *
 * @returns `undefined` where the WebSocket opens
 */
export function checkHandshake(handshake: WebSocketHandshake, answer: ServerAnswer): WebSocketBlock | undefined {
  if (answer.status !== 101) {
    return refusedHandshake(handshake.url, answer.status);
  }
  const { headers } = answer;
  const error =
    upgradeError(headers) ??
    acceptError(headers, handshake.accept) ??
    connectionError(headers) ??
    protocolError(headers, handshake.protocols) ??
    extensionError(headers);
  return error === undefined ? undefined : webSocketBlock(handshake.url, 'handshake-invalid', DURING + error);
}

function upgradeError(headers: readonly HeaderField[]): string | undefined {
  const value = fieldOf(headers, 'upgrade');
  if (value === undefined) {
    return "'Upgrade' header is missing";
  }
  return value.toLowerCase() === 'websocket' ? undefined : `'Upgrade' header value is not 'WebSocket': ${value}`;
}

function acceptError(headers: readonly HeaderField[], expected: string): string | undefined {
  const values = headers.filter(([name]) => name.toLowerCase() === ACCEPT.toLowerCase());
  if (values.length > 1) {
    return `'${ACCEPT}' header must not appear more than once in a response`;
  }
  const [field] = values;
  if (field === undefined) {
    return `'${ACCEPT}' header is missing`;
  }
  return field[1] === expected ? undefined : `Incorrect '${ACCEPT}' header value`;
}

function connectionError(headers: readonly HeaderField[]): string | undefined {
  const value = fieldOf(headers, 'connection');
  if (value === undefined) {
    return "'Connection' header is missing";
  }
  return splitFieldValue(value.toLowerCase()).includes('upgrade')
    ? undefined
    : "'Connection' header value must contain 'Upgrade'";
}

function protocolError(headers: readonly HeaderField[], asked: readonly string[]): string | undefined {
  const value = fieldOf(headers, PROTOCOL.toLowerCase());
  if (value === undefined) {
    return asked.length === 0 ? undefined : `Sent non-empty '${PROTOCOL}' header but no response was received`;
  }
  if (asked.length === 0) {
    return `Response must not include '${PROTOCOL}' header if not present in request: ${value}`;
  }
  return asked.includes(value)
    ? undefined
    : `'${PROTOCOL}' header value '${value}' in response does not match any of sent values`;
}

function extensionError(headers: readonly HeaderField[]): string | undefined {
  const value = fieldOf(headers, 'sec-websocket-extensions');
  const name = value?.split(/[;,]/, 1)[0]!.trim();
  return name === undefined
    ? undefined
    : `Found an unsupported extension '${name}' in 'Sec-WebSocket-Extensions' header`;
}

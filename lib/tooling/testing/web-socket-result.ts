import type { WebSocketReason } from '../../core/browser/web-socket.js';
import type { AnswerHead } from './result.js';

/** The WebSocket opened. */
export interface OpenedWebSocket {
  readonly blocked: false;
  /** The subprotocol that the server chose; empty where there is none. */
  readonly protocol: string;
  /** The head of the server's answer, which a page does not see. */
  readonly answer: AnswerHead;
  readonly reason?: undefined;
  readonly message?: undefined;
}

/** The WebSocket did not open; in a browser the page gets `error`, and `close` with the code 1006. */
export interface BlockedWebSocket {
  readonly blocked: true;
  /** `namespace-refused`: the connection opened, and the namespace of socket.io refused the page. */
  readonly reason: WebSocketReason | 'namespace-refused';
  /** The message on Chromium's console; of a namespace, that of the client's `connect_error`. */
  readonly message: string;
  /** Missing where the server did not answer. */
  readonly answer?: AnswerHead;
}

/** The result of a WebSocket that a page opens. */
export type WebSocketResult = OpenedWebSocket | BlockedWebSocket;

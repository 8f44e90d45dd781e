import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CorsReason, type Decision, PREFLIGHT_STATUS } from '../../core/decision.js';
import { VARY } from '../../core/http/headers.js';

/** The answer to a handshake that does not go on. */
export interface Refusal {
  readonly status: number;
  readonly reason: CorsReason | undefined;
}

/** A body that contains nothing which the client sent. */
function bodyOf({ status, reason }: Refusal): string {
  const message =
    status === 503 ? 'The app is not up, or it closes.' : 'This origin may not open a connection to this gateway.';
  return JSON.stringify({ statusCode: status, error: STATUS_CODES[status], message, reason });
}

/** Refuses a request of a transport. */
export function refuseRequest(response: ServerResponse, refusal: Refusal, vary: readonly string[]): void {
  if (response.headersSent || response.destroyed) {
    return;
  }
  const body = bodyOf(refusal);
  response.writeHead(refusal.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...(vary.length === 0 ? {} : { [VARY]: vary.join(', ') }),
  });
  response.end(body);
}

/** Refuses an upgrade: the client gets a response, and the connection ends. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Answers a preflight. */
export function answerPreflight(
  response: ServerResponse,
  { status = PREFLIGHT_STATUS, headers, vary }: Decision,
): void {
  response.writeHead(status, {
    ...Object.fromEntries(headers),
    ...(vary.length === 0 ? {} : { [VARY]: vary.join(', ') }),
    'Content-Length': '0',
  });
  response.end();
}

/** Listens for errors of a connection that has no other listener: an error without a listener ends the process. */
export function absorbErrors(socket: Duplex): () => void {
  const listener = (): void => undefined;
  socket.on('error', listener);
  return () => socket.off('error', listener);
}

import type { INestApplication } from '@nestjs/common';
import { type ClientRequest, type IncomingMessage, request as httpRequest, Server as HttpServer } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { BrowserTarget } from './browser-target.js';
import { connection } from './connection.js';

/** One HTTP request, with exactly these headers. */
export interface HttpMessage {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Sends a request, and answers once the head of the response is there. Rejects where the connection fails. */
export type Send = (message: HttpMessage, signal: AbortSignal) => Promise<IncomingMessage>;

/** The way to a target. An app is initialised at the first request, unless it is already. */
export function senderTo(target: BrowserTarget): Send {
  if (typeof target === 'string') {
    const base = new URL(target);
    return (message, signal) => {
      const { hostname, port, protocol } = base;
      const open = protocol === 'https:' ? httpsRequest : httpRequest;
      return answerOf(message, signal, (options) => open({ ...options, hostname, port, agent: false }));
    };
  }
  let server: Promise<ConnectionTaker> | undefined;
  return async (message, signal) => {
    const take = await (server ??= takerOf(target));
    const encrypted = message.url.protocol === 'https:';
    return answerOf(message, signal, (options) => {
      const ends = connection({ remoteAddress: '127.0.0.1', encrypted });
      take(ends.server);
      return httpRequest({ ...options, createConnection: () => ends.client });
    });
  };
}

type ConnectionTaker = (end: Duplex) => void;

/** Initialises the app; its server then takes connections that come from no port. */
async function takerOf(app: INestApplication): Promise<ConnectionTaker> {
  await app.init();
  const instance: unknown = app.getHttpAdapter().getInstance();
  if (isReadied(instance)) {
    await instance.ready();
  }
  const server: unknown = app.getHttpServer();
  if (server instanceof TlsServer) {
    // What comes over this connection is plain: the handshake has been, as far as the server knows.
    return (end) => server.emit('secureConnection', end);
  }
  if (server instanceof HttpServer) {
    return (end) => server.emit('connection', end);
  }
  throw new TypeError('The test browser speaks HTTP/1.1, and the server of this app does not');
}

/** Fastify takes requests once its plugins are loaded. */
function isReadied(instance: unknown): instance is { ready(): PromiseLike<unknown> } {
  return typeof (instance as { ready?: unknown } | undefined)?.ready === 'function';
}

interface HttpOptions {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

function answerOf(
  { url, method, headers, body }: HttpMessage,
  signal: AbortSignal,
  open: (options: HttpOptions) => ClientRequest,
): Promise<IncomingMessage> {
  const length = body === undefined ? {} : { 'Content-Length': String(body.byteLength) };
  return new Promise((resolve, reject) => {
    const request = open({
      method,
      path: url.pathname + url.search,
      headers: { Host: url.host, Connection: 'keep-alive', ...headers, ...length },
      signal,
    });
    // Node writes every method in upper case; a browser leaves `patch` as it is.
    request.method = method;
    if (body === undefined) {
      // Node would send `Content-Length: 0` with a PATCH too.
      request.removeHeader('Content-Length');
      request.removeHeader('Transfer-Encoding');
    }
    if ('Upgrade' in headers) {
      // What the server says first is read from the connection again.
      request.on('upgrade', (response, socket, head) => {
        socket.unshift(head);
        resolve(response);
      });
    }
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('close', () => request.destroy());
      resolve(response);
    });
    request.end(body);
  });
}

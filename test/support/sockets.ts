import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { corsWebSocketAdapter } from '../../lib/websockets.js';

export const ALLOWED = 'https://app.example';
export const STRANGER = 'https://stranger.example';

/** A `setUp` for `startApp()`: applies the policies to gateways of socket.io. */
export function withSocketIo(app: INestApplication): void {
  app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));
}

/** A `setUp` for `startApp()`: applies the policies to gateways of ws. */
export function withWs(app: INestApplication): void {
  app.useWebSocketAdapter(corsWebSocketAdapter(new WsAdapter(app), app));
}

/** The outcome of a connection for a client of ws. */
export type WsResult = 'open' | { readonly status: number; readonly body: string };

const clients: { close(): unknown }[] = [];

/** Opens a socket with ws, from a page of `origin` if one is given. */
export async function openWs(
  url: string,
  origin?: string,
  headers: Readonly<Record<string, string>> = {},
  protocols: string[] = [],
): Promise<{ readonly result: WsResult; readonly socket: WebSocket }> {
  const socket = new WebSocket(url, protocols, { ...(origin === undefined ? {} : { origin }), headers });
  clients.push({ close: () => socket.terminate() });
  const result = await new Promise<WsResult>((resolve, reject) => {
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    socket.once('error', reject);
  });
  return { result, socket };
}

/** Opens a socket with `openWs()` and returns only the result. */
export async function wsResult(...args: Parameters<typeof openWs>): Promise<WsResult | number> {
  const { result } = await openWs(...args);
  return result === 'open' ? result : result.status;
}

/** Connects with the client of socket.io, from a page of `origin` if one is given. */
export function connectIo(url: string, origin?: string, options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
  const socket = io(url, {
    reconnection: false,
    forceNew: true,
    extraHeaders: origin === undefined ? {} : { Origin: origin },
    ...options,
  });
  clients.push({ close: () => socket.close() });
  return socket;
}

/** Waits for the outcome of a connection: `open`, or the message of the error. */
export async function ioOutcome(socket: Socket): Promise<string> {
  if (socket.connected) {
    return 'open';
  }
  return new Promise((resolve) => {
    socket.once('connect', () => resolve('open'));
    socket.once('connect_error', (error) => {
      const { context } = error as { context?: { status?: number; statusCode?: number } };
      resolve(context?.status === undefined ? error.message : `${error.message} ${context.status}`);
    });
  });
}

/** Connects, and waits for the outcome. */
export function ioResult(...args: Parameters<typeof connectIo>): Promise<string> {
  return ioOutcome(connectIo(...args));
}

/** Closes every client that a test has opened; for `afterEach`. */
export function closeClients(): void {
  clients.splice(0).forEach((client) => client.close());
}

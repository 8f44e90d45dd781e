import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { Message } from '../shop/chat.js';
import type { Shop } from '../shops.js';

/** A page, or another program, that opens a socket in a browser where the customer is signed in. */
export interface Caller {
  readonly title: string;
  /** `true`: the socket is expected to open. */
  readonly expected: boolean;
  /** The header `Origin`, which a browser sets and a page cannot change; `undefined`: a program that is no browser. */
  readonly origin: string | undefined;
}

/** A way to open the socket of a shop. */
export interface Way {
  readonly title: string;
  readonly shop: Shop;
  readonly transport: 'polling' | 'websocket';
}

/** A socket in its page. */
export interface OpenSocket {
  readonly history: readonly Message[];
  isOpen(): boolean;
  /** Resolves once either side has closed it. */
  readonly closed: Promise<unknown>;
  close(): void;
}

/** The result of a handshake. */
export type Visit =
  | { readonly opened: true; readonly socket: OpenSocket }
  | {
      readonly opened: false;
      /** The status that the server sent. */
      readonly status: number;
      /** The only information for the page. */
      readonly seen: string;
    };

/** Opens a socket like the caller's page, with the customer's cookie, and asks for the history. */
export function visit(way: Way, origin: string | undefined, cookie: string): Promise<Visit> {
  const headers = { Cookie: cookie, ...(origin === undefined ? {} : { Origin: origin }) };
  return way.shop.name === 'ws' ? visitByWs(way, headers) : visitBySocketIo(way, headers);
}

/** The address of the handshake. */
export function handshakeUrl({ shop, transport }: Way): string {
  const socketUrl = shop.url.replace('http', 'ws');
  return shop.name === 'ws' ? `${socketUrl}/chat` : `${socketUrl}/socket.io/?EIO=4&transport=${transport}`;
}

async function visitBySocketIo({ shop, transport }: Way, headers: Record<string, string>): Promise<Visit> {
  const socket = io(shop.url, {
    transports: [transport],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  });
  const refused = await new Promise<Error | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('connect_error', resolve);
  });
  if (refused !== undefined) {
    socket.close();
    return { opened: false, status: statusOf(refused), seen: `connect_error: ${refused.message}` };
  }
  const closed = new Promise((resolve) => socket.once('disconnect', resolve));
  const history = (await socket.emitWithAck('history')) as Message[];
  return { opened: true, socket: { history, closed, isOpen: () => socket.connected, close: () => socket.close() } };
}

/** The status that refused a transport. Clients in Node.js report it, a page does not get it. */
function statusOf(refused: Error): number {
  const { context, description } = refused as {
    readonly context?: { readonly status?: number };
    readonly description?: { readonly message?: string };
  };
  return context?.status ?? Number(/\d{3}$/.exec(description?.message ?? '')?.[0]);
}

async function visitByWs(way: Way, headers: Record<string, string>): Promise<Visit> {
  const socket = new WebSocket(handshakeUrl(way), { headers });
  const status = await new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
  if (status !== 101) {
    socket.terminate();
    return { opened: false, status, seen: 'an error event, and a close event with code 1006' };
  }
  const answer = new Promise<{ data: Message[] }>((resolve) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as { data: Message[] }));
  });
  socket.send(JSON.stringify({ event: 'history' }));
  const { data: history } = await answer;
  return {
    opened: true,
    socket: {
      history,
      closed: once(socket, 'close'),
      isOpen: () => socket.readyState === WebSocket.OPEN,
      close: () => socket.close(),
    },
  };
}

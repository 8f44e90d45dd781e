import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GuardedServer, Handshakes, OpenSocket, ServerKey } from '../../nest/sockets-port.js';

/** The part of a `WebSocket` of ws that is used. */
interface WsClient {
  once(event: 'close', listener: () => void): unknown;
  close(code: number): void;
}

type Upgraded = (client: WsClient, message: IncomingMessage) => void;

/** The part of a `WebSocketServer` of ws that is used. Checked on ws 8.23. */
interface WsServer {
  /** Of ws itself, or that Nest's adapter has given to it. */
  readonly path?: string | undefined;
  handleUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer, upgraded: Upgraded): void;
}

/** The close code of a policy violation (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1). */
const POLICY_VIOLATION = 1008;

export function isWs(server: object): server is WsServer {
  return 'handleUpgrade' in server && typeof server.handleUpgrade === 'function' && 'shouldHandle' in server;
}

/** Puts the check in front of a server of ws: every listener of `upgrade` passes requests to `handleUpgrade()`. */
export function guardWs(server: WsServer, key: ServerKey, handshakes: Handshakes): void {
  const open = new Map<WsClient, IncomingMessage>();
  const about: GuardedServer = {
    key,
    kind: 'ws',
    hasCors: false,
    serves: ({ url = '/' }) => pathnameOf(url) === (server.path ?? '/'),
    namespacesOf: () => ['/'],
    *sockets() {
      for (const [client, message] of open) {
        yield socketOf(client, message);
      }
    },
  };
  handshakes.add(about);
  const { handleUpgrade } = server;
  server.handleUpgrade = (message, socket, head, upgraded) => {
    handshakes.guardUpgrade(handshakes.atServer(about, message), socket, () => {
      handleUpgrade.call(server, message, socket, head, (client, request) => {
        open.set(client, message);
        client.once('close', () => open.delete(client));
        upgraded(client, request);
      });
    });
  };
}

function socketOf(client: WsClient, message: IncomingMessage): OpenSocket {
  return { client, message, namespaces: ['/'], close: () => client.close(POLICY_VIOLATION) };
}

function pathnameOf(url: string): string | undefined {
  return URL.canParse(url, 'ws://localhost/') ? new URL(url, 'ws://localhost/').pathname : undefined;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  GuardedServer,
  Handshakes,
  Namespace,
  OpenSocket,
  ServerKey,
  HandshakeVerdict,
} from '../../nest/sockets-port.js';
import { Sessions } from './sessions.js';

/*
 * All uses of socket.io's internals, in one place. Checked on socket.io 4.8.4; `test/websockets/socket-io.spec.ts`
 * fails if one of them changes.
 */

/** A server of engine.io, which carries the transports. `handleRequest()` and `handleUpgrade()` are documented. */
interface Engine {
  readonly opts?: { readonly cors?: unknown };
  /** Connections by their session id. */
  readonly clients: Readonly<Record<string, { readonly request: IncomingMessage } | undefined>>;
  handleRequest(message: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  onWebTransportSession?(session: { close(): void }): unknown;
}

/** A server of socket.io. */
interface SocketIo {
  readonly engine?: Engine;
  readonly opts?: { readonly cors?: unknown; readonly addTrailingSlash?: boolean };
  path(): string;
  of(name: string): SocketNamespace;
  bind(engine: Engine): unknown;
  on(event: 'new_namespace', listener: (namespace: SocketNamespace) => void): unknown;
}

/** A namespace of it; one of a regular expression or a function has children. */
interface SocketNamespace {
  readonly name: string;
  readonly server: SocketIo;
  readonly sockets: ReadonlyMap<string, SocketClient>;
  readonly children?: ReadonlySet<SocketNamespace>;
  /**
   * Connects a client. Middleware (`use()`) comes too late: it is left out where a connection is recovered, and the
   * state of a connection is restored before it.
   */
  _add(connection: Connection, auth: object, connected: (client: SocketClient) => void): unknown;
}

interface SocketClient {
  readonly request: IncomingMessage;
  disconnect(close?: boolean): unknown;
}

interface Connection {
  readonly request: IncomingMessage;
  readonly conn: { readonly protocol: number; readonly readyState: string };
  _packet(packet: { readonly type: number; readonly nsp: string; readonly data: unknown }): void;
}

/** The type of a packet that refuses a namespace. */
const CONNECT_ERROR = 4;
const MESSAGE = 'This origin may not join this namespace.';

export function isSocketIo(server: object): server is SocketIo {
  return 'of' in server && 'bind' in server && 'path' in server && typeof server.of === 'function';
}

export function isNamespace(made: object): made is SocketNamespace {
  return '_add' in made && 'server' in made && typeof made.server === 'object' && made.server !== null;
}

/** The check in front of one server of socket.io. */
export interface SocketIoGuard {
  guardNamespace(namespace: SocketNamespace, name: Namespace): void;
}

/** Puts the check in front of the transports of a server, and in front of its namespaces. */
export function guardSocketIo(server: SocketIo, key: ServerKey, handshakes: Handshakes): SocketIoGuard {
  /** The namespaces as gateways say them: a child may have a gateway of its own beside that of its parent. */
  const guarded = new Map<SocketNamespace, Set<Namespace>>();
  const prefix = server.path() + (server.opts?.addTrailingSlash === false ? '' : '/');
  const about: GuardedServer = {
    key,
    kind: 'socket.io',
    hasCors: hasCors(server.opts) || hasCors(server.engine?.opts),
    serves: ({ url = '' }) => url.startsWith(prefix),
    namespacesOf(asked) {
      const made = [...guarded].find(([{ name }]) => name === asked);
      // socket.io makes it once a client asks, of the first regular expression that matches.
      const expressions = [...guarded.values()].flatMap((names) => [...names]).filter((name) => name instanceof RegExp);
      return made === undefined ? expressions.filter((name) => name.test(asked)).slice(0, 1) : [...made[1]];
    },
    *sockets() {
      for (const [namespace, names] of guarded) {
        for (const client of namespace.sockets.values()) {
          yield socketOf(client, [...names]);
        }
      }
    },
  };
  handshakes.add(about);
  if (server.engine !== undefined) {
    guardEngine(server.engine, about, handshakes);
  }
  const { bind } = server;
  server.bind = (engine) => {
    guardEngine(engine, about, handshakes);
    return bind.call(server, engine);
  };
  const guardNamespace = (namespace: SocketNamespace, name: Namespace): void => {
    const known = guarded.get(namespace);
    if (known !== undefined) {
      known.add(name);
      return;
    }
    const names = new Set([name]);
    guarded.set(namespace, names);
    guardJoining(namespace, (message) => handshakes.atNamespace(key, [...names], message), handshakes);
  };
  guardNamespace(server.of('/'), '/');
  server.on('new_namespace', (child) => {
    const parent = [...guarded].find(([namespace]) => namespace.children?.has(child) === true);
    parent?.[1].forEach((name) => guardNamespace(child, name));
  });
  return { guardNamespace };
}

function guardEngine(engine: Engine, about: GuardedServer, handshakes: Handshakes): void {
  const { handleRequest, handleUpgrade, onWebTransportSession } = engine;
  const sessions = new Sessions(engine);
  engine.handleRequest = (message, response) => {
    if (handshakes.answerPreflight(about, message, response)) {
      return;
    }
    const goOn = ({ decided }: HandshakeVerdict): void => {
      if (decided !== undefined) {
        handshakes.carry(message, response, decided);
      }
      handleRequest.call(engine, message, response);
    };
    const known = sessions.verdictOn(message);
    if (known !== undefined) {
      goOn(known);
      return;
    }
    handshakes.whenDecided(handshakes.atServer(about, message), (verdict) => {
      if (verdict.refusal !== undefined) {
        handshakes.refuseRequest(response, verdict);
      } else if (!response.destroyed) {
        sessions.note(message, verdict);
        goOn(verdict);
      }
    });
  };
  engine.handleUpgrade = (message, socket, head) => {
    if (sessions.verdictOn(message) !== undefined) {
      handleUpgrade.call(engine, message, socket, head);
      return;
    }
    handshakes.guardUpgrade(handshakes.atServer(about, message), socket, (verdict) => {
      sessions.note(message, verdict);
      handleUpgrade.call(engine, message, socket, head);
    });
  };
  if (onWebTransportSession !== undefined) {
    // A session of WebTransport has no Origin, so it cannot be checked.
    engine.onWebTransportSession = (session) => session.close();
  }
}

function guardJoining(
  namespace: SocketNamespace,
  ask: (message: IncomingMessage) => ReturnType<Handshakes['atNamespace']>,
  handshakes: Handshakes,
): void {
  const { _add: add } = namespace;
  namespace._add = (connection, auth, connected) => {
    handshakes.whenDecided(ask(connection.request), ({ refusal }) => {
      if (connection.conn.readyState !== 'open') {
        return;
      }
      if (refusal === undefined) {
        add.call(namespace, connection, auth, connected);
        return;
      }
      const { reason } = refusal;
      const data = connection.conn.protocol === 3 ? MESSAGE : { message: MESSAGE, data: { reason } };
      connection._packet({ type: CONNECT_ERROR, nsp: namespace.name, data });
    });
  };
}

function socketOf(client: SocketClient, namespaces: readonly Namespace[]): OpenSocket {
  return { client, message: client.request, namespaces, close: () => client.disconnect() };
}

function hasCors(options: { readonly cors?: unknown } | undefined): boolean {
  return options?.cors !== undefined && options.cors !== false;
}

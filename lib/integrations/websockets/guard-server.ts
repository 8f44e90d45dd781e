import type { WebSocketAdapter } from '@nestjs/common';
import { type Handshakes, namespaceOf } from '../../nest/sockets-port.js';
import { guardSocketIo, isNamespace, isSocketIo, type SocketIoGuard } from './socket-io.js';
import { guardWs, isWs } from './ws.js';

interface GatewayOptions {
  readonly path?: unknown;
  readonly namespace?: unknown;
  readonly server?: object;
}

/** The guards of servers of socket.io, whose namespaces are created later. */
const guards = new WeakMap<object, SocketIoGuard>();
/** A server that is shared is guarded once. */
const guarded = new WeakSet<object>();

/**
 * Lets an adapter create the server or namespace of a gateway, and puts the check in front of it.
 *
 * @throws Error if it creates something else, because its handshakes would not be checked
 */
export function guardServer(
  adapter: WebSocketAdapter,
  handshakes: Handshakes | undefined,
  port: number,
  options: GatewayOptions = {},
): unknown {
  const made: unknown = adapter.create(port, options);
  if (handshakes === undefined || typeof made !== 'object' || made === null) {
    throw unknownServer(made);
  }
  const key = { port, path: typeof options.path === 'string' ? options.path : undefined };
  if (isNamespace(made)) {
    const guard = guards.get(made.server) ?? guardSocketIo(made.server, key, handshakes);
    guards.set(made.server, guard);
    guard.guardNamespace(made, namespaceOf(options.namespace));
  } else if (guarded.has(made)) {
    return made;
  } else if (isSocketIo(made)) {
    guards.set(made, guardSocketIo(made, key, handshakes));
  } else if (isWs(made)) {
    guardWs(made, key, handshakes);
  } else {
    throw unknownServer(made);
  }
  guarded.add(made);
  return made;
}

function unknownServer(made: unknown): Error {
  const kind = typeof made === 'object' && made !== null ? made.constructor.name : typeof made;
  return new Error(
    `corsWebSocketAdapter(): the adapter has made a ${kind}, which is not a server of socket.io or ws: its handshakes cannot be guarded.`,
  );
}

import type { SocketRoute } from '../../engine/handshake.js';
import type { CorsRuntime } from '../runtime.js';
import type { Namespace, ServerKey } from '../../engine/server-key.js';

/** A gateway's place on its server, and the policy there. Gateways of one namespace share it, and their policies. */
export interface GatewayRoute extends SocketRoute {
  readonly kind: 'socket.io' | 'ws';
  readonly server: ServerKey;
  readonly namespace: Namespace;
}

/** The parts of the running library that handshakes need. */
export interface SocketRuntime extends CorsRuntime {
  /** The routes of all gateways. */
  readonly gateways: readonly GatewayRoute[];
  /** The route of a server that no gateway is known for. */
  routeOfServer(server: ServerKey, kind: 'socket.io' | 'ws'): GatewayRoute;
}

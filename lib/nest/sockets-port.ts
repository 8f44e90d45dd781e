import type { Handshakes } from '../pipeline/sockets/handshakes.js';

export type { GuardedServer, Handshakes, OpenSocket, HandshakeVerdict } from '../pipeline/sockets/handshakes.js';
export { type Namespace, namespaceOf, type ServerKey } from '../engine/server-key.js';

/** The token of the app's handshakes, for `nestjs-cors-policy/websockets`, in every copy and form of the package. */
export const CORS_HANDSHAKES = Symbol.for('nestjs-cors-policy:handshakes');

/** The property of a WebSocket adapter whose servers are guarded. */
export const GUARDED_ADAPTER = Symbol.for('nestjs-cors-policy:guarded-adapter');

export function handshakesOf(boot: { readonly handshakes: Handshakes }): Handshakes {
  return boot.handshakes;
}

/** Reports whether `corsWebSocketAdapter()` made an adapter. */
export function isGuardedAdapter(adapter: unknown): boolean {
  return typeof adapter === 'object' && adapter !== null && GUARDED_ADAPTER in adapter;
}

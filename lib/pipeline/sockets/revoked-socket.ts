import type { CorsReason } from '../../core/decision.js';

/** An open socket that its policy would refuse now. */
export interface RevokedSocket {
  /** The name of its gateway. */
  readonly gateway: string;
  readonly origin: string;
  readonly reason: CorsReason;
  /** The client as the gateway got it: a `Socket` of socket.io, a `WebSocket` of ws. */
  readonly client: object;
  /** Closes it: of socket.io its namespace, of ws with the code 1008. */
  close(): void;
}

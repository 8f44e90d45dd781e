import type { IncomingMessage } from 'node:http';
import type { HandshakeVerdict } from '../../nest/sockets-port.js';

/** The connections of a server of engine.io. */
interface Connections {
  /** By session id. */
  readonly clients: Readonly<Record<string, { readonly request: IncomingMessage } | undefined>>;
}

/**
 * Remembers the decision about the handshake of each session while its connection is open. A polling transport
 * continues in further requests, and upgrades in another one. If they come from the origin of the handshake, they
 * belong to an open connection, which a changed list does not close.
 */
export class Sessions {
  readonly #engine: Connections;
  /** Keyed by the request of the handshake, which the connection keeps. */
  readonly #verdicts = new WeakMap<IncomingMessage, HandshakeVerdict>();

  constructor(engine: Connections) {
    this.#engine = engine;
  }

  /** Records the verdict on a handshake. */
  note(message: IncomingMessage, verdict: HandshakeVerdict): void {
    if (sessionIdOf(message) === undefined) {
      this.#verdicts.set(message, verdict);
    }
  }

  /** The verdict on a request that continues a session; `undefined`: it begins one, or comes from another origin. */
  verdictOn(message: IncomingMessage): HandshakeVerdict | undefined {
    const id = sessionIdOf(message);
    const { clients } = this.#engine;
    const handshake = id !== undefined && Object.hasOwn(clients, id) ? clients[id]?.request : undefined;
    return handshake === undefined || handshake.headers.origin !== message.headers.origin
      ? undefined
      : this.#verdicts.get(handshake);
  }
}

/** The session id as engine.io reads it: the last one of the query. */
function sessionIdOf({ url = '' }: IncomingMessage): string | undefined {
  if (!URL.canParse(url, 'https://socket.io')) {
    return undefined;
  }
  const id = new URL(url, 'https://socket.io').searchParams.getAll('sid').at(-1);
  return id === '' ? undefined : id;
}

import type { IncomingMessage } from 'node:http';
import type { HttpMessage, Send } from './server.js';

/** Names the kit to servers. */
export const USER_AGENT = 'Mozilla/5.0 (nestjs-cors-policy/testing)';

/** A connection that could not be opened, or that ended without an answer. */
export class ConnectionFailure extends Error {
  /** @param code of Node.js: `ECONNREFUSED` */
  constructor(readonly code: string) {
    super(code);
  }
}

/**
 * Sends a message to the server of its origin.
 *
 * @throws ConnectionFailure where the network fails; the signal's reason where it aborts; Error where the origin
 *   is not a known server, or the app does not boot
 */
export async function reach(
  servers: ReadonlyMap<string, Send>,
  message: HttpMessage,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const send = servers.get(message.url.origin);
  if (send === undefined) {
    throw new Error(`The page asks for ${message.url.origin}, which is not a known server: add it to \`servers\``);
  }
  try {
    const incoming = await send(message, signal);
    if (incoming.statusCode !== 421) {
      return incoming;
    }
    // The answer says that another connection may do (Fetch, HTTP-network-or-cache fetch).
    incoming.destroy();
    return await send(message, signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = connectionError(error);
    throw code === undefined ? error : new ConnectionFailure(code);
  }
}

/** The code of an error of the network. An app that does not boot has none. */
function connectionError(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^(E[A-Z]+|HPE_.+)$/.test(code) ? code : undefined;
}

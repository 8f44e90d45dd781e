import { createHash, randomBytes } from 'node:crypto';

/** The text that a server joins to the key of a handshake (https://www.rfc-editor.org/rfc/rfc6455#section-1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Makes the key of a WebSocket handshake, with the value of `Sec-WebSocket-Accept` that answers it. */
export function handshakeKey(): { readonly key: string; readonly accept: string } {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return { key, accept };
}

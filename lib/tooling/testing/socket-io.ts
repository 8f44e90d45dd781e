import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/* The little of RFC 6455 and of the protocol of socket.io that joining a namespace takes. */

const TEXT = 0x1;
const CLOSE = 0x8;
/** The close code of a page that has no more to say. */
const NORMAL_CLOSURE = 1000;

/**
 * Joins a namespace of socket.io over an open WebSocket, as its client does
 * (https://socket.io/docs/v4/socket-io-protocol/#connection-to-a-namespace).
 *
 * @param namespace `/`, `/admin`
 * @returns the message of the server's refusal, which the client gets as `connect_error`; `undefined` where it has joined
 * @throws Error where the server is none of socket.io, or hangs up
 */
export async function joinNamespace(socket: Duplex, namespace: string): Promise<string | undefined> {
  const address = namespace === '/' ? '' : `${namespace},`;
  for await (const packet of textsOf(socket)) {
    if (packet.startsWith('0')) {
      socket.write(frame(TEXT, Buffer.from(`40${address}`)));
    } else if (packet.startsWith(`40${address}`)) {
      return undefined;
    } else if (packet.startsWith(`44${address}`)) {
      const { message } = JSON.parse(packet.slice(2 + address.length)) as { message: string };
      return message;
    }
  }
  throw new Error(`The server hung up before it answered for the namespace ${namespace} of socket.io`);
}

/** Closes a WebSocket as a page does, without waiting for the server. */
export function hangUp(socket: Duplex): void {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(NORMAL_CLOSURE);
  socket.end(frame(CLOSE, code), () => socket.destroy());
}

/** A frame of a client, which is masked. Its payload is short. */
function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ mask[index % mask.length]!);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]);
}

/** The texts that a server sends, each in one frame: socket.io does not split them. Ends with the connection. */
async function* textsOf(socket: Duplex): AsyncGenerator<string> {
  let read: Buffer = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    read = Buffer.concat([read, chunk]);
    for (let whole = frameIn(read); whole !== undefined; whole = frameIn(read)) {
      read = read.subarray(whole.length);
      if (whole.opcode === TEXT) {
        yield whole.payload.toString();
      }
    }
  }
}

/** The first frame of what was read; `undefined`: it is not whole yet. */
function frameIn(read: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  const short = read[1];
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (short === undefined || read.length < start) {
    return undefined;
  }
  const size = short === 127 ? Number(read.readBigUInt64BE(2)) : short === 126 ? read.readUInt16BE(2) : short;
  return read.length < start + size
    ? undefined
    : { opcode: read[0]! & 0xf, payload: read.subarray(start, start + size), length: start + size };
}

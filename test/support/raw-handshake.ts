import { connect, type Socket } from 'node:net';

/** Parts of the head of a handshake. */
export interface HandshakeHead {
  readonly path: string;
  readonly origin?: string | undefined;
  /** `false`: a request of socket.io's polling transport. */
  readonly upgrades?: boolean;
}

/** The lines of a head as a browser sends them, each with its line end. */
export function handshakeLines({ path, origin, upgrades = true }: HandshakeHead): readonly string[] {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(upgrades
      ? [
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        ]
      : ['Connection: close']),
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    '',
  ].map((line) => `${line}\r\n`);
}

/** A handshake as bytes on its own connection, so that a test can send a part of it or disconnect. */
export class RawHandshake {
  readonly socket: Socket;
  /** The status of the answer; 0 if the connection ends without an answer. */
  readonly status: Promise<number>;
  /** Everything that the server sent. */
  text = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    this.status = new Promise((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        this.text += chunk.toString('latin1');
        const found = /^HTTP\/1\.1 (\d+) .*\r\n/.exec(this.text)?.[1];
        if (found !== undefined) {
          resolve(Number(found));
        }
      });
      // A connection that was reset also has no answer.
      socket.on('error', () => resolve(0));
      socket.on('end', () => resolve(0));
      socket.on('close', () => resolve(0));
    });
  }

  /** Connects, and sends nothing. */
  static connect(port: number): Promise<RawHandshake> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawHandshake(socket));
      });
    });
  }

  /** Sends a whole head. */
  static async send(port: number, head: HandshakeHead): Promise<RawHandshake> {
    const handshake = await RawHandshake.connect(port);
    handshake.socket.write(handshakeLines(head).join(''));
    return handshake;
  }

  /** Destroys the connection. */
  drop(): void {
    this.socket.resetAndDestroy();
  }
}

/** Sends a handshake, reads the status of the answer and closes the connection. */
export async function statusOf(port: number, head: HandshakeHead): Promise<number> {
  const handshake = await RawHandshake.send(port, head);
  const status = await handshake.status;
  handshake.drop();
  return status;
}

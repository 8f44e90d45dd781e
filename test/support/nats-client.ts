import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { NatsClient, NatsMessage } from '../../sample/recipes/src/nats-feed.js';

type Callback = (error: Error | null, message: NatsMessage) => void;

/**
 * A connection to NATS with only the methods that the recipe calls.
 *
 * @see https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
export class SmallNatsClient implements NatsClient {
  readonly #callbacks = new Map<number, Callback>();
  readonly #socket: Socket;
  #buffered = Buffer.alloc(0);
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#read(data));
    socket.on('error', () => undefined);
    socket.write('CONNECT {"verbose":false,"pedantic":false,"lang":"node","version":"1"}\r\n');
  }

  static async connect(url: string): Promise<SmallNatsClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new SmallNatsClient(socket);
  }

  subscribe(subject: string, { callback }: { callback: Callback }): { unsubscribe(): void } {
    const id = ++this.#lastId;
    this.#callbacks.set(id, callback);
    this.#socket.write(`SUB ${subject} ${id}\r\n`);
    return {
      unsubscribe: () => {
        this.#callbacks.delete(id);
        this.#socket.write(`UNSUB ${id}\r\n`);
      },
    };
  }

  request(subject: string, payload: string, { timeout }: { timeout: number }): Promise<NatsMessage> {
    const inbox = `_INBOX.${randomUUID()}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(new Error('TIMEOUT'))), timeout);
      const subscription = this.subscribe(inbox, { callback: (_error, message) => end(() => resolve(message)) });
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        subscription.unsubscribe();
        settle();
      };
      this.#socket.write(`PUB ${subject} ${inbox} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, data]);
    for (;;) {
      const end = this.#buffered.indexOf('\r\n');
      if (end < 0) {
        return;
      }
      const [name, , id, ...rest] = this.#buffered.toString('utf8', 0, end).split(' ');
      const length = name === 'MSG' ? Number(rest.at(-1)) + 2 : 0;
      if (this.#buffered.length < end + 2 + length) {
        return;
      }
      const payload = this.#buffered.toString('utf8', end + 2, end + length);
      this.#buffered = this.#buffered.subarray(end + 2 + length);
      if (name === 'PING') {
        this.#socket.write('PONG\r\n');
      } else if (name === 'MSG') {
        this.#callbacks.get(Number(id))?.(null, { json: () => JSON.parse(payload) as unknown });
      }
    }
  }
}

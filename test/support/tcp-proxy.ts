import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * State of the network between an app and a server:
 * - `pass`: the network works;
 * - `slow`: each piece of data arrives `SLOW_MS` late;
 * - `lose`: connections are accepted and stay open, but no data and no FIN arrives.
 *   A server that hangs, and a connection that is lost without a FIN, look like this.
 */
export type Network = 'pass' | 'slow' | 'lose';

const SLOW_MS = 200;

/** A network between an app and a server that a test can disturb. Lost data is never sent later. */
export interface TcpProxy {
  readonly port: number;
  /** Open connections of the app. */
  readonly open: number;
  become(network: Network): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: number): Promise<TcpProxy> {
  let network: Network = 'pass';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    // A connection that lost data cannot be used again.
    let isDead = false;
    const relay = (from: Socket, to: Socket) => {
      from.on('data', (data) => carry(() => to.write(data)));
      from.on('close', () => carry(() => to.end()));
      from.on('error', () => undefined);
    };
    const carry = (act: () => void) => {
      isDead ||= network === 'lose';
      if (isDead) {
        return;
      }
      if (network === 'slow') {
        setTimeout(act, SLOW_MS);
      } else {
        act();
      }
    };
    sockets.add(client);
    client.on('close', () => {
      sockets.delete(client);
      // Without this the server waits for ever for a client that has gone.
      if (isDead || network === 'lose') {
        upstream.destroy();
      }
    });
    relay(client, upstream);
    relay(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    become: (next) => {
      network = next;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

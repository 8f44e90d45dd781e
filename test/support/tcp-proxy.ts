import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What becomes of a network between an app and a server:
 * - `pass`: nothing;
 * - `slow`: each piece of data comes `SLOW_MS` late;
 * - `lose`: connections are accepted and stay open, and nothing that is said on them arrives: no data, no end.
 *   So hangs a server that takes no notice of anybody, and so dies a connection without a FIN.
 */
export type Network = 'pass' | 'slow' | 'lose';

const SLOW_MS = 200;

/** A network between an app and a server, which a test can spoil. What it has lost stays lost. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that the app holds. */
  readonly open: number;
  become(network: Network): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: number): Promise<TcpProxy> {
  let network: Network = 'pass';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    // Once something is lost on a connection, it is of no use any more.
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
      // The server would else wait for ever for a client that is gone.
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

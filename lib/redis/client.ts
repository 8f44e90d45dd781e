import { Redis, type RedisOptions } from 'ioredis';

/** A client that is not connected yet, and that leaves it to others to connect again and to wait. */
export function createClient(connection: string | RedisOptions): Redis {
  const own: RedisOptions = {
    lazyConnect: true,
    retryStrategy: () => null,
    reconnectOnError: () => false,
    enableOfflineQueue: false,
    // It would ask for INFO, which not every user may; and a server that still loads says so by itself.
    enableReadyCheck: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
  };
  const name = { connectionName: 'nestjs-cors-policy' };
  const client =
    typeof connection === 'string'
      ? new Redis(connection, { ...name, ...own })
      : new Redis({ ...name, ...connection, ...own });
  // What goes wrong rejects a command, too; without a listener it would be printed.
  client.on('error', () => undefined);
  return client;
}

/** Connects, in a way that does not keep the process alive. */
export async function connect(client: Redis): Promise<void> {
  await client.connect();
  // Inside a TLS connection or out of it: what has no handle of its own has nothing to let go of.
  (client.stream as { unref?: () => void }).unref?.();
}

/** Ends the connection at once, dead ones too. */
export function disconnect(client: Redis): void {
  client.disconnect();
  // There is none before the attempt to connect.
  (client.stream as Redis['stream'] | undefined)?.destroy();
}

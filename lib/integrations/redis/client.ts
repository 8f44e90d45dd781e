import { Redis, type RedisOptions } from 'ioredis';

/** A client that is not connected yet. It neither reconnects nor queues commands. */
export function createClient(connection: string | RedisOptions): Redis {
  const own: RedisOptions = {
    lazyConnect: true,
    retryStrategy: () => null,
    reconnectOnError: () => false,
    enableOfflineQueue: false,
    // It would send INFO, which not every user may; and a server that is still loading reports that by itself.
    enableReadyCheck: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    // Its timer keeps the process alive, even after the connection has ended.
    disconnectTimeout: 1,
  };
  const name = { connectionName: 'nestjs-cors-policy' };
  const client =
    typeof connection === 'string'
      ? new Redis(connection, { ...name, ...own })
      : new Redis({ ...name, ...connection, ...own });
  // An error rejects a command too; without a listener it would be printed.
  client.on('error', () => undefined);
  return client;
}

/** Connects without keeping the process alive. */
export async function connect(client: Redis): Promise<void> {
  await client.connect();
  // The socket inside a TLS connection or the plain one: one without a handle needs no unref().
  (client.stream as { unref?: () => void }).unref?.();
}

/** Ends the connection at once, dead ones too. */
export function disconnect(client: Redis): void {
  client.disconnect();
  // There is no stream before the attempt to connect.
  (client.stream as Redis['stream'] | undefined)?.destroy();
}

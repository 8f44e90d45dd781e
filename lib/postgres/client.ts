import pg from 'pg';
import { later } from '../allowlists/clock.js';
import type { PostgresConnection } from './connection.js';

/** A client of `pg`, with what its types leave out. */
export type PostgresClient = pg.Client & {
  /** The process that serves the connection, as the client was told when the connection was made. */
  readonly processID: number | null;
  unref(): void;
};

/** How long a connection may take to end by itself, in milliseconds. */
const END_MS = 1_000;

/** A client that is not connected yet. */
export function createClient(connection: string | PostgresConnection): PostgresClient {
  const given = typeof connection === 'string' ? { connectionString: connection } : connection;
  return new pg.Client({ application_name: 'nestjs-cors-policy', keepAlive: true, ...given }) as PostgresClient;
}

/**
 * Says goodbye to the server, and does not wait for its answer for long; where a query or the connection is under way,
 * it is cut off. Never rejects.
 */
export async function closeClient(client: pg.Client): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = later(resolve, END_MS);
    client
      .end()
      .then(resolve, resolve)
      .finally(() => clearTimeout(timer));
  });
}

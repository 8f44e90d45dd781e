import pg from 'pg';
import { later } from '../../providers/time.js';
import type { PostgresConnection } from './connection.js';

/** A client of `pg`, with what its types leave out. */
export type PostgresClient = pg.Client & {
  /** The process that serves the connection, as the server reported it at the start of the connection. */
  readonly processID: number | null;
  readonly connection: { readonly stream: { destroy(): void } };
  unref(): void;
};

/** Longest time that a connection may take to end by itself, in milliseconds. */
const END_MS = 500;

/** A client that is not connected yet. */
export function createClient(connection: string | PostgresConnection): PostgresClient {
  const given = typeof connection === 'string' ? { connectionString: connection } : connection;
  return new pg.Client({ application_name: 'nestjs-cors-policy', keepAlive: true, ...given }) as PostgresClient;
}

/** Ends the connection, or closes the socket if the server does not answer. Never rejects. */
export async function closeClient(client: pg.Client): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = () => {
      (client as PostgresClient).connection.stream.destroy();
      resolve();
    };
    const timer = later(cut, END_MS);
    client
      .end()
      .then(resolve, resolve)
      .finally(() => clearTimeout(timer));
  });
}

import type { Socket } from 'node:net';
import type { DataSource, QueryRunner } from 'typeorm';
import { AllowlistError, errorText } from '../../providers/log.js';
import { POOL_REMEDY, pooled } from './pool.js';

/** Messages of databases about a missing table or column. */
const SCHEMA_MISSING = /no such (table|column)|does not exist|doesn't exist|unknown column|no metadata for/i;
/** Messages about a missing database: no migration can help. */
const DATABASE_MISSING = /(unknown )?database .*(does not exist|doesn't exist)|unknown database/i;

/**
 * Reads on one connection of its own, always the main one: a replica that lags would show a new version beside an old
 * list. If `signal` is aborted during the query, the connection is closed, even one that is still being opened.
 * Otherwise the pool of the app would keep connections that never answer again.
 *
 * @throws AllowlistError with advice if the tables are missing; otherwise the error of the driver
 */
export async function reading<T>(
  dataSource: DataSource,
  signal: AbortSignal,
  read: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const runner = dataSource.createQueryRunner('master');
  let connections: readonly unknown[] = [];
  let cuts: readonly Promise<void>[] = [];
  const cut = (): void => {
    cuts = connections.map(cutOff);
  };
  signal.addEventListener('abort', cut, { once: true });
  try {
    const known = new Set(pooled(dataSource));
    const connecting = runner.connect() as Promise<unknown>;
    connections = pooled(dataSource).filter((client) => !known.has(client));
    connections = [await connecting];
    signal.throwIfAborted();
    return await read(runner);
  } catch (error) {
    throw signal.aborted ? signal.reason : helpful(error, dataSource);
  } finally {
    signal.removeEventListener('abort', cut);
    // By then the driver knows that the connection is gone: one that is released earlier is used for the next query.
    await Promise.all(cuts);
    await runner.release();
  }
}

/** A client of `pg`, or a connection of mysql2. SQLite has neither. */
interface Client {
  readonly connection?: { readonly stream?: Socket };
  readonly stream?: Socket;
  on?(event: 'error', listener: () => void): unknown;
  destroy?(): void;
}

/** Destroys the socket of a connection. Resolves when it has closed. */
async function cutOff(connection: unknown): Promise<void> {
  const client = (connection ?? {}) as Client;
  const socket = client.connection?.stream ?? client.stream;
  if (socket === undefined || socket.destroyed) {
    return;
  }
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // The driver emits an error event, more than once. Without a listener it would end the process.
  client.on?.('error', () => undefined);
  // Removes it from mysql2's pool: closing a pool with a broken connection in it would fail.
  client.destroy?.();
  // With an error, because mysql2 would otherwise leave a running query without an answer.
  socket.destroy(new Error('The connection was closed: no caller waits for it any more'));
  await closed;
}

/** An error of a read, with advice if the schema is the cause. */
function helpful(error: unknown, dataSource: DataSource): unknown {
  if ((error as { code?: unknown } | undefined)?.code === 'POOL_NOEXIST') {
    return new AllowlistError(`${errorText(error)}: ${POOL_REMEDY}`, { cause: error });
  }
  if (!(error instanceof Error) || DATABASE_MISSING.test(error.message) || !SCHEMA_MISSING.test(error.message)) {
    return error;
  }
  const { entityPrefix } = dataSource.options;
  const remedy = /no metadata for/i.test(error.message)
    ? 'add corsEntities to the entities of the data source'
    : entityPrefix
      ? `the data source has an entityPrefix (${entityPrefix}), and the migration creates tables without one: use a data ` +
        'source without a prefix, or create the tables in a migration of your own'
      : 'the tables are not as this version needs them; add corsMigrations to the migrations of the data source, and run them';
  return new AllowlistError(`${errorText(error)}: ${remedy}`, { cause: error });
}

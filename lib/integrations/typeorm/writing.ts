import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { CorsOriginsUnavailable } from './errors.js';

/** Tries of one change. A failed one was ended by the database in favour of another change, so a few are enough. */
const TRIES = 6;
const FIRST_PAUSE_MS = 5;
/** Longest time that a change waits for a transaction of the app itself, on a database with one connection. */
const OWN_TRANSACTION_MS = 2_000;

/** Serialisation failures, deadlocks, and a file that another process writes: PostgreSQL, MariaDB and MySQL, SQLite. */
const TRY_AGAIN = new Set<unknown>(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'SQLITE_BUSY', 1213, 1020]);
/** Databases with one connection, on which a second transaction would become a part of the first. */
const ONE_CONNECTION = /sqlite|sqljs|capacitor|cordova|expo|nativescript|react-native/;
const queues = new WeakMap<DataSource, Promise<unknown>>();

/** Thrown by the work of a change that came too late, so that it is repeated; in the end its cause is thrown. */
export class TryAgain extends Error {}

/**
 * Runs a change as one transaction on the main database, and repeats it if the database ended it in favour of another
 * one.
 *
 * @throws CorsOriginsUnavailable where the database fails, or none of several tries succeeds; what `work` throws
 *   otherwise
 */
export async function writing<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  return onItsTurn(dataSource, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await transaction(dataSource, work);
      } catch (error) {
        if (!(error instanceof TryAgain) && !TRY_AGAIN.has(codeOf(error))) {
          throw isOfDatabase(error) ? unavailable(error) : error;
        }
        if (attempt >= TRIES) {
          throw error instanceof TryAgain ? error.cause : unavailable(error);
        }
        await pause(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  });
}

/** Reads on the main database. Throws CorsOriginsUnavailable where the database fails. */
export async function readingMaster<T>(dataSource: DataSource, read: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner('master');
  try {
    return await read(runner);
  } catch (error) {
    throw isOfDatabase(error) ? unavailable(error) : error;
  } finally {
    await runner.release();
  }
}

/** Reports whether a unique index refused a row. */
export function isDuplicate(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === '23505' ||
    code === 'ER_DUP_ENTRY' ||
    code === 1062 ||
    (error instanceof Error && /UNIQUE constraint failed/.test(error.message))
  );
}

async function transaction<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner('master');
  try {
    // For every default of the database: each statement has to see what others have committed.
    await (isSingle(dataSource) ? runner.startTransaction() : runner.startTransaction('READ COMMITTED'));
    try {
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  } finally {
    await runner.release();
  }
}

/** One change after the other on a single connection, and none within a transaction of the app. */
async function onItsTurn<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  if (!isSingle(dataSource)) {
    return work();
  }
  const turn = (queues.get(dataSource) ?? Promise.resolve()).then(async () => {
    const runner = dataSource.createQueryRunner('master');
    for (const end = performance.now() + OWN_TRANSACTION_MS; runner.isTransactionActive; await pause(5)) {
      if (performance.now() > end) {
        const reason = 'a transaction of the app is open on the only connection of the database';
        throw new CorsOriginsUnavailable(`The allowlist was not changed: ${reason}.`, undefined);
      }
    }
    return work();
  });
  queues.set(
    dataSource,
    turn.catch(() => undefined),
  );
  return turn;
}

function isSingle(dataSource: DataSource): boolean {
  return ONE_CONNECTION.test(dataSource.options.type);
}

/** The code of the driver's error, which TypeORM passes on. */
function codeOf(error: unknown): unknown {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return code ?? errno;
}

/** Reports whether an error comes from TypeORM or its driver, and not from the app or this library. */
function isOfDatabase(error: unknown): boolean {
  const { name } = (error ?? {}) as { name?: unknown };
  return (
    codeOf(error) !== undefined ||
    (typeof name === 'string' && /QueryFailed|TypeORM|Driver|Connection|AggregateError/.test(name)) ||
    isPlainDriverError(error)
  );
}

/** `pg` reports a connection that ended, or took too long, with an error without a code. */
function isPlainDriverError(error: unknown): boolean {
  return error instanceof Error && /connection|timeout|client was closed|pool/i.test(error.message);
}

function unavailable(error: unknown): CorsOriginsUnavailable {
  return new CorsOriginsUnavailable(
    'The allowlist could not be read or changed: the database is not available at the moment.',
    error,
  );
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

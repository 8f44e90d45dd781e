import type { DataSource, QueryRunner } from 'typeorm';
import { AllowlistError, errorText } from '../allowlists/log.js';

/** What databases say where a table or a column is not there. */
const SCHEMA_MISSING = /no such (table|column)|does not exist|doesn't exist|unknown column|no metadata for/i;

/**
 * Reads on one connection of its own, always the main one: a replica that lags would show a new version beside an old
 * list. Where `signal` is aborted while the database is at it, the connection is cut, as the pool would else hand out one
 * that never answers again.
 *
 * @throws AllowlistError that says what to do where the tables are not there; else what the driver throws
 */
export async function reading<T>(
  dataSource: DataSource,
  signal: AbortSignal,
  read: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const runner = dataSource.createQueryRunner('master');
  let connection: unknown;
  let isDone = false;
  const cut = (): void => (isDone ? undefined : cutOff(connection));
  signal.addEventListener('abort', cut, { once: true });
  try {
    connection = await runner.connect();
    signal.throwIfAborted();
    return await read(runner);
  } catch (error) {
    throw helpful(error);
  } finally {
    isDone = true;
    signal.removeEventListener('abort', cut);
    await runner.release();
  }
}

/** `destroy()` of mysql2, `end()` of pg, which does not wait where a query is under way. SQLite has neither. */
function cutOff(connection: unknown): void {
  const { destroy, end } = (connection ?? {}) as { destroy?: () => void; end?: () => unknown };
  try {
    if (typeof destroy === 'function') {
      destroy.call(connection);
    } else if (typeof end === 'function') {
      void Promise.resolve(end.call(connection)).catch(() => undefined);
    }
  } catch {
    // It is gone already.
  }
}

function helpful(error: unknown): unknown {
  if (error instanceof Error && SCHEMA_MISSING.test(error.message)) {
    return new AllowlistError(
      `${errorText(error)}: the tables are not as this version needs them; add corsEntities to the entities of the data ` +
        'source, and run corsMigrations',
      { cause: error },
    );
  }
  return error;
}

import { Logger } from '@nestjs/common';
import type { DataSource, QueryRunner } from 'typeorm';
import { quote } from '../../core/issues/text.js';
import { Health } from '../../providers/health.js';
import { quietly } from '../../providers/log.js';

/** Rows that are summed up at a time. */
const MOST_FOLDED = 500;
/** A lock that one instance takes at a time, for each database of the server. */
const LOCK = `CONCAT('cors_fold_', MD5(DATABASE()))`;

/** Time without a failure after which the log says that rows are summed up again. */
const QUIET_MS = 60_000;
/** One for each data source: a missing right to write is logged once, however many lists are read. */
const reports = new WeakMap<DataSource, Health>();

/**
 * Replaces the rows of a list's version by one row with their sum, on MariaDB and MySQL. Changes only add rows, so none
 * of them waits for it. A failure leaves the rows unchanged, and is logged once.
 *
 * @throws the reason of `signal` where it is aborted
 */
export async function foldVersion(runner: QueryRunner, allowlist: string, signal: AbortSignal): Promise<void> {
  const report = reportOf(runner.connection);
  try {
    const [lock] = (await runner.query(`SELECT GET_LOCK(${LOCK}, 0) AS taken`)) as { taken: unknown }[];
    if (Number(lock?.taken) === 1) {
      await fold(runner, allowlist).finally(() => runner.query(`SELECT RELEASE_LOCK(${LOCK})`));
      report.succeeded(() => 'The rows of versions are put together again');
    }
  } catch (error) {
    signal.throwIfAborted();
    report.failed(
      error,
      (text) =>
        `The rows of the version of ${quote(allowlist)} could not be put together: ${text}. Each poll adds them up. A role ` +
        'puts them together if it may INSERT INTO and DELETE FROM cors_allowlist_versions',
    );
  }
}

function reportOf(dataSource: DataSource): Health {
  const logger = new Logger('CorsTypeOrmModule');
  const log = {
    log: (line: string) => logger.log(line),
    warn: (line: string) => logger.warn(line),
    // Lists are still right.
    error: (line: string) => logger.warn(line),
  };
  const report = reports.get(dataSource) ?? new Health(quietly(log), QUIET_MS);
  reports.set(dataSource, report);
  return report;
}

async function fold(runner: QueryRunner, allowlist: string): Promise<void> {
  const rows = (await runner.query(
    `SELECT id, CAST(version AS CHAR) AS version FROM cors_allowlist_versions WHERE allowlist = ? ORDER BY id LIMIT ${MOST_FOLDED}`,
    [allowlist],
  )) as { id: unknown; version: string }[];
  // No locks on the gaps between rows, which changes write into.
  await runner.startTransaction('READ COMMITTED');
  try {
    let sum = 0n;
    for (const { id, version } of rows) {
      // One by one, by the key: a statement for all of them locks rows of other lists too.
      const { affectedRows } = (await runner.query('DELETE FROM cors_allowlist_versions WHERE id = ?', [id])) as {
        affectedRows: number;
      };
      sum += affectedRows === 1 ? BigInt(version) : 0n;
    }
    if (sum > 0n) {
      const row = [allowlist, String(sum)];
      await runner.query('INSERT INTO cors_allowlist_versions (allowlist, version) VALUES (?, ?)', row);
    }
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}

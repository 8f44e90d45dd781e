import type { DataSource } from 'typeorm';

/** The end of messages about a pool of `replication` that mysql2 has closed, or may close. */
export const POOL_REMEDY =
  'mysql2 drops the main database from its pool after five errors of connecting, and until the app starts again: add ' +
  '`canRetry: false` and `restoreNodeTimeout: 1000` to `replication` of the data source';

/** A pool of mysql2. */
interface MysqlPool {
  readonly _allConnections?: { toArray?(): readonly unknown[] };
}

/**
 * The connections in the pool of the main database, including those that are still being opened. The lists are private
 * to `pg-pool` (checked with 3.6 to 3.11) and `mysql2` (3.9 to 3.24); without them, such a connection takes as long as
 * the connect timeout of the data source.
 *
 * Closing a connection while it is opened is a connection error. With `replication`, mysql2 by default reconnects after
 * one such error, and drops the main database for good after five. So there the connection is left to its timeout.
 */
export function pooled({ driver }: DataSource): readonly unknown[] {
  const { master, pool, poolCluster } = driver as {
    master?: { _clients?: readonly unknown[] };
    pool?: MysqlPool;
    poolCluster?: { _nodes?: { MASTER?: { pool?: MysqlPool } }; _canRetry?: boolean; _restoreNodeTimeout?: number };
  };
  const mayCut = poolCluster?._canRetry === false && Number(poolCluster._restoreNodeTimeout) > 0;
  const ofMain = pool ?? (mayCut ? poolCluster._nodes?.MASTER?.pool : undefined);
  return [...(master?._clients ?? ofMain?._allConnections?.toArray?.() ?? [])];
}

/**
 * Reports whether one outage would end a data source with `replication` on MariaDB and MySQL, which is mysql2's
 * default.
 */
export function poolProblem({ driver }: DataSource): string | undefined {
  const { poolCluster } = driver as { poolCluster?: { _restoreNodeTimeout?: number } };
  return poolCluster?._restoreNodeTimeout === 0 ? POOL_REMEDY : undefined;
}

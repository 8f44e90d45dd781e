import type { Dialect } from './dialect.js';

/**
 * For MariaDB 10.3, MySQL 8 and later. Origins are ASCII and compared by their bytes; the default collations fold case.
 */
export function mysqlDialect(): Dialect {
  const raise = (row: 'NEW' | 'OLD'): string =>
    `INSERT INTO cors_allowlist_versions (allowlist, version) ` +
    `VALUES (${row}.allowlist, FLOOR(UNIX_TIMESTAMP(SYSDATE(3)) * 1000)) ` +
    `ON DUPLICATE KEY UPDATE version = GREATEST(version + 1, VALUES(version))`;
  const trigger = (event: string, body: string): string =>
    `CREATE TRIGGER cors_origins_${event.toLowerCase()} AFTER ${event} ON cors_origins FOR EACH ROW ${body}`;
  return {
    up: [
      `CREATE TABLE cors_origins (
        id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
        allowlist varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        origin varchar(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        enabled tinyint NOT NULL DEFAULT 1,
        note varchar(500) CHARACTER SET utf8mb4 NULL,
        created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
        updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
        UNIQUE INDEX uq_cors_origins (allowlist, origin)
      ) ENGINE=InnoDB`,
      `CREATE TABLE cors_allowlist_versions (
        allowlist varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
        version bigint NOT NULL
      ) ENGINE=InnoDB`,
      trigger('INSERT', raise('NEW')),
      trigger('DELETE', raise('OLD')),
      trigger(
        'UPDATE',
        `BEGIN ${raise('NEW')}; IF BINARY OLD.allowlist <> BINARY NEW.allowlist THEN ${raise('OLD')}; END IF; END`,
      ),
    ],
    down: ['DROP TABLE cors_origins', 'DROP TABLE cors_allowlist_versions'],
  };
}

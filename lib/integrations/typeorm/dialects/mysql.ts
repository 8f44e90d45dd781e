import type { QueryRunner } from 'typeorm';
import { type Dialect, INSTEAD_OF_SYNCHRONIZE } from './dialect.js';

/**
 * For MariaDB 10.3, MySQL 8.0.17 and later. Names and origins are compared by their bytes, blanks at the end included:
 * the default collations fold case, and `utf8mb4_bin` treats `acme` and `acme ` as equal.
 */
export async function mysqlDialect(runner: Pick<QueryRunner, 'query'>): Promise<Dialect> {
  const [server] = (await runner.query(
    `SELECT VERSION() AS version, (SELECT COUNT(*) FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'cors_allowlist_versions' AND column_name = 'id') AS parts`,
  )) as { version: string; parts: unknown }[];
  const hasParts = Number(server?.parts) > 0;
  const isMariaDb = /mariadb/i.test(server?.version ?? '');
  const bytes = isMariaDb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  const text = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE ${bytes} NOT NULL`;
  const first = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL`;
  const time = (type: string, update = '') =>
    `${type} NOT NULL DEFAULT CURRENT_TIMESTAMP(6)${update && ' ON UPDATE CURRENT_TIMESTAMP(6)'}`;

  const raise = (row: 'NEW' | 'OLD'): string =>
    `INSERT INTO cors_allowlist_versions (allowlist, version) ` +
    `VALUES (${row}.allowlist, FLOOR(UNIX_TIMESTAMP(SYSDATE(3)) * 1000)) ` +
    `ON DUPLICATE KEY UPDATE version = GREATEST(version + 1, VALUES(version))`;
  /**
   * Triggers run for each row, and one rise for each statement is enough: otherwise an import of 10,000 rows would take
   * several times as long. NOW(6) is the time at which the statement began, so it identifies the statement.
   */
  const raiseOnce = (row: 'NEW' | 'OLD'): string => {
    const statement = `CAST(CONCAT(NOW(6), ' ', ${row}.allowlist) AS BINARY)`;
    return (
      `IF NOT (@cors_allowlist_raised <=> ${statement}) THEN ` +
      `${raise(row)}; SET @cors_allowlist_raised = ${statement}; END IF`
    );
  };
  /**
   * A row of its own for each statement and list, which no other transaction writes or locks: two transactions that write
   * the same lists in opposite orders do not wait for each other. The version is the sum, which is of committed rows alone.
   * The amount comes from the clock, so that a new table does not repeat the sums of an old one.
   */
  const append = (row: 'NEW' | 'OLD'): string => {
    // Compared for each row of an import: as numbers, and in the collation of the column. HEX() and NOW(6) took 1.8
    // times as long as no trigger for 10,000 rows of five alternating lists, and this 1.5 times.
    const isNext = 'NOT (@cors_allowlist_statement <=> @@timestamp)';
    const list = `${row}.allowlist`;
    return (
      `IF ${isNext} OR FIND_IN_SET(${list}, @cors_allowlist_names) = 0 THEN ` +
      `IF ${isNext} OR LENGTH(@cors_allowlist_names) > 2000 THEN ` +
      `SET @cors_allowlist_statement = @@timestamp, @cors_allowlist_names = ''; END IF; ` +
      // A name with a comma is not found in a set, so it adds a row each time.
      `IF LOCATE(',', ${list}) = 0 THEN SET @cors_allowlist_names = CONCAT(@cors_allowlist_names, ',', ${list}); END IF; ` +
      `INSERT INTO cors_allowlist_versions (allowlist, version) ` +
      `VALUES (${list}, 1 + MOD(FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000000), 1000000000)); END IF`
    );
  };
  const triggers = (each: (row: 'NEW' | 'OLD') => string): string[] => [
    ...trigger('INSERT', each('NEW')),
    ...trigger('DELETE', each('OLD')),
    ...trigger('UPDATE', `${each('NEW')}; IF BINARY OLD.allowlist <> BINARY NEW.allowlist THEN ${each('OLD')}; END IF`),
  ];
  return {
    create: {
      up: [
        `CREATE TABLE IF NOT EXISTS cors_origins (
        id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
        allowlist ${first(64)},
        origin varchar(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        enabled tinyint NOT NULL DEFAULT 1,
        note varchar(500) CHARACTER SET utf8mb4 NULL,
        created_at ${time('datetime(6)')},
        updated_at ${time('datetime(6)', 'update')},
        UNIQUE INDEX uq_cors_origins (allowlist, origin)
      ) ENGINE=InnoDB`,
        `CREATE TABLE IF NOT EXISTS cors_allowlist_versions (
        allowlist ${first(64)} PRIMARY KEY,
        version bigint NOT NULL
      ) ENGINE=InnoDB`,
        ...triggers(raise),
      ],
      down: ['DROP TABLE IF EXISTS cors_origins', 'DROP TABLE IF EXISTS cors_allowlist_versions'],
    },
    harden: {
      up: [
        `ALTER TABLE cors_origins MODIFY allowlist ${text(64)}, MODIFY origin ${text(512)},
          MODIFY created_at ${time('timestamp(6)')}, MODIFY updated_at ${time('timestamp(6)', 'update')}`,
        `ALTER TABLE cors_allowlist_versions MODIFY allowlist ${text(64)}`,
        ...triggers(raiseOnce),
      ],
      down: [
        `ALTER TABLE cors_origins MODIFY allowlist ${first(64)},
          MODIFY origin varchar(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          MODIFY created_at ${time('datetime(6)')}, MODIFY updated_at ${time('datetime(6)', 'update')}`,
        // Names that differ in blanks at the end become one. Versions start again, at the time of day.
        'DELETE FROM cors_allowlist_versions',
        `ALTER TABLE cors_allowlist_versions MODIFY allowlist ${first(64)}`,
        ...triggers(raise),
      ],
    },
    unlock: {
      up: [
        ...(hasParts
          ? []
          : [
              `ALTER TABLE cors_allowlist_versions DROP PRIMARY KEY, ADD INDEX ix_cors_allowlist_versions (allowlist),
          ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY`,
            ]),
        ...triggers(append),
      ],
      down: [
        // Versions start again, at the time of day.
        'DELETE FROM cors_allowlist_versions',
        ...(hasParts
          ? [
              `ALTER TABLE cors_allowlist_versions DROP COLUMN id, DROP INDEX ix_cors_allowlist_versions,
          ADD PRIMARY KEY (allowlist)`,
            ]
          : []),
        ...triggers(raiseOnce),
      ],
    },
    triggers:
      `SELECT trigger_name AS name FROM information_schema.triggers ` +
      `WHERE trigger_schema = DATABASE() AND event_object_table = 'cors_origins'`,
    triggerCount: 3,
    // MariaDB shows triggers to a role that may write the table, MySQL to one that has the right TRIGGER.
    hiddenTriggers: isMariaDb
      ? `SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.columns
          WHERE table_schema = DATABASE() AND table_name = 'cors_origins'
            AND (privileges LIKE '%insert%' OR privileges LIKE '%update%'))`
      : `SELECT 1 FROM information_schema.columns
          WHERE table_schema = DATABASE() AND table_name = 'cors_allowlist_versions' AND column_name = 'id'
            AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'TRIGGER')
            AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type = 'TRIGGER'
              AND table_schema = DATABASE())
            AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type = 'TRIGGER'
              AND table_schema = DATABASE() AND table_name = 'cors_origins')`,
    epoch: (column) => `UNIX_TIMESTAMP(${column}) * 1000`,
    problems: [
      // A table is shown to a role that has any right on it.
      ...['cors_origins', 'cors_allowlist_versions'].map(
        (
          name,
        ) => `SELECT CONCAT('the role ', CURRENT_USER(), ' has no right to read ${name}: GRANT SELECT ON ${name} TO ',
          CURRENT_USER()) AS problem
        FROM information_schema.tables AS other
        WHERE other.table_schema = DATABASE() AND other.table_name IN ('cors_origins', 'cors_allowlist_versions')
          AND NOT EXISTS (SELECT 1 FROM information_schema.tables
            WHERE table_schema = DATABASE() AND table_name = '${name}')`,
      ),
      `SELECT CONCAT('the column ', column_name, ' of ', table_name, ' has the collation ', collation_name, ', which ',
          'treats different names as equal: ${bytes} compares bytes. ${INSTEAD_OF_SYNCHRONIZE}') AS problem
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name IN ('cors_origins', 'cors_allowlist_versions')
          AND column_name IN ('allowlist', 'origin') AND collation_name <> '${bytes}'`,
    ],
  };
}

/**
 * Created again, because a migration that failed half way may have created it: MariaDB and MySQL undo no change of a
 * schema.
 */
function trigger(event: string, body: string): readonly string[] {
  const name = `cors_origins_${event.toLowerCase()}`;
  return [
    `DROP TRIGGER IF EXISTS ${name}`,
    `CREATE TRIGGER ${name} AFTER ${event} ON cors_origins FOR EACH ROW BEGIN ${body}; END`,
  ];
}

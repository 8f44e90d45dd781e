import type { Dialect } from './dialect.js';
import { mysqlDialect } from './mysql.js';
import { postgresDialect } from './postgres.js';
import { sqliteDialect } from './sqlite.js';

const DIALECTS: Readonly<Record<string, (schema: string | undefined) => Dialect>> = {
  postgres: postgresDialect,
  'aurora-postgres': postgresDialect,
  mysql: mysqlDialect,
  mariadb: mysqlDialect,
  'aurora-mysql': mysqlDialect,
  sqlite: sqliteDialect,
  sqljs: sqliteDialect,
  'better-sqlite3': sqliteDialect,
  capacitor: sqliteDialect,
  cordova: sqliteDialect,
  expo: sqliteDialect,
  nativescript: sqliteDialect,
  'react-native': sqliteDialect,
};

/**
 * What the migration says to a database.
 *
 * @param options those of a data source
 * @throws Error where it has no words for that kind of database
 */
export function dialectOf(options: { readonly type: string; readonly schema?: unknown }): Dialect {
  const dialect = DIALECTS[options.type];
  if (dialect === undefined) {
    throw new Error(
      `The migration of nestjs-cors-policy/typeorm knows PostgreSQL, MariaDB, MySQL and SQLite, not ${options.type}: write one ` +
        'for corsEntities, with triggers that raise "version" of cors_allowlist_versions.',
    );
  }
  return dialect(typeof options.schema === 'string' ? options.schema : undefined);
}

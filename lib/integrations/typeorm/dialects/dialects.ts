import type { QueryRunner } from 'typeorm';
import type { Dialect, DialectFactory } from './dialect.js';
import { mysqlDialect } from './mysql.js';
import { postgresDialect } from './postgres.js';
import { sqliteDialect } from './sqlite.js';

const DIALECTS: Readonly<Record<string, DialectFactory>> = {
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

/** Finds the dialect of a runner's database; `undefined` where the library has none for that kind of database. */
export async function knownDialect(runner: QueryRunner): Promise<Dialect | undefined> {
  const options: { readonly type: string; readonly schema?: unknown } = runner.connection.options;
  const dialect = DIALECTS[options.type];
  return dialect?.(runner, typeof options.schema === 'string' ? options.schema : undefined);
}

/** @throws Error if the library has no statements for that kind of database */
export async function dialectOf(runner: QueryRunner): Promise<Dialect> {
  const dialect = await knownDialect(runner);
  if (dialect === undefined) {
    throw new Error(
      'The migrations of nestjs-cors-policy/typeorm know PostgreSQL, MariaDB, MySQL and SQLite, not ' +
        `${runner.connection.options.type}: write one for corsEntities, with triggers that raise "version" of ` +
        'cors_allowlist_versions.',
    );
  }
  return dialect;
}

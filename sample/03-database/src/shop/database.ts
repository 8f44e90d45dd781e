import Database from 'libsql';
import { corsEntities, corsMigrations } from 'nestjs-cors-policy/typeorm';
import type { DataSourceOptions } from 'typeorm';

const EMBEDDED = 'file:';

/** Tells if `DATABASE_URL` names a file of SQLite. Several processes on one machine may share the file. */
export function isEmbedded(url: string): boolean {
  return url.startsWith(EMBEDDED);
}

/** The data source for a `DATABASE_URL`: `postgres://…`, or `file:shop.db`. */
export function dataSourceOptions(url: string): DataSourceOptions {
  const schema = { entities: [...corsEntities], migrations: [...corsMigrations] };
  if (!isEmbedded(url)) {
    return { type: 'postgres', url, ...schema };
  }
  // libsql has the API of better-sqlite3, and npm installs it without a compiler. With write-ahead logging, readers do
  // not wait for writers.
  const database = url.slice(EMBEDDED.length);
  return { type: 'better-sqlite3', driver: Database, database, enableWAL: true, ...schema };
}

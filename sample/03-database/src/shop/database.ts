import Database from 'libsql';
import { corsEntities, corsMigrations } from 'nestjs-cors-policy/typeorm';
import type { DataSourceOptions } from 'typeorm';

const EMBEDDED = 'file:';

/** Whether a `DATABASE_URL` names a file, which SQLite keeps: several processes of one machine may share it. */
export function isEmbedded(url: string): boolean {
  return url.startsWith(EMBEDDED);
}

/** The data source for a `DATABASE_URL`: `postgres://…`, or `file:shop.db`. */
export function dataSourceOptions(url: string): DataSourceOptions {
  const schema = { entities: [...corsEntities], migrations: [...corsMigrations] };
  if (!isEmbedded(url)) {
    return { type: 'postgres', url, ...schema };
  }
  // libsql speaks as better-sqlite3 does, and comes from the registry ready to run. Write-ahead logging: who reads
  // does not wait for who writes.
  const database = url.slice(EMBEDDED.length);
  return { type: 'better-sqlite3', driver: Database, database, enableWAL: true, ...schema };
}

import { randomUUID } from 'node:crypto';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { corsEntities, corsMigrations } from '../../lib/typeorm.js';

/** A unique name for a database, because test processes share the services. */
export const ownName = (): string => `cors_typeorm_${randomUUID().replaceAll('-', '')}`;

/** A database of one test; `drop` removes it. */
export interface TestDatabase {
  readonly options: DataSourceOptions;
  drop(): Promise<void>;
}

const shared = { entities: [...corsEntities], migrations: [...corsMigrations] };

/** SQLite in memory, as WebAssembly. */
export async function embedded(): Promise<TestDatabase> {
  return { options: { type: 'sqljs', ...shared } as DataSourceOptions, drop: async () => undefined };
}

export async function postgres(url: string): Promise<TestDatabase> {
  const name = ownName();
  await admin({ type: 'postgres', url }, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    options: { type: 'postgres', url: own.href, ...shared, poolErrorHandler: () => undefined, connectTimeoutMS: 2_000 },
    drop: () => admin({ type: 'postgres', url }, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

export async function mariadb(url: string): Promise<TestDatabase> {
  const name = ownName();
  await admin({ type: 'mariadb', url }, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    options: { type: 'mariadb', url: own.href, ...shared },
    drop: () => admin({ type: 'mariadb', url }, `DROP DATABASE ${name}`),
  };
}

/** A data source on the database, with the tables of the migrations. */
export async function migrated({ options }: TestDatabase): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  await dataSource.runMigrations();
  return dataSource;
}

/** Removes the tables. */
export async function undoMigrations(dataSource: DataSource): Promise<void> {
  for (let i = 0; i < corsMigrations.length; i++) {
    await dataSource.undoLastMigration();
  }
}

async function admin(options: DataSourceOptions, statement: string): Promise<void> {
  const dataSource = await new DataSource(options).initialize();
  await dataSource.query(statement).finally(() => dataSource.destroy());
}

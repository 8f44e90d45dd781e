import { DataSource, type DataSourceOptions } from 'typeorm';
import { corsEntities, corsMigrations } from '../../lib/typeorm.js';

let count = 0;

/** Names of this process's own: the services are shared. */
export const ownName = (): string => `cors_typeorm_${process.pid}_${++count}`;

/** A database of its own for one test, and how to end it. */
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

/** A data source on it, with the tables of the migration. */
export async function migrated({ options }: TestDatabase): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  await dataSource.runMigrations();
  return dataSource;
}

async function admin(options: DataSourceOptions, statement: string): Promise<void> {
  const dataSource = await new DataSource(options).initialize();
  await dataSource.query(statement).finally(() => dataSource.destroy());
}

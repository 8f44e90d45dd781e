import type { DataSource } from 'typeorm';
import type { OriginLookup, OriginSource } from '../../lib/providers/ports.js';
import { CorsOriginEntity, TypeOrmAllowlist, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeOriginAllowlist, describeOriginSource, type StoredOrigins } from '../support/conformance.js';
import { describeWith } from '../support/services.js';
import { embedded, mariadb, migrated, postgres, type TestDatabase } from './databases.js';

/** A list in a database that is emptied for each test. Creating a database takes seconds if many tests run. */
function onDatabase(make: () => Promise<TestDatabase>) {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await make();
    dataSource = await migrated(database);
  }, 60_000);
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  return async <Provider>(provide: (dataSource: DataSource) => Provider): Promise<StoredOrigins<Provider>> => {
    const rows = dataSource.getRepository(CorsOriginEntity);
    await rows.createQueryBuilder().delete().execute();
    // The entry of another list must not be read.
    await rows.insert({ allowlist: 'others', origin: 'https://stranger.test' });
    return {
      provider: provide(dataSource),
      add: (origin) => rows.insert({ allowlist: 'list', origin: origin as string }),
      remove: (origin) => rows.delete({ allowlist: 'list', origin }),
      breakDown: async () => {
        await dataSource.query('ALTER TABLE cors_origins RENAME TO cors_origins_away');
        return () => dataSource.query('ALTER TABLE cors_origins_away RENAME TO cors_origins');
      },
      close: async () => undefined,
    };
  };
}

function describeBoth(name: string, make: () => Promise<TestDatabase>): void {
  const stored = onDatabase(make);
  describeOriginSource(`TypeOrmOrigins on ${name}`, () =>
    stored((dataSource): OriginSource => new TypeOrmOrigins(dataSource, 'list')),
  );
  describeOriginAllowlist(`TypeOrmAllowlist on ${name}`, () =>
    stored((dataSource): OriginLookup => new TypeOrmAllowlist(dataSource, 'list')),
  );
}

describe('embedded SQLite', () => describeBoth('SQLite', embedded));
describeWith('postgres', 'PostgreSQL', (url) => describeBoth('PostgreSQL', () => postgres(url)));
describeWith('mariadb', 'MariaDB', (url) => describeBoth('MariaDB', () => mariadb(url)));

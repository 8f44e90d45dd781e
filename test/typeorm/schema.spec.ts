import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import pg from 'pg';
import {
  corsEntities,
  CorsOriginEntity,
  CorsOrigins,
  CreateCorsOrigins1763683200000,
  TypeOrmAllowlist,
  TypeOrmOrigins,
} from '../../lib/typeorm.js';
import { CorsTables } from '../../lib/integrations/typeorm/tables.js';
import { describeWith } from '../support/services.js';
import { embedded, mariadb, migrated, ownName, postgres, type TestDatabase } from './databases.js';

const never = () => new AbortController().signal;

function onDatabase(
  make: () => Promise<TestDatabase>,
  prepare: (database: TestDatabase) => Promise<DataSource> = migrated,
) {
  const on = {} as { database: TestDatabase; dataSource: DataSource };
  beforeEach(async () => {
    on.database = await make();
    on.dataSource = await prepare(on.database);
  }, 60_000);
  afterEach(async () => {
    await on.dataSource.destroy();
    await on.database.drop();
  }, 60_000);
  return on;
}

const DATABASES = (describeEach: (name: string, make: () => Promise<TestDatabase>) => void): void => {
  describe('embedded SQLite', () => describeEach('SQLite', embedded));
  describeWith('postgres', 'PostgreSQL', (url) => describeEach('PostgreSQL', () => postgres(url)));
  describeWith('mariadb', 'MariaDB', (url) => describeEach('MariaDB', () => mariadb(url)));
};

DATABASES((_name, make) => {
  describe('a migration from the first schema', () => {
    const first = async ({ options }: TestDatabase) => {
      const dataSource = await new DataSource({
        ...options,
        migrations: [CreateCorsOrigins1763683200000],
      }).initialize();
      await dataSource.runMigrations();
      return dataSource;
    };
    const on = onDatabase(make, first);

    it('keeps the rows, up and down', async () => {
      const rows = [1, 2, 3].map((i) => ({ allowlist: 'list', origin: `https://o${i}.example`, note: `number ${i}` }));
      await on.dataSource.getRepository(CorsOriginEntity).insert(rows);
      const written = await on.dataSource.getRepository(CorsOriginEntity).find({ order: { id: 'ASC' } });
      const second = await migrated({
        ...on.database,
        options: {
          ...on.database.options,
          ...(on.dataSource.options.type === 'sqljs' && {
            database: (on.dataSource.driver as unknown as { export(): Uint8Array }).export(),
          }),
        } as TestDatabase['options'],
      });
      try {
        const read = async () => second.getRepository(CorsOriginEntity).find({ order: { id: 'ASC' } });
        expect(await read()).toEqual(written);
        const before = await new TypeOrmOrigins(second, 'list').version(never());
        await second.query(`UPDATE cors_origins SET enabled = NOT enabled`);
        expect(await new TypeOrmOrigins(second, 'list').version(never())).not.toBe(before);
        await second.query(`UPDATE cors_origins SET enabled = NOT enabled`);
        await second.undoLastMigration();
        expect(await read()).toHaveLength(written.length);
        await second.undoLastMigration();
        expect((await read()).map(({ origin, note, createdAt }) => ({ origin, note, createdAt }))).toEqual(
          written.map(({ origin, note, createdAt }) => ({ origin, note, createdAt })),
        );
        const down = await new TypeOrmOrigins(second, 'list').version(never());
        await second.query(`DELETE FROM cors_origins WHERE origin = 'https://o1.example'`);
        expect(await new TypeOrmOrigins(second, 'list').version(never())).not.toBe(down);
        await second.runMigrations();
        expect(await read()).toHaveLength(2);
      } finally {
        await second.destroy();
      }
    }, 60_000);
  });

  describe('a migration that failed half way', () => {
    const on = onDatabase(make, async ({ options }) => new DataSource(options).initialize());
    it('runs again, whichever statement it failed at', async () => {
      const runner = on.dataSource.createQueryRunner();
      const query = runner.query.bind(runner);
      /** Runs a migration that fails after a number of statements. Returns `true` if it failed. */
      const fails = async (migration: MigrationInterface, most: number): Promise<boolean> => {
        let statements = 0;
        runner.query = async (...args: Parameters<typeof query>) =>
          ++statements > most ? Promise.reject(new Error('lost')) : query(...args);
        const failure = await migration.up(runner).then(
          () => undefined,
          (error: unknown) => error,
        );
        runner.query = query;
        expect(failure).toEqual(statements > most ? new Error('lost') : undefined);
        return failure !== undefined;
      };
      for (const migration of on.dataSource.migrations) {
        let most = 0;
        while (await fails(migration, most)) {
          most++;
        }
      }
      await runner.release();
      await new CorsOrigins({ dataSource: on.dataSource }).add({ allowlist: 'list', origin: 'https://a.example' });
      expect(await new TypeOrmOrigins(on.dataSource, 'list').load(never())).toEqual(['https://a.example']);
    }, 60_000);
  });

  describe.each(['migrations', 'synchronize'])('names and origins, made by %s,', (kind) => {
    const on = onDatabase(make, async (database) => {
      const dataSource = await new DataSource(database.options).initialize();
      await (kind === 'migrations' ? dataSource.runMigrations() : dataSource.synchronize());
      return dataSource;
    });

    it('are compared by their bytes', async () => {
      const { dataSource } = on;
      const origins = new CorsOrigins({ dataSource });
      await origins.add({ allowlist: 'acme', origin: 'https://a.example' });
      // A row of another list from another writer. A case-insensitive collation may refuse it.
      for (const allowlist of ['acme ', 'ACME', 'acmé']) {
        await dataSource
          .getRepository(CorsOriginEntity)
          .insert({ allowlist, origin: 'https://evil.example' })
          .catch(() => undefined);
      }
      const evil = 'https://evil.example';
      expect(await new TypeOrmOrigins(dataSource, 'acme').load(never())).toEqual(['https://a.example']);
      expect(await new TypeOrmAllowlist(dataSource, 'acme').lookUp([evil], never())).toEqual([]);
      expect((await origins.list({ allowlist: 'acme' })).entries.map(({ origin }) => origin)).toEqual([
        'https://a.example',
      ]);
      await expect(origins.remove({ allowlist: 'acme', origin: evil })).rejects.toMatchObject({ status: 404 });
      await expect(origins.add({ allowlist: 'acme ', origin: evil })).rejects.toMatchObject({ status: 400 });
      if (kind === 'migrations') {
        await origins.add({ allowlist: 'acme', origin: evil });
        await origins.remove({ allowlist: 'acme', origin: evil });
        expect(await dataSource.getRepository(CorsOriginEntity).countBy({ origin: evil })).toBe(3);
      } else {
        await origins.add({ allowlist: 'acme', origin: evil }).catch((error: { status: number }) => {
          expect(error.status).toBe(409);
        });
      }
    }, 60_000);

    it('are reported if they are not as they should be', async () => {
      const lines: string[] = [];
      await new CorsTables(on.dataSource).warn({ warn: (line: string) => void lines.push(line) }, never());
      if (kind === 'migrations') {
        expect(lines).toEqual([]);
      } else {
        expect(lines).toContainEqual(expect.stringMatching(/triggers that report changes are missing.*`synchronize`/));
        expect(lines.some((line) => line.includes('collation'))).toBe(on.dataSource.options.type === 'mariadb');
      }
    });
  });

  describe('times', () => {
    const on = onDatabase(make);
    it.each(['+11:00', '-07:30'])(
      'are the same moment in a session at %s',
      async (zone) => {
        const { dataSource } = on;
        const inZone = new DataSource({
          ...dataSource.options,
          ...(dataSource.options.type === 'postgres' && {
            extra: { options: `-c timezone=UTC${zone.startsWith('+') ? '-' : '+'}${zone.slice(1)}` },
          }),
        });
        const writer = dataSource.options.type === 'sqljs' ? dataSource : await inZone.initialize();
        if (dataSource.options.type === 'mariadb') {
          const pool = (
            writer.driver as unknown as {
              pool: { on(event: string, on: (c: { query(q: string): void }) => void): void };
            }
          ).pool;
          pool.on('connection', (connection) => connection.query(`SET time_zone = '${zone}'`));
        }
        try {
          const { createdAt } = await new CorsOrigins({ dataSource: writer }).add({
            allowlist: 'list',
            origin: 'https://a.example',
          });
          const [read] = (await new CorsOrigins({ dataSource }).list({ allowlist: 'list' })).entries;
          expect(Math.abs(createdAt.getTime() - Date.now())).toBeLessThan(5_000);
          expect(read?.createdAt).toEqual(createdAt);
        } finally {
          if (writer !== dataSource) {
            await writer.destroy();
          }
        }
      },
      30_000,
    );
  });

  describe('a source', () => {
    const on = onDatabase(make);
    it('has a version without rows, read by one statement and not from a cache of TypeORM', async () => {
      const statements: string[] = [];
      const { options } = on.dataSource;
      const cached =
        options.type === 'sqljs'
          ? on.dataSource
          : await new DataSource({
              ...options,
              cache: { type: 'database', alwaysEnabled: true },
            }).initialize();
      await cached.synchronize().catch(() => undefined);
      cached.logger = { ...cached.logger, logQuery: (query: string) => void statements.push(query) };
      const list = new TypeOrmOrigins(cached, 'list');
      const before = await list.version(never());
      expect(before).toBe('none empty');
      expect(await list.version(never())).toBe(before);
      expect(statements.filter((statement) => statement.startsWith('SELECT'))).toHaveLength(2);
      expect(await list.load(never())).toEqual([]);
      await on.dataSource.getRepository(CorsOriginEntity).insert({ allowlist: 'list', origin: 'https://a.example' });
      expect(await list.version(never())).not.toBe(before);
      expect(await list.load(never())).toEqual(['https://a.example']);
      if (cached !== on.dataSource) {
        await cached.destroy();
      }
    }, 30_000);

    it('stops if the list is too long', async () => {
      const values = Array.from({ length: 5_000 }, (_, index) => `('list', 'https://o${index}.example')`);
      await on.dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${values.join()}`);
      const read = await new TypeOrmOrigins(on.dataSource, 'list').load(never(), { maxEntries: 10 });
      expect(read).toHaveLength(11);
    }, 30_000);
  });
});

describeWith('postgres', 'the triggers on PostgreSQL', (url) => {
  const on = onDatabase(() => postgres(url));
  const clients: pg.Client[] = [];
  const connect = async (user?: string): Promise<pg.Client> => {
    const own = new URL((on.database.options as { url: string }).url);
    own.username = user ?? own.username;
    const client = new pg.Client(own.href);
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
  });
  const insert = (list: string, origin: string) =>
    `INSERT INTO public.cors_origins (allowlist, origin) VALUES ('${list}', '${origin}')`;
  const version = () => new TypeOrmOrigins(on.dataSource, 'list').version(never());

  it('ignore a temporary table, and need rights on cors_origins only', async () => {
    const role = ownName();
    const admin = await connect();
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON cors_origins TO ${role}`);
    try {
      const writer = await connect(role);
      await writer.query('CREATE TEMP TABLE cors_allowlist_versions (allowlist text PRIMARY KEY, version bigint)');
      await writer.query(
        'CREATE TEMP TABLE cors_allowlist_changes (txid bigint, allowlist text, PRIMARY KEY (txid, allowlist))',
      );
      const before = await version();
      await writer.query(insert('list', 'https://a.example'));
      expect(await version()).not.toBe(before);
      await expect(
        writer.query(`CREATE TABLE pg_temp.mine (allowlist text);
          CREATE TRIGGER t AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.cors_allowlist_changed()`),
      ).rejects.toThrow('permission denied');
      await clients.pop()?.end();
    } finally {
      await admin.query(`DROP OWNED BY ${role}`);
      await admin.query(`DROP ROLE ${role}`);
    }
  }, 30_000);

  it('are not enough for a role to read: the startup error shows the missing right', async () => {
    const role = ownName();
    const admin = await connect();
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    await admin.query(`GRANT SELECT ON cors_origins TO ${role}`);
    const own = new URL((on.database.options as { url: string }).url);
    own.username = role;
    const dataSource = await new DataSource({
      ...on.database.options,
      url: own.href,
    } as DataSourceOptions).initialize();
    try {
      const lines: string[] = [];
      await new CorsTables(dataSource).warn({ warn: (line: string) => void lines.push(line) }, never());
      expect(lines).toEqual([expect.stringMatching(/GRANT SELECT ON .*cors_allowlist_versions.* TO /)]);
    } finally {
      await dataSource.destroy();
      await admin.query(`DROP OWNED BY ${role}`);
      await admin.query(`DROP ROLE ${role}`);
    }
  }, 30_000);

  it('let two transactions write the same lists in opposite orders', async () => {
    const [one, other] = [await connect(), await connect()];
    await one.query('BEGIN');
    await other.query('BEGIN');
    await one.query(insert('a', 'https://1.example'));
    await other.query(insert('b', 'https://2.example'));
    await one.query(insert('b', 'https://3.example'));
    await other.query(insert('a', 'https://4.example'));
    await Promise.all([one.query('COMMIT'), other.query('COMMIT')]);
    expect(await on.dataSource.getRepository(CorsOriginEntity).count()).toBe(4);
    expect(await on.dataSource.query('SELECT * FROM cors_allowlist_changes')).toEqual([]);
  }, 30_000);

  it('do not let an open import delay a change', async () => {
    const importer = await connect();
    await importer.query('BEGIN');
    await importer.query(insert('list', 'https://imported.example'));
    const before = await version();
    await new CorsOrigins({ dataSource: on.dataSource }).add({ allowlist: 'list', origin: 'https://a.example' });
    const between = await version();
    expect(between).not.toBe(before);
    await importer.query('COMMIT');
    expect(await version()).not.toBe(between);
  }, 10_000);

  it('raise no version if the transaction is rolled back', async () => {
    const writer = await connect();
    const before = await version();
    await writer.query('BEGIN');
    await writer.query(insert('list', 'https://a.example'));
    await writer.query('ROLLBACK');
    expect(await version()).toBe(before);
  });
});

describeWith('postgres', 'a database that was dropped', (url) => {
  it('is reported as the cause, without advice to run a migration', async () => {
    const database = await postgres(url);
    const dataSource = await migrated(database);
    const admin = new pg.Client(url);
    await admin.connect();
    await admin.query(
      `DROP DATABASE ${new URL((database.options as { url: string }).url).pathname.slice(1)} WITH (FORCE)`,
    );
    await admin.end();
    const read = () => new TypeOrmOrigins(dataSource, 'list').load(never());
    await read().catch(() => undefined);
    const message = await read().then(String, String);
    expect(message).toMatch(/database ".*" does not exist/);
    expect(message).not.toContain('corsMigrations');
    await dataSource.destroy();
  }, 30_000);
});

describe('a data source with an entityPrefix', () => {
  it('is rejected with advice to remove it', async () => {
    const dataSource = await new DataSource({
      type: 'sqljs',
      entities: [...corsEntities],
      entityPrefix: 'app_',
    }).initialize();
    await expect(new TypeOrmOrigins(dataSource, 'list').load(never())).rejects.toThrow(/entityPrefix \(app_\)/);
    await dataSource.destroy();
  });
});

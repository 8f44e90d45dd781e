import { DataSource, type DataSourceOptions } from 'typeorm';
import { HttpException } from '@nestjs/common';
import { CorsOriginEntity, CorsOrigins, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { embedded, mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const LIST = 'partners';
const statusOf = async (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error instanceof HttpException ? error.getStatus() : Promise.reject(error as Error)),
  );

function describeWriting(make: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  let origins: CorsOrigins;
  beforeEach(async () => {
    database = await make();
    dataSource = await migrated(database);
    origins = new CorsOrigins({ dataSource });
  }, 60_000);
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);
  const stored = async (): Promise<string[]> => {
    const rows = await dataSource.getRepository(CorsOriginEntity).find({ order: { origin: 'ASC' } });
    return rows.map(({ origin }) => origin);
  };
  const isEmbedded = (): boolean => dataSource.options.type === 'sqljs';

  it('adds different entries at one time', async () => {
    const added = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => origins.add({ allowlist: LIST, origin: `https://${name}.example` })),
    );
    expect(added.map(({ origin }) => origin)).toEqual(await stored());
  });

  it('lets one of many callers win that add, remove and switch the same entry, and answers each of them', async () => {
    const key = { allowlist: LIST, origin: 'https://a.example' };
    const statuses = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        statusOf(
          index % 3 === 0 ? origins.add(key) : index % 3 === 1 ? origins.remove(key) : origins.setEnabled(key, true),
        ),
      ),
    );
    expect([...new Set(statuses)].filter((status) => ![200, 404, 409].includes(status))).toEqual([]);
    expect((await stored()).length).toBeLessThanOrEqual(1);
  }, 30_000);

  it.each<[title: string, work: (service: CorsOrigins) => Promise<unknown>, status: number]>([
    ['after 2 ** 31', (service) => service.list({ allowlist: LIST, after: 2 ** 31 }), 400],
    ['a list with NUL', (service) => service.list({ allowlist: 'a\0b' }), 400],
    ['a name with a line feed', (service) => service.add({ allowlist: 'a\nb', origin: 'https://a.example' }), 400],
    ['a name with a blank before it', (service) => service.add({ allowlist: ' a', origin: 'https://a.example' }), 400],
    [
      'a name with half a character',
      (service) => service.add({ allowlist: '\ud800', origin: 'https://a.example' }),
      400,
    ],
    ['a note with NUL', (service) => service.add({ allowlist: LIST, origin: 'https://a.example', note: '\0' }), 400],
    ['the removal of NUL', (service) => service.remove({ allowlist: LIST, origin: 'https://a\0.example' }), 404],
    [
      'the removal of foreign characters',
      (service) => service.remove({ allowlist: LIST, origin: 'https://bücher.example' }),
      404,
    ],
    ['the removal from a list that cannot be', (service) => service.remove({ allowlist: '\udc00', origin: 'x' }), 404],
    ['the removal of a huge text', (service) => service.remove({ allowlist: LIST, origin: 'x'.repeat(100_000) }), 404],
    [
      'to switch on foreign characters',
      (service) => service.setEnabled({ allowlist: LIST, origin: '\u{1F600}' }, true),
      404,
    ],
  ])('answers %s', async (_title, work, status) => {
    expect(await statusOf(work(origins))).toBe(status);
  });

  it('accepts names in any script, and notes with line breaks', async () => {
    const entry = { allowlist: 'Kundinnen & Käufer 客户 😀', origin: 'https://a.example', note: 'one\ntwo\t😀' };
    expect(await origins.add(entry)).toMatchObject(entry);
    expect((await origins.list({ allowlist: entry.allowlist })).entries).toMatchObject([entry]);
    await origins.remove(entry);
  });

  it('adds an entry beside a row that differs in a blank', async () => {
    await dataSource.getRepository(CorsOriginEntity).insert({ allowlist: LIST, origin: 'https://a.example ' });
    await origins.add({ allowlist: LIST, origin: 'https://a.example' });
    expect(await stored()).toHaveLength(2);
  });

  it('does not write within a transaction of the app, which could undo it', async () => {
    const rolledBack = dataSource
      .transaction(async (manager) => {
        await manager.insert(CorsOriginEntity, { allowlist: LIST, origin: 'https://app.example' });
        await new Promise((resolve) => setTimeout(resolve, 200));
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await origins.add({ allowlist: LIST, origin: 'https://a.example' });
    await rolledBack;
    expect(await stored()).toEqual(['https://a.example']);
  });

  it('answers 503 if the tables are missing', async () => {
    await dataSource.query('DROP TABLE cors_origins');
    expect(await statusOf(origins.add({ allowlist: LIST, origin: 'https://a.example' }))).toBe(503);
    expect(await statusOf(origins.list({ allowlist: LIST }))).toBe(503);
    await dataSource.query('CREATE TABLE cors_origins (id integer)');
  });

  it('answers while a feed does not answer', async () => {
    const feed = { watch: () => () => undefined, announce: () => new Promise<void>(() => undefined) };
    await new CorsOrigins({ dataSource, feed }).add({ allowlist: LIST, origin: 'https://a.example' });
  });

  it('is serialised under other isolation levels too', async () => {
    if (isEmbedded()) {
      return;
    }
    if (dataSource.options.type === 'postgres') {
      await dataSource.query(
        `ALTER DATABASE ${new URL(dataSource.options.url!).pathname.slice(1)} SET default_transaction_isolation = 'repeatable read'`,
      );
    }
    const other = await new DataSource(database.options).initialize();
    try {
      const service = new CorsOrigins({ dataSource: other });
      const statuses = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          statusOf(service.add({ allowlist: LIST, origin: `https://o${index}.example` })),
        ),
      );
      expect(statuses).toEqual(statuses.map(() => 200));
    } finally {
      await other.destroy();
    }
  }, 30_000);

  it('adds the first entries of a list after `synchronize` at one time', async () => {
    const fresh = await make();
    const synchronized = await new DataSource(fresh.options).initialize();
    await synchronized.synchronize();
    const service = new CorsOrigins({ dataSource: synchronized });
    const statuses = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        statusOf(service.add({ allowlist: LIST, origin: `https://o${index}.example` })),
      ),
    );
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(await new TypeOrmOrigins(synchronized, LIST).version(new AbortController().signal)).toMatch(/^\d+$/);
    await synchronized.destroy();
    await fresh.drop();
  }, 30_000);
}

describe('CorsOrigins on embedded SQLite', () => describeWriting(embedded));
describeWith('postgres', 'CorsOrigins on PostgreSQL', (url) => describeWriting(() => postgres(url)));
describeWith('mariadb', 'CorsOrigins on MariaDB', (url) => describeWriting(() => mariadb(url)));

function describeOutage(make: () => Promise<TestDatabase>, port: number): void {
  it('answers 503 while the database is away', async () => {
    const database = await make();
    await (await migrated(database)).destroy();
    const address = new URL((database.options as { url: string }).url);
    const network = await tcpProxy(Number(address.port || port));
    address.host = `127.0.0.1:${network.port}`;
    const dataSource = await new DataSource({
      ...database.options,
      url: address.href,
    } as DataSourceOptions).initialize();
    await network.close();
    const origins = new CorsOrigins({ dataSource });
    const key = { allowlist: LIST, origin: 'https://a.example' };
    const statuses = [
      await statusOf(origins.add(key)),
      await statusOf(origins.list(key)),
      await statusOf(origins.setEnabled(key, false)),
      await statusOf(origins.remove(key)),
    ];
    expect(statuses).toEqual([503, 503, 503, 503]);
    await dataSource.destroy();
    await database.drop();
  }, 30_000);
}

describeWith('postgres', 'CorsOrigins on PostgreSQL', (url) => describeOutage(() => postgres(url), 5432));
describeWith('mariadb', 'CorsOrigins on MariaDB', (url) => describeOutage(() => mariadb(url), 3306));

import type { DataSource, EntityManager } from 'typeorm';
import { writing } from '../../lib/integrations/typeorm/writing.js';
import { CorsOriginEntity } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { embedded, mariadb, migrated, postgres, type TestDatabase } from './databases.js';

function withDatabase(make: () => Promise<TestDatabase>): { dataSource: DataSource } {
  const on = {} as { dataSource: DataSource };
  let database: TestDatabase;
  beforeAll(async () => {
    database = await make();
    on.dataSource = await migrated(database);
  }, 60_000);
  afterAll(async () => {
    await on.dataSource.destroy();
    await database.drop();
  }, 60_000);
  return on;
}

describe('A change that the database ends in favour of another one', () => {
  const on = withDatabase(embedded);
  const failing = (error: object, times: number) => {
    const tries: EntityManager[] = [];
    const result = writing(on.dataSource, async (manager) => {
      if (tries.push(manager) <= times) {
        throw Object.assign(new Error('ended'), error);
      }
      return 'done';
    });
    return { tries, result };
  };
  const codes = [
    { code: '40001' },
    { code: '40P01' },
    { code: 'ER_LOCK_DEADLOCK' },
    { errno: 1213 },
    { code: 'ER_CHECKREAD' },
    { code: 'SQLITE_BUSY' },
  ];

  it.each(codes)('is tried again: %j', async (error) => {
    const { tries, result } = failing(error, 3);
    expect(await result).toBe('done');
    expect(tries).toHaveLength(4);
  });

  it.each(codes)('is tried six times at most, and then answered with 503: %j', async (error) => {
    const { tries, result } = failing(error, Infinity);
    await expect(result).rejects.toMatchObject({ status: 503, cause: error });
    expect(tries).toHaveLength(6);
  });

  it.each([[{ code: '53300' }, 503] as const, [{ status: 409 }, 409] as const])(
    'is not tried again after another error: %j',
    async (error, status) => {
      const { tries, result } = failing(error, Infinity);
      await expect(result).rejects.toMatchObject({ status });
      expect(tries).toHaveLength(1);
    },
  );
});

/** Two transactions that lock two rows in opposite order. */
function describeDeadlock(make: () => Promise<TestDatabase>): void {
  const on = withDatabase(make);
  it('is tried again after a deadlock', async () => {
    const { dataSource } = on;
    const origins = ['https://a.example', 'https://b.example'];
    await dataSource.getRepository(CorsOriginEntity).insert(origins.map((origin) => ({ allowlist: 'list', origin })));
    let tries = 0;
    let locked = 0;
    const change = ([first, second]: readonly string[], note: string) =>
      writing(dataSource, async (manager) => {
        tries++;
        await manager.update(CorsOriginEntity, { origin: first! }, { note });
        // Waits until both transactions have locked their first row.
        for (locked++; locked < 2;) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await manager.update(CorsOriginEntity, { origin: second! }, { note });
      });
    await Promise.all([change(origins, 'one'), change([...origins].reverse(), 'other')]);
    expect(tries).toBeGreaterThan(2);
    const notes = (await dataSource.getRepository(CorsOriginEntity).find()).map(({ note }) => note);
    expect(new Set(notes).size).toBe(1);
  }, 30_000);
}

describeWith('postgres', 'A change on PostgreSQL', (url) => describeDeadlock(() => postgres(url)));
describeWith('mariadb', 'A change on MariaDB', (url) => describeDeadlock(() => mariadb(url)));

import { DataSource, type QueryRunner } from 'typeorm';
import { reading } from '../../lib/integrations/typeorm/reading.js';
import { describeWith } from '../support/services.js';
import { mariadb, postgres, type TestDatabase } from './databases.js';

const ended = new Error('ended');

function describeCuts(make: () => Promise<TestDatabase>, sleep: string, pool: object): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource({ ...database.options, ...pool }).initialize();
  }, 60_000);
  afterEach(async () => {
    if (dataSource.isInitialized) {
      await dataSource.destroy();
    }
    await database.drop();
  }, 60_000);

  it('ends a running query, and the data source can be closed at once', async () => {
    const end = new AbortController();
    let isBegun = (): void => undefined;
    const begun = new Promise<void>((resolve) => (isBegun = resolve));
    const read = reading(dataSource, end.signal, async (runner: QueryRunner) => {
      const query = runner.query(sleep);
      isBegun();
      return query;
    }).catch((error: unknown) => error);
    await begun;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = performance.now();
    end.abort(ended);
    await dataSource.destroy();
    expect(await read).toBe(ended);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('gives a closed connection to no other query', async () => {
    for (let i = 0; i < 20; i++) {
      const end = new AbortController();
      let next: Promise<unknown> = Promise.resolve();
      await reading(dataSource, end.signal, async (runner) => {
        await runner.query('SELECT 1');
        // Waits for the only connection of the pool.
        next = dataSource.query('SELECT 1 AS one').catch((error: unknown) => error);
        end.abort(ended);
      }).catch(() => undefined);
      expect(await next).toEqual([{ one: expect.anything() as unknown }]);
    }
  });
}

describeWith('postgres', 'A read that is aborted on PostgreSQL', (url) =>
  describeCuts(() => postgres(url), 'SELECT pg_sleep(20)', { extra: { max: 1 } }),
);
describeWith('mariadb', 'A read that is aborted on MariaDB', (url) =>
  describeCuts(() => mariadb(url), 'SELECT SLEEP(20)', { extra: { connectionLimit: 1 } }),
);

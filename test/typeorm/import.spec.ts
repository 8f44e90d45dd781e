import { readFileSync } from 'node:fs';
import type { DataSource, QueryRunner } from 'typeorm';
import { SourceProvider } from '../../lib/providers/source/source-provider.js';
import { TypeOrmOrigins, UnlockCorsOrigins1764201600000 } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { until } from '../support/until.js';
import { checks, context, setup } from '../unit/providers/fakes.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const LISTS = ['partners', 'shops'];

/** The statements of docs/database.md before and after an import. */
function documented(database: string): readonly (readonly string[])[] {
  const [, block] = new RegExp(`^\`\`\`sql ${database}\n([^\`]+)`, 'm').exec(readFileSync('docs/database.md', 'utf8'))!;
  return block!.split(/^-- import.*$/m).map((part) => part.split(';').filter((statement) => statement.trim() !== ''));
}

const ROWS = 10_000;
const ROWS_A_STATEMENT = 1_000;

/** Imports rows for the lists in turn, in one transaction. `check` runs before the commit. */
async function importRows(runner: QueryRunner, lists: number, check?: () => Promise<void>): Promise<void> {
  await runner.startTransaction();
  for (let first = 0; first < ROWS; first += ROWS_A_STATEMENT) {
    const rows = Array.from(
      { length: ROWS_A_STATEMENT },
      (_, index) => `('list${index % lists}', 'https://o${first + index}.example')`,
    );
    await runner.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${rows.join()}`);
  }
  await check?.();
  await runner.commitTransaction();
}

/** Tests the effect of the triggers on an import, without times. `npm run bench:import` compares the times. */
function describeEffect(
  make: () => Promise<TestDatabase>,
  test: (runner: QueryRunner, lists: number) => Promise<void>,
) {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await make();
    dataSource = await migrated(database);
  }, 60_000);
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  it.each([1, 5])(
    'for 10,000 rows of %i lists in turn, 1,000 a statement',
    async (lists) => {
      const runner = dataSource.createQueryRunner();
      await test(runner, lists).finally(() => runner.release());
    },
    60_000,
  );
}

function describeImport(name: string, make: () => Promise<TestDatabase>, migrate?: (runner: QueryRunner) => unknown) {
  let database: TestDatabase;
  let dataSource: DataSource;
  const open: SourceProvider[] = [];
  beforeEach(async () => {
    database = await make();
    dataSource = await migrated(database);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((allowlist) => allowlist.stop()));
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  /** A list in an instance that polls its version. */
  const start = async (allowlist: string) => {
    const list = new TypeOrmOrigins(dataSource, allowlist);
    const provider = new SourceProvider(setup(list, { pollMs: 50, reloadMs: 86_400_000 }));
    const view = provider.under(checks());
    await provider.start();
    open.push(provider);
    return async (origin: string) => view.ask(origin, context()) === true;
  };

  it('without triggers is read by every instance after the documented statements, which restore the triggers', async () => {
    await dataSource.query(
      `INSERT INTO cors_origins (allowlist, origin) VALUES ${LISTS.map((list) => `('${list}', 'https://old.example')`).join()}`,
    );
    const instances = await Promise.all([...LISTS, ...LISTS].map(start));
    const all = (origin: string) => async () =>
      (await Promise.all(instances.map((has) => has(origin)))).every((isAllowed) => isAllowed);
    await until(all('https://old.example'), 5_000);

    const [before, after] = documented(name);
    const versions = async (runner: QueryRunner) =>
      runner.query('SELECT allowlist, version FROM cors_allowlist_versions ORDER BY allowlist, version');
    const runner = dataSource.createQueryRunner();
    const unchanged: unknown = await versions(runner);
    for (const statement of before!) {
      await runner.query(statement);
    }
    const rows = LISTS.flatMap((list) => [1, 2].map((i) => `('${list}', 'https://new${i}.example')`));
    await runner.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${rows.join()}`);
    expect(await versions(runner)).toEqual(unchanged);
    await migrate?.(runner);
    for (const statement of after!) {
      await runner.query(statement);
    }
    await runner.release();
    await until(all('https://new1.example'), 5_000);

    const later = LISTS.map((list) => `('${list}', 'https://later.example')`);
    await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${later.join()}`);
    await until(all('https://later.example'), 5_000);
  }, 60_000);
}

describeWith('postgres', 'An import into PostgreSQL', (url) => describeImport('postgres', () => postgres(url)));
describeWith('mariadb', 'An import into MariaDB', (url) =>
  describeImport(
    'mariadb',
    () => mariadb(url),
    async (runner) => new UnlockCorsOrigins1764201600000().up(runner),
  ),
);

describeWith(
  'postgres',
  'Triggers on PostgreSQL run once a statement, and raise each version once a transaction',
  (url) =>
    describeEffect(
      () => postgres(url),
      async (runner, lists) => {
        await runner.query(`SET track_functions = 'all'`);
        await importRows(runner, lists, async () => {
          // The triggers of the commit run now, so that the test can count them.
          await runner.query('SET CONSTRAINTS ALL IMMEDIATE');
          const calls: unknown = await runner.query(
            `SELECT funcname AS name, calls::int FROM pg_stat_xact_user_functions ORDER BY funcname`,
          );
          expect(calls).toEqual([
            { name: 'cors_allowlist_changed', calls: ROWS / ROWS_A_STATEMENT },
            { name: 'cors_allowlist_raise', calls: lists },
          ]);
        });
        const [versions] = (await runner.query(
          'SELECT count(*)::int AS rows FROM cors_allowlist_versions',
        )) as unknown[];
        expect(versions).toEqual({ rows: lists });
      },
    ),
);
describeWith('mariadb', 'Triggers on MariaDB add a row for each list and statement', (url) =>
  describeEffect(
    () => mariadb(url),
    async (runner, lists) => {
      await importRows(runner, lists);
      const versions = (await runner.query(
        'SELECT allowlist, COUNT(*) AS parts FROM cors_allowlist_versions GROUP BY allowlist ORDER BY allowlist',
      )) as { allowlist: string; parts: unknown }[];
      expect(versions.map(({ allowlist, parts }) => [allowlist, Number(parts)])).toEqual(
        Array.from({ length: lists }, (_, list) => [`list${list}`, ROWS / ROWS_A_STATEMENT]),
      );
    },
  ),
);

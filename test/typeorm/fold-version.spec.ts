import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { foldVersion } from '../../lib/integrations/typeorm/fold-version.js';
import { TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { RecordingLog } from '../unit/providers/fakes.js';
import { mariadb, migrated, ownName, type TestDatabase } from './databases.js';

const LISTS = ['partners', 'shops'];
const never = new AbortController().signal;

describeWith('mariadb', 'The rows of a version', (url) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let reader: DataSource;
  const role = ownName().slice(0, 30);
  const log = new RecordingLog();

  beforeAll(async () => {
    Logger.overrideLogger(log);
    database = await mariadb(url);
    dataSource = await migrated(database);
    await dataSource.query(`CREATE USER '${role}'@'%'`);
    await dataSource.query(`GRANT SELECT ON *.* TO '${role}'@'%'`);
    const own = new URL((database.options as { url: string }).url);
    own.username = role;
    reader = await new DataSource({ ...database.options, url: own.href } as DataSourceOptions).initialize();
    const rows = LISTS.flatMap((list) => Array.from({ length: 300 }, (_, index) => `('${list}', ${index + 1})`));
    await dataSource.query(`INSERT INTO cors_allowlist_versions (allowlist, version) VALUES ${rows.join()}`);
  }, 60_000);
  afterAll(async () => {
    Logger.overrideLogger(['log', 'error', 'warn', 'debug', 'verbose', 'fatal']);
    await reader.destroy();
    await dataSource.query(`DROP USER '${role}'@'%'`);
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  const fold = async (from: DataSource, list: string, signal = never): Promise<void> => {
    const runner = from.createQueryRunner();
    await foldVersion(runner, list, signal).finally(() => runner.release());
  };
  const parts = async (list: string): Promise<number> => {
    const found = 'SELECT COUNT(*) AS count FROM cors_allowlist_versions WHERE allowlist = ?';
    const [row] = await dataSource.query<{ count: unknown }[]>(found, [list]);
    return Number(row?.count);
  };

  it('stay if the role may not write, and the log reports it once with advice', async () => {
    const version = async () => new TypeOrmOrigins(reader, 'partners').version(never);
    const before = await version();
    for (const list of [...LISTS, ...LISTS]) {
      await fold(reader, list);
    }
    expect(await Promise.all(LISTS.map(parts))).toEqual([300, 300]);
    expect(await version()).toBe(before);
    expect(log.lines).toEqual([
      expect.stringMatching(/^warn .*"partners" could not be put together: .*denied.*INSERT INTO and DELETE FROM/),
    ]);
  });

  it('are no failure of a read that is given up', async () => {
    log.lines.length = 0;
    const other = await new DataSource(reader.options).initialize();
    await expect(fold(other, 'partners', AbortSignal.abort(new Error('closed')))).rejects.toThrow('closed');
    await other.destroy();
    expect(log.lines).toEqual([]);
  });

  it('are put together by polls, and the version stays what it is', async () => {
    const list = new TypeOrmOrigins(dataSource, 'shops');
    const before = await list.version(never);
    for (let poll = 0; poll < 500 && (await parts('shops')) > 1; poll++) {
      expect(await list.version(never)).toBe(before);
    }
    expect(await parts('shops')).toBe(1);
    expect(await list.version(never)).toBe(before);
  }, 30_000);
});

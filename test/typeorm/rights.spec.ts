import { DataSource, type DataSourceOptions } from 'typeorm';
import { CorsTables } from '../../lib/integrations/typeorm/tables.js';
import { CorsOrigins, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { mariadb, migrated, ownName, type TestDatabase } from './databases.js';

const never = new AbortController().signal;
const entry = { allowlist: 'partners', origin: 'https://a.example' };

describeWith('mariadb', 'A role of MariaDB', (url) => {
  let database: TestDatabase;
  let owner: DataSource;
  const role = ownName().slice(0, 30);
  beforeEach(async () => {
    database = await mariadb(url);
    owner = await migrated(database);
    await owner.query(`CREATE USER '${role}'@'%'`);
  }, 60_000);
  afterEach(async () => {
    await owner.query(`DROP USER '${role}'@'%'`);
    await owner.destroy();
    await database.drop();
  }, 60_000);

  const withRights = async (grants: readonly string[], test: (dataSource: DataSource) => Promise<void>) => {
    for (const grant of grants) {
      await owner.query(`GRANT ${grant} TO '${role}'@'%'`);
    }
    const own = new URL((database.options as { url: string }).url);
    own.username = role;
    const dataSource = await new DataSource({ ...database.options, url: own.href } as DataSourceOptions).initialize();
    await test(dataSource).finally(() => dataSource.destroy());
  };
  const warnings = async (dataSource: DataSource): Promise<readonly string[]> => {
    const lines: string[] = [];
    await new CorsTables(dataSource).warn({ warn: (line: string) => void lines.push(line) }, never);
    return lines;
  };

  it('needs rights on cors_origins to write, and to read the versions', async () => {
    const grants = ['SELECT, INSERT, UPDATE, DELETE ON cors_origins', 'SELECT ON cors_allowlist_versions'];
    await withRights(grants, async (dataSource) => {
      const list = new TypeOrmOrigins(owner, 'partners');
      const versions = [await list.version(never)];
      const origins = new CorsOrigins({ dataSource });
      await origins.add(entry);
      versions.push(await list.version(never));
      await origins.setEnabled(entry, false);
      versions.push(await list.version(never));
      await origins.remove(entry);
      versions.push(await list.version(never));
      expect(new Set(versions).size).toBe(4);
      expect(await warnings(dataSource)).toEqual([]);
    });
  }, 30_000);

  it('that may only read gets no warning about triggers, which it cannot see', async () => {
    await withRights(['SELECT ON cors_origins', 'SELECT ON cors_allowlist_versions'], async (dataSource) => {
      expect(await warnings(dataSource)).toEqual([]);
    });
  }, 30_000);

  it('is warned of a right to read that it lacks', async () => {
    await withRights(['SELECT ON cors_origins'], async (dataSource) => {
      expect(await warnings(dataSource)).toEqual([expect.stringMatching(/SELECT.*cors_allowlist_versions/)]);
    });
  }, 30_000);

  it('is warned of triggers that are missing', async () => {
    await owner.query('DROP TRIGGER cors_origins_delete');
    await withRights(['SELECT, TRIGGER ON cors_origins', 'SELECT ON cors_allowlist_versions'], async (dataSource) => {
      expect(await warnings(dataSource)).toEqual([expect.stringMatching(/triggers .* missing/)]);
    });
  }, 30_000);
});

import { DataSource, type DataSourceOptions } from 'typeorm';
import { CorsTables } from '../../lib/integrations/typeorm/tables.js';
import { CorsOriginEntity, CorsOrigins, TypeOrmAllowlist, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const never = new AbortController().signal;
const key = { allowlist: 'partners', origin: 'https://a.example' };
const urlOf = ({ options }: TestDatabase): string => (options as { url: string }).url;

/** A data source with a replica. */
async function replicated(main: string, replica: string, { options }: TestDatabase, more = {}): Promise<DataSource> {
  return new DataSource({
    ...(options as object),
    url: undefined,
    replication: { ...more, master: { url: main }, slaves: [{ url: replica }] },
  } as unknown as DataSourceOptions).initialize();
}

async function warnings(dataSource: DataSource): Promise<readonly string[]> {
  const lines: string[] = [];
  await new CorsTables(dataSource).warn({ warn: (line: string) => void lines.push(line) }, never);
  return lines;
}

/** A main database, and a replica without any change yet. */
function describeReplica(make: () => Promise<TestDatabase>): void {
  let main: TestDatabase;
  let replica: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    [main, replica] = [await make(), await make()];
    await Promise.all([main, replica].map(async (each) => (await migrated(each)).destroy()));
    dataSource = await replicated(urlOf(main), urlOf(replica), main);
  }, 60_000);
  afterEach(async () => {
    await dataSource.destroy();
    await main.drop();
    await replica.drop();
  }, 60_000);

  it('CorsOrigins reads its own writes', async () => {
    const origins = new CorsOrigins({ dataSource });
    expect(await origins.add(key)).toMatchObject(key);
    await expect(origins.add(key)).rejects.toMatchObject({ status: 409 });
    expect((await origins.list({ allowlist: 'partners' })).entries).toHaveLength(1);
    expect(await origins.setEnabled(key, false)).toMatchObject({ enabled: false });
    await origins.remove(key);
    await expect(origins.remove(key)).rejects.toMatchObject({ status: 404 });
  }, 60_000);

  it('lists and versions are those of the main database', async () => {
    const [list, lookup] = [new TypeOrmOrigins(dataSource, 'partners'), new TypeOrmAllowlist(dataSource, 'partners')];
    const before = [await list.version(never), await lookup.version(never)];
    await new CorsOrigins({ dataSource }).add(key);
    expect(await dataSource.getRepository(CorsOriginEntity).count()).toBe(0);
    expect(await list.load(never)).toEqual([key.origin]);
    expect(await lookup.lookUp([key.origin], never)).toEqual([key.origin]);
    expect([await list.version(never), await lookup.version(never)]).not.toEqual(before);
  }, 60_000);
}

describeWith('postgres', 'Beside a replica of PostgreSQL that lags', (url) => describeReplica(() => postgres(url)));
describeWith('mariadb', 'Beside a replica of MariaDB that lags', (url) => describeReplica(() => mariadb(url)));

describeWith('mariadb', 'With replication on MariaDB, an outage of the main database', (url) => {
  const inOutage = async (more: object, test: (outage: Outage) => Promise<void>): Promise<void> => {
    const database = await mariadb(url);
    await (await migrated(database)).destroy();
    const address = new URL(urlOf(database));
    const port = Number(address.port || 3306);
    const network = await tcpProxy(port);
    address.host = `127.0.0.1:${network.port}`;
    const dataSource = await replicated(address.href, urlOf(database), database, more);
    const list = new TypeOrmOrigins(dataSource, 'partners');
    const version = async (): Promise<string> => list.version(AbortSignal.timeout(300)).catch(String);
    try {
      await version();
      await test({ dataSource, network, version });
    } finally {
      await dataSource.destroy();
      await network.close();
      await database.drop();
    }
  };
  interface Outage {
    readonly dataSource: DataSource;
    readonly network: Awaited<ReturnType<typeof tcpProxy>>;
    readonly version: () => Promise<string>;
  }

  it('is over when it ends, and reads that were given up are cut, with the settings that the boot asks for', async () => {
    await inOutage({ canRetry: false, restoreNodeTimeout: 100 }, async ({ dataSource, network, version }) => {
      expect(await warnings(dataSource)).toEqual([]);
      network.become('lose');
      for (let read = 0; read < 10; read++) {
        const startedAt = performance.now();
        expect(await version()).toMatch(/TimeoutError|does Not have online node/);
        expect(performance.now() - startedAt).toBeLessThan(3_000);
      }
      network.become('pass');
      await until(async () => (await version()) === 'none empty', 2_000);
    });
  }, 60_000);

  it('ends the data source without them: the boot and each error say so', async () => {
    await inOutage({}, async ({ dataSource, network, version }) => {
      expect(await warnings(dataSource)).toEqual([expect.stringMatching(/restoreNodeTimeout/)]);
      await network.close();
      await until(async () => /Pool does Not exist.*restoreNodeTimeout/.test(await version()), 10_000);
      expect(await version()).not.toContain('corsMigrations');
    });
  }, 60_000);
});

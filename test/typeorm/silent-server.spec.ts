import { DataSource, type DataSourceOptions } from 'typeorm';
import { LookupProvider } from '../../lib/providers/lookup/lookup-provider.js';
import { corsEntities, TypeOrmAllowlist } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { checks, context, originNumber, setup } from '../unit/providers/fakes.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const POOL = 10;

/** @param held counts the connections in the pool of a data source, also those that are still being opened */
function describeSilence(
  make: () => Promise<TestDatabase>,
  port: number,
  exchange: (dataSource: DataSource) => number,
): void {
  let database: TestDatabase;
  let network: TcpProxy;
  let dataSource: DataSource;
  let allowlist: LookupProvider;

  beforeAll(async () => {
    database = await make();
    await (await migrated(database)).destroy();
    const address = new URL((database.options as { url: string }).url);
    network = await tcpProxy(Number(address.port || port));
    address.hostname = '127.0.0.1';
    address.port = String(network.port);
    dataSource = await new DataSource({
      type: database.options.type,
      url: address.href,
      entities: [...corsEntities],
      poolSize: POOL,
    } as DataSourceOptions).initialize();
    allowlist = new LookupProvider(
      setup(new TypeOrmAllowlist(dataSource, 'list'), { timeoutMs: 300, negativeTtlMs: 0 }),
    );
  }, 60_000);
  afterAll(async () => {
    await network.close();
    await database.drop();
  }, 60_000);

  it('frees the pool for the app when look-ups are given up, and closes', async () => {
    const view = allowlist.under(checks());
    network.become('lose');
    // Runs twice: over the open connection, and over new connections.
    for (let round = 0; round < 4; round++) {
      const answers = Array.from({ length: 100 }, async (_, index) =>
        view.ask(originNumber(round * 100 + index), context()),
      );
      expect((await Promise.all(answers)).includes(true)).toBe(false);
      expect(exchange(dataSource)).toBeLessThanOrEqual(2);
    }
    await until(async () => exchange(dataSource) === 0, 2_000);

    const hanging = view.ask('https://last.example', context());
    const startedAt = performance.now();
    await allowlist.stop();
    await dataSource.destroy();
    expect(await hanging).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  }, 20_000);
}

type PgPool = { readonly master: { readonly totalCount: number } };
type MysqlPool = { readonly pool: { readonly _allConnections: { readonly length: number } } };
describeWith('postgres', 'TypeOrmAllowlist, where PostgreSQL accepts connections and says nothing', (url) =>
  describeSilence(
    () => postgres(url),
    5432,
    ({ driver }) => (driver as unknown as PgPool).master.totalCount,
  ),
);
describeWith('mariadb', 'TypeOrmAllowlist, where MariaDB accepts connections and says nothing', (url) =>
  describeSilence(
    () => mariadb(url),
    3306,
    ({ driver }) => (driver as unknown as MysqlPool).pool._allConnections.length,
  ),
);

import { DataSource, type DataSourceOptions } from 'typeorm';
import { CorsTables } from '../../lib/integrations/typeorm/tables.js';
import { describeWith } from '../support/services.js';
import { collectGarbage } from '../support/memory.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

function describeCheck(make: () => Promise<TestDatabase>, port: number): void {
  let database: TestDatabase;
  let network: TcpProxy;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await make();
    await (await migrated(database)).destroy();
    const address = new URL((database.options as { url: string }).url);
    network = await tcpProxy(Number(address.port || port));
    address.host = `127.0.0.1:${network.port}`;
    dataSource = await new DataSource({ ...database.options, url: address.href } as DataSourceOptions).initialize();
  }, 60_000);
  afterEach(async () => {
    await dataSource.destroy();
    await network.close();
    await database.drop();
  }, 60_000);

  const check = async (end: AbortSignal): Promise<readonly string[]> => {
    const lines: string[] = [];
    await new CorsTables(dataSource).warn({ warn: (line: string) => void lines.push(line) }, end);
    return lines;
  };

  it('is reported with its cause if it fails', async () => {
    const { signal } = new AbortController();
    expect(await check(signal)).toEqual([]);
    await network.close();
    expect(await check(signal)).toEqual([
      expect.stringMatching(
        /^cors_origins: rights, triggers and collations are not checked: .*(ECONN|terminated|closed)/,
      ),
    ]);
  }, 30_000);

  it('is reported if there is no answer within 5 seconds', async () => {
    network.become('lose');
    // A collected timer would never fire.
    const collecting = setInterval(collectGarbage, 200);
    const lines = await check(new AbortController().signal);
    clearInterval(collecting);
    expect(lines).toEqual(['cors_origins: rights, triggers and collations are not checked: no answer within 5000 ms']);
  }, 30_000);

  it('is not reported if the app closes before its end', async () => {
    network.become('lose');
    const end = new AbortController();
    const checked = check(end.signal);
    setTimeout(() => end.abort(), 50);
    expect(await checked).toEqual([]);
  }, 30_000);
}

describeWith('postgres', 'The check of the tables at boot on PostgreSQL', (url) =>
  describeCheck(() => postgres(url), 5432),
);
describeWith('mariadb', 'The check of the tables at boot on MariaDB', (url) => describeCheck(() => mariadb(url), 3306));

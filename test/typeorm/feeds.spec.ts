import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SourceProvider } from '../../lib/providers/source/source-provider.js';
import type { ChangeFeed } from '../../lib/providers/ports.js';
import { PostgresNotify } from '../../lib/postgres.js';
import { RedisNotify } from '../../lib/redis.js';
import { CorsPolicy } from '../../lib/index.js';
import { CorsOrigins, CorsTypeOrmModule, TypeOrmOrigins } from '../../lib/typeorm.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { checks, context, RecordingLog, setup } from '../unit/providers/fakes.js';
import { embedded, migrated, postgres, type TestDatabase, undoMigrations } from './databases.js';

const log = new RecordingLog();
const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A poll interval longer than any test. A change that is seen earlier was reported by the feed. */
const NEVER_MS = 60_000;

/** An instance of an app, with its own connection to the feed. */
async function instance(dataSource: DataSource, feed: ChangeFeed, pollMs = 100) {
  const allowlist = new SourceProvider(
    setup(new TypeOrmOrigins(dataSource, 'list', feed), { refreshMs: NEVER_MS, pollMs }),
  );
  const view = allowlist.under(checks());
  await allowlist.start();
  return {
    allowlist,
    origins: new CorsOrigins({ dataSource, feed }),
    has: async (origin: string) => view.ask(origin, context()) === true,
  };
}

describeWith('postgres', 'PostgresNotify', (url) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const open: SourceProvider[] = [];
  beforeEach(async () => {
    database = await postgres(url);
    dataSource = await migrated(database);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((allowlist) => allowlist.stop()));
    await dataSource.destroy();
    await database.drop();
  }, 60_000);
  const start = async ({ channel, pollMs }: { channel?: string; pollMs?: number } = {}) => {
    const connection = (database.options as { url: string }).url;
    const feed = new PostgresNotify({ connection, log, ...(channel !== undefined && { channel }) });
    const made = await instance(dataSource, feed, pollMs);
    open.push(made.allowlist);
    return made;
  };

  it('reports changes by CorsOrigins after `synchronize`, without triggers', async () => {
    await undoMigrations(dataSource);
    await dataSource.synchronize();
    const [writer, other] = [await start({ pollMs: NEVER_MS }), await start({ pollMs: NEVER_MS })];
    await aWhile(500);
    await writer.origins.add({ allowlist: 'list', origin: 'https://a.example' });
    await until(() => writer.has('https://a.example'), 3_000);
    await until(() => other.has('https://a.example'), 3_000);
  }, 30_000);

  it('on another channel than the triggers, changes are found by polling', async () => {
    const { has } = await start({ channel: 'nobody_speaks_here' });
    await aWhile(500);
    await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ('list', 'https://raw.example')`);
    await until(() => has('https://raw.example'), 5_000);
  }, 30_000);

  it('stops polling after the first message', async () => {
    const { has } = await start();
    await aWhile(500);
    await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ('list', 'https://raw.example')`);
    await until(() => has('https://raw.example'), 5_000);
    await aWhile(300);
    const statements: string[] = [];
    dataSource.logger = { ...dataSource.logger, logQuery: (query: string) => void statements.push(query) };
    await aWhile(600);
    expect(statements).toEqual([]);
    await dataSource.query(`DELETE FROM cors_origins`);
    await until(async () => !(await has('https://raw.example')), 5_000);
  }, 30_000);

  it('whose server does not answer any more ends in time', async () => {
    const address = new URL((database.options as { url: string }).url);
    const network = await tcpProxy(Number(address.port || 5432));
    address.host = `127.0.0.1:${network.port}`;
    const { allowlist } = await instance(dataSource, new PostgresNotify({ connection: address.href, log }));
    await until(async () => network.open > 0, 5_000);
    // After this the feed listens.
    await aWhile(500);
    network.become('lose');
    const closing = performance.now();
    await allowlist.stop();
    expect(performance.now() - closing).toBeLessThan(3_000);
    await network.close();
  }, 30_000);
});

describeWith('redis', 'RedisNotify', (url) => {
  it('that does not answer does not delay a change, which its own instance sees at once', async () => {
    const database = await embedded();
    const dataSource = await migrated(database);
    const address = new URL(url);
    const network = await tcpProxy(Number(address.port || 6379));
    const channel = `cors-${process.pid}`;
    const feed = new RedisNotify({ connection: `redis://127.0.0.1:${network.port}`, channel, log });
    const { allowlist, origins, has } = await instance(dataSource, feed, NEVER_MS);
    await aWhile(300);
    network.become('lose');
    const from = performance.now();
    await origins.add({ allowlist: 'list', origin: 'https://a.example' });
    expect(performance.now() - from).toBeLessThan(2_000);
    await until(() => has('https://a.example'), 2_000);
    const closing = performance.now();
    await allowlist.stop();
    expect(performance.now() - closing).toBeLessThan(3_000);
    await network.close();
    await dataSource.destroy();
  }, 30_000);
});

describe.each(PLATFORMS)(
  'an app on %s whose feed has a server that accepts connections and says nothing',
  (platform) => {
    let server: Server;
    const sockets: Socket[] = [];
    beforeAll(async () => {
      server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      await closeApps();
      sockets.forEach((socket) => socket.destroy());
      server.close();
    });

    it.each([
      ['PostgresNotify', (port: number) => new PostgresNotify({ connection: `postgres://x@127.0.0.1:${port}/x`, log })],
      ['RedisNotify', (port: number) => new RedisNotify({ connection: `redis://127.0.0.1:${port}`, log })],
    ])(
      'starts, serves and closes in time: %s',
      async (_name, feedAt) => {
        const dataSource = await migrated(await embedded());
        const feed = feedAt((server.address() as AddressInfo).port);
        await new CorsOrigins({ dataSource }).add({ allowlist: 'list', origin: 'https://a.example' });
        @Module({ providers: [{ provide: DataSource, useValue: dataSource }], exports: [DataSource] })
        class Data {}
        @CorsPolicy('tenant')
        @Controller('orders')
        class OrdersController {
          @Get()
          list(): string {
            return 'served';
          }
        }
        const from = performance.now();
        const { app, get } = await startApp(
          {
            cors: { policies: { tenant: { origin: TypeOrmOrigins.forAllowlist('list'), credentials: true } } },
            imports: [CorsTypeOrmModule.forRoot({ imports: [Data], feed })],
            controllers: [OrdersController],
          },
          platform,
        );
        expect(performance.now() - from).toBeLessThan(2_500);
        expect((await get('/orders', 'https://a.example')).headers).toMatchObject({
          'access-control-allow-origin': 'https://a.example',
        });
        // The app closes while the feed connects for the first time and an announcement is being sent.
        await app.get(CorsOrigins).add({ allowlist: 'list', origin: 'https://b.example' });
        const closing = performance.now();
        await app.close();
        expect(performance.now() - closing).toBeLessThan(3_000);
        await dataSource.destroy();
      },
      30_000,
    );
  },
);

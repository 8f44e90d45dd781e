import pg from 'pg';
import { RedisNotify } from '../../lib/redis.js';
import { builtLibrary } from '../support/built-library.js';
import { ownPostgres, ownRedis, type OwnServer } from '../support/own-server.js';
import { describeWith } from '../support/services.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { RecordingLog } from '../unit/providers/fakes.js';
import { Instance, type Report } from './instance.js';
import { Load } from './load.js';

/** The instances that run through all faults, without a restart. */
const APPS = [
  { name: 'Express, a source on pg, pushed by PostgreSQL', platform: 'express', source: 'pg', feed: 'postgres' },
  { name: 'Fastify, TypeOrmOrigins, pushed by PostgreSQL', platform: 'fastify', source: 'typeorm', feed: 'postgres' },
  { name: 'Express, a source on pg, pushed by Redis', platform: 'express', source: 'pg', feed: 'redis' },
] as const;

// Short times keep the test short. The defaults have the same effect later.
const ALLOWLISTS = { refreshMs: 1_500, timeoutMs: 1_000, loadTimeoutMs: 2_000 };
const FEED = { checkMs: 500, checkTimeoutMs: 500, connectTimeoutMs: 1_000 };
/** Requests a second of all pages together. */
const RATE = 200;
/**
 * The time after a fault until a change must apply again. It covers a load that hangs (2 s), the wait before the next
 * load (at most 1.5 s) and the load itself, several times, because the machine may be busy.
 */
const RECOVERY_MS = 20_000;
/** The maximum of log lines for one fault: the source and the feed fail and work again; a table is not checked. */
const LINES = 5;

/** The table of an app. The migration creates the table of `TypeOrmOrigins`. */
const TABLE = `CREATE TABLE origins (allowlist text, origin text, enabled boolean DEFAULT true)`;
const TABLES = ['origins', 'cors_origins'];
/** A statement for each of the tables. */
const each = (statement: string) => TABLES.map((table) => statement.replaceAll('$', table));
const aWhile = (ms = 1_500) => new Promise((resolve) => setTimeout(resolve, ms));

describeWith('postgres_server', 'an app in front of a faulty database', (postgresExecutable) => {
  describeWith('redis_server', 'and a faulty Redis', (redisExecutable) => {
    let postgres: OwnServer;
    let redis: OwnServer;
    /** The networks between the sources and PostgreSQL, and between the feeds and PostgreSQL. */
    let network: TcpProxy;
    let feedNetwork: TcpProxy;
    let announcer: RedisNotify;
    let instances: { readonly name: string; readonly instance: Instance; readonly load: Load }[];

    /** Runs statements directly on the server. */
    async function sql(...statements: string[]): Promise<void> {
      const client = new pg.Client(postgres.url);
      client.on('error', () => undefined);
      await client.connect();
      try {
        for (const statement of statements) {
          await client.query(statement);
        }
      } finally {
        await client.end();
      }
    }

    const announce = () => announcer.announce('partners').catch(() => undefined);
    let changes = 0;

    /** Replaces one origin by another, and waits until the change applies on every instance. */
    async function changeHolds(): Promise<void> {
      const last = `https://number-${changes}.example`;
      const next = `https://number-${++changes}.example`;
      await sql(
        'BEGIN',
        ...each(`DELETE FROM $ WHERE origin = '${last}'`),
        ...each(`INSERT INTO $ (allowlist, origin) VALUES ('partners', '${next}')`),
        'COMMIT',
      );
      await announce();
      const holds = async (instance: Instance) => (await instance.admits(next)) && !(await instance.admits(last));
      await Promise.all(instances.map(({ instance }) => until(() => holds(instance), RECOVERY_MS)));
    }

    /** Expects no effect for the users of the apps, and few log lines. */
    async function expectUnharmed(): Promise<Report[]> {
      const reports: Report[] = [];
      for (const { name, instance, load } of instances) {
        const { answered, median, ...outcome } = load.take();
        const report = await instance.report();
        reports.push(report);
        expect({ name, ...outcome, unhandled: report.unhandled }).toEqual({
          name,
          failed: [],
          wronglyAllowed: 0,
          wronglyRefused: 0,
          unhandled: [],
        });
        expect(answered).toBeGreaterThan(0);
        // No request waits for a database, because that would take seconds.
        expect(median).toBeLessThan(1_000);
        expect(report.lines.length).toBeLessThanOrEqual(LINES);
      }
      return reports;
    }

    beforeAll(async () => {
      [postgres, redis] = await Promise.all([
        ownPostgres(postgresExecutable),
        ownRedis(redisExecutable),
        builtLibrary(),
      ]);
      network = await tcpProxy(postgres.port);
      feedNetwork = await tcpProxy(postgres.port);
      announcer = new RedisNotify({ connection: redis.url, log: new RecordingLog() });
    }, 180_000);

    afterAll(async () => {
      await Promise.all((instances ?? []).map(({ load }) => load.end()));
      await Promise.all((instances ?? []).map(({ instance }) => instance.close()));
      await Promise.all([network?.close(), feedNetwork?.close()]);
      await Promise.all([postgres?.remove(), redis?.remove()]);
    }, 60_000);

    it('starts without either, shortly after timeoutMs, and denies', async () => {
      const through = ({ port }: TcpProxy) => `postgres://postgres@127.0.0.1:${port}/postgres`;
      const started = APPS.map(({ name, platform, source, feed }) => ({
        name,
        instance: new Instance('test/fixtures/database-app.js', {
          PLATFORM: platform,
          SOURCE: source,
          DATABASE_URL: through(network),
          FEED_URL: feed === 'redis' ? redis.url : through(feedNetwork),
          ALLOWLISTS: JSON.stringify(ALLOWLISTS),
          FEED: JSON.stringify(FEED),
        }),
      }));
      await Promise.all(started.map(({ instance }) => instance.port));
      instances = started.map((each) => ({ ...each, load: new Load(each.instance, RATE / APPS.length) }));
      await aWhile();
      for (const { instance } of instances) {
        expect(await instance.admits(Load.MAY)).toBe(false);
      }
      for (const { loaded, lines } of await expectUnharmed()) {
        expect(loaded).toBe(false);
        expect(lines).toContainEqual(expect.stringContaining('it denies every origin while it tries again'));
      }
    }, 60_000);

    it('loads when the database is available', async () => {
      await Promise.all([postgres.start(), redis.start()]);
      await sql(TABLE);
      await until(
        () =>
          sql('SELECT FROM cors_origins').then(
            () => true,
            () => false,
          ),
        RECOVERY_MS,
      );
      await sql(...each(`INSERT INTO $ (allowlist, origin) VALUES ('partners', '${Load.MAY}')`));
      await Promise.all(instances.map(({ instance }) => until(() => instance.admits(Load.MAY), RECOVERY_MS)));
      instances.forEach(({ load }) => load.expectLoaded());
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('keeps its list while the database is down, and updates it afterwards', async () => {
      await postgres.stop();
      await aWhile();
      await expectUnharmed();
      await postgres.start();
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('keeps its list while the database accepts connections and never answers', async () => {
      [network, feedNetwork].forEach((one) => one.become('lose'));
      // A load that begins now hangs until its timeout.
      await aWhile(5_000);
      const reports = await expectUnharmed();
      expect(reports.map(({ lastError }) => lastError === undefined)).toEqual(APPS.map(() => false));
      [network, feedNetwork].forEach((one) => one.become('pass'));
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('is not slowed down by a slow database', async () => {
      [network, feedNetwork].forEach((one) => one.become('slow'));
      await changeHolds();
      await aWhile();
      await expectUnharmed();
      [network, feedNetwork].forEach((one) => one.become('pass'));
    }, 60_000);

    it.each([
      ['its column is renamed', 'ALTER TABLE $ RENAME origin TO url', 'ALTER TABLE $ RENAME url TO origin'],
      ['its table is missing', 'ALTER TABLE $ RENAME TO old_$', 'ALTER TABLE old_$ RENAME TO $'],
    ])(
      'keeps its list while the database is back with another schema: %s',
      async (_, there, back) => {
        await postgres.stop();
        await postgres.start();
        await sql(...each(there));
        await aWhile(2_000);
        const reports = await expectUnharmed();
        expect(reports.map(({ lastError = '' }) => lastError)).toEqual(
          APPS.map(() => expect.stringMatching('does not exist')),
        );
        await sql(...each(back));
        await changeHolds();
        await expectUnharmed();
      },
      30_000,
    );

    it('goes on reading while the database is read-only', async () => {
      await sql('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()');
      await postgres.stop();
      await postgres.start();
      await aWhile(2_000);
      await expect(sql(`INSERT INTO origins VALUES ('partners', 'https://no.example')`)).rejects.toThrow('read-only');
      await aWhile(2_000);
      const reports = await expectUnharmed();
      expect(reports.map(({ lastError }) => lastError)).toEqual(APPS.map(() => undefined));
      await sql('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()');
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('finds changes without Redis, and gets them pushed when Redis is back', async () => {
      await redis.stop();
      await changeHolds();
      await redis.start();
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('notices a listening connection that died silently', async () => {
      feedNetwork.become('lose');
      await changeHolds();
      feedNetwork.become('pass');
      await changeHolds();
      await expectUnharmed();
    }, 60_000);

    it('ends by itself while no service answers', async () => {
      [network, feedNetwork].forEach((one) => one.become('lose'));
      await redis.stop();
      await aWhile();
      await Promise.all(instances.map(({ load }) => load.end()));
      expect(await Promise.all(instances.map(({ instance }) => instance.close()))).toEqual(APPS.map(() => 0));
    }, 60_000);
  });
});

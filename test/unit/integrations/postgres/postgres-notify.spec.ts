import pg from 'pg';
import { PostgresNotify, type PostgresNotifyOptions } from '../../../../lib/postgres.js';
import { describeWith } from '../../../support/services.js';
import { tcpProxy, type TcpProxy } from '../../../support/tcp-proxy.js';
import { until } from '../../../support/until.js';
import { RecordingLog } from '../../providers/fakes.js';

it('rejects an option that is out of its range', () => {
  expect(() => new PostgresNotify({ connection: '', checkTimeoutMs: 0 })).toThrow(
    'PostgresNotify: checkTimeoutMs must',
  );
  expect(() => new PostgresNotify({ connection: '', channel: '' })).toThrow('PostgresNotify: channel must');
});

it('connects with the first watch only', () => {
  expect(() => new PostgresNotify({ connection: 'postgres://127.0.0.1:1' })).not.toThrow();
});

describeWith('postgres', 'PostgresNotify', (url) => {
  const channel = `cors "notify" ${process.pid}`;
  const application = `cors-notify-${process.pid}`;
  const log = new RecordingLog();
  const ends: (() => unknown)[] = [];
  let writer: pg.Client;
  let network: TcpProxy;

  beforeAll(async () => {
    writer = new pg.Client(url);
    await writer.connect();
    network = await tcpProxy(Number(new URL(url).port || 5432));
  });
  beforeEach(() => {
    log.lines.length = 0;
    network.become('pass');
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  });
  afterAll(async () => {
    await writer.end();
    await network.close();
  });

  function through(proxied: boolean): string {
    const address = new URL(url);
    if (proxied) {
      address.hostname = '127.0.0.1';
      address.port = String(network.port);
    }
    address.searchParams.set('application_name', application);
    return address.href;
  }

  function feedOf(options: Partial<PostgresNotifyOptions> = {}, proxied = false): PostgresNotify {
    const times = { checkMs: 200, checkTimeoutMs: 200, connectTimeoutMs: 500 };
    return new PostgresNotify({ connection: through(proxied), channel, log, ...times, ...options });
  }

  /** Counts the notifications of a watcher. */
  function watch(feed: PostgresNotify, allowlist?: string): { count: number; end: () => Promise<void> } {
    const end = feed.watch(() => heard.count++, allowlist);
    const heard = { count: 0, end };
    ends.push(end);
    return heard;
  }

  const notify = (payload: string) => writer.query('SELECT pg_notify($1, $2)', [channel, payload]);
  const connections = async (): Promise<number> => {
    const sql = 'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1';
    return (await writer.query<{ count: number }>(sql, [application])).rows[0]!.count;
  };

  it('makes each watcher reload when it listens, and for messages about its allowlist or about all', async () => {
    const feed = feedOf();
    const [partners, tenants, any] = [watch(feed, 'partners'), watch(feed, 'tenants'), watch(feed)];
    await until(() => partners.count === 1);
    await notify('partners');
    await until(() => partners.count === 2);
    expect([tenants.count, any.count]).toEqual([1, 2]);
    await notify('');
    await until(() => tenants.count === 2);
    expect([partners.count, any.count]).toEqual([3, 3]);
  });

  it('has one connection for all watchers, and none after the last', async () => {
    const feed = feedOf();
    const watchers = [watch(feed), watch(feed), watch(feed)];
    await until(() => watchers.every(({ count }) => count === 1));
    expect(await connections()).toBe(1);
    await watchers[0]!.end();
    await watchers[1]!.end();
    await watchers[1]!.end();
    await notify('');
    await until(() => watchers[2]!.count === 2);
    await watchers[2]!.end();
    await until(async () => (await connections()) === 0);
    expect(watchers.map(({ count }) => count)).toEqual([1, 1, 2]);
  });

  it('can be watched again after the last watch has ended', async () => {
    const feed = feedOf();
    const first = watch(feed);
    await until(() => first.count === 1);
    await first.end();
    const second = watch(feed);
    await until(() => second.count === 1);
    await notify('');
    await until(() => second.count === 2);
  });

  it('listens again after its connection was closed, and makes its watchers reload', async () => {
    const feed = feedOf();
    const any = watch(feed);
    await until(() => any.count === 1);
    await writer.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      application,
    ]);
    // One call when the connection is lost, and one when the feed listens again.
    await until(() => any.count === 3);
    await notify('');
    await until(() => any.count === 4 && log.lines.length === 2);
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^error PostgresNotify: not connected: .*terminating connection.*; changes are found by looking/,
      ),
      'log PostgresNotify: connected again',
    ]);
  });

  it('notices a connection that died silently', async () => {
    const feed = feedOf({}, true);
    const any = watch(feed);
    await until(() => any.count === 1);
    network.become('lose');
    await until(() => log.lines.length === 1);
    expect(log.lines[0]).toContain('no answer within 200 ms');
    const heard = any.count;
    await notify('');
    network.become('pass');
    await until(() => log.lines.length === 2);
    expect(any.count).toBeGreaterThan(heard);
    const before = any.count;
    await notify('');
    await until(() => any.count > before);
  });

  it('logs once that there is no server, and what it does meanwhile', async () => {
    const any = watch(feedOf({ connection: 'postgres://unknown:secret@127.0.0.1:1/none' }));
    await until(() => any.count === 2);
    expect(log.lines).toEqual([
      expect.stringMatching(/^error PostgresNotify: not connected: .*ECONNREFUSED.*while it tries again$/),
    ]);
    expect(log.lines[0]).not.toContain('secret');
  });

  it('ends at once if the server does not answer', async () => {
    network.become('lose');
    const any = watch(feedOf({ connectTimeoutMs: 60_000 }, true));
    await until(() => network.open === 1);
    await any.end();
    await until(() => network.open === 0);
    expect(log.lines).toEqual([]);
  });
});

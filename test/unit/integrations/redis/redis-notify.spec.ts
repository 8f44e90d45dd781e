import { Redis } from 'ioredis';
import { RedisNotify, type RedisNotifyOptions } from '../../../../lib/redis.js';
import { describeWith } from '../../../support/services.js';
import { tcpProxy, type TcpProxy } from '../../../support/tcp-proxy.js';
import { until } from '../../../support/until.js';
import { RecordingLog } from '../../providers/fakes.js';

it('rejects an option that is out of its range', () => {
  expect(() => new RedisNotify({ connection: '', checkMs: 0 })).toThrow('RedisNotify: checkMs must');
  expect(() => new RedisNotify({ connection: '', channel: '' })).toThrow('RedisNotify: channel must');
});

describeWith('redis', 'RedisNotify', (url) => {
  const channel = `cors notify ${process.pid}`;
  const key = `${channel}:version`;
  const log = new RecordingLog();
  const ends: (() => unknown)[] = [];
  let other: Redis;
  let network: TcpProxy;

  beforeAll(async () => {
    other = new Redis(url);
    network = await tcpProxy(Number(new URL(url).port || 6379));
  });
  beforeEach(async () => {
    log.lines.length = 0;
    network.become('pass');
    await other.del(key);
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  });
  afterAll(async () => {
    await other.del(key);
    await other.quit();
    await network.close();
  });

  function through(proxied: boolean): string {
    const address = new URL(url);
    if (proxied) {
      address.hostname = '127.0.0.1';
      address.port = String(network.port);
    }
    return address.href;
  }

  function feedOf(options: Partial<RedisNotifyOptions> = {}, proxied = false): RedisNotify {
    const times = { checkMs: 200, checkTimeoutMs: 200, connectTimeoutMs: 500 };
    return new RedisNotify({ connection: through(proxied), channel, log, ...times, ...options });
  }

  /** Counts the notifications of a watcher. */
  function watch(feed: RedisNotify, allowlist?: string): { count: number; end: () => Promise<void> } {
    const end = feed.watch(() => heard.count++, allowlist);
    const heard = { count: 0, end };
    ends.push(end);
    return heard;
  }

  const subscribers = async (): Promise<number> => Number((await other.pubsub('NUMSUB', channel))[1]);
  /** A time longer than a query for the version. */
  const aWhile = () => new Promise((resolve) => setTimeout(resolve, 300));

  it('makes each watcher reload when it listens, and for announcements of its allowlist or of all', async () => {
    await other.set(key, '5');
    const feed = feedOf();
    const writer = feedOf();
    const [partners, tenants, any] = [watch(feed, 'partners'), watch(feed, 'tenants'), watch(feed)];
    await until(() => partners.count === 1);
    await writer.announce('partners');
    await until(() => partners.count === 2);
    expect([tenants.count, any.count]).toEqual([1, 2]);
    await feed.announce();
    await until(() => tenants.count === 2);
    await aWhile();
    // An instance is notified of its own change at once, and again by Redis.
    expect([partners.count, tenants.count, any.count]).toEqual([4, 3, 4]);
    expect(await other.get(key)).toBe('7');
  });

  it('begins the version at a random number, and increments it', async () => {
    const feed = feedOf();
    await feed.announce('a');
    const first = Number(await other.get(key));
    await feed.announce('a');
    expect(Number(await other.get(key))).toBe(first + 1);
    expect(first).toBeGreaterThan(1_000);
  });

  it('subscribes once for all watchers, and not after the last', async () => {
    const feed = feedOf();
    const watchers = [watch(feed), watch(feed)];
    await until(() => watchers.every(({ count }) => count === 1));
    expect(await subscribers()).toBe(1);
    await Promise.all(watchers.map(({ end }) => end()));
    await until(async () => (await subscribers()) === 0);
  });

  it.each([
    ['was counted up without a message', () => other.incr(key)],
    ['went back', () => other.set(key, '2')],
    ['is gone', () => other.del(key)],
  ])('notices that the version %s', async (_, change) => {
    await other.set(key, '5');
    const partners = watch(feedOf(), 'partners');
    await until(() => partners.count === 1);
    await aWhile();
    expect(partners.count).toBe(1);
    await change();
    await until(() => partners.count === 2);
  });

  it('connects again after its connection was closed, and finds missed changes by the version', async () => {
    await other.set(key, '5');
    const any = watch(feedOf());
    await until(() => any.count === 1);
    await other.client('KILL', 'TYPE', 'pubsub');
    await until(() => any.count === 2);
    await other.incr(key);
    await until(() => any.count === 3 && log.lines.length === 2);
    expect(log.lines).toEqual([
      expect.stringMatching(/^error RedisNotify: not connected: .*; changes are found by looking/),
      'log RedisNotify: connected again',
    ]);
  });

  it('notices a connection that died silently', async () => {
    const any = watch(feedOf({}, true));
    await until(() => any.count === 1);
    network.become('lose');
    await until(() => log.lines.length === 1);
    expect(log.lines[0]).toContain('no answer within 200 ms');
    network.become('pass');
    await until(() => log.lines.length === 2);
    const before = any.count;
    await feedOf().announce('anything');
    await until(() => any.count > before);
  });

  it('ends at once if the server does not answer', async () => {
    network.become('lose');
    const any = watch(feedOf({ connectTimeoutMs: 60_000 }, true));
    await until(() => network.open === 2);
    await any.end();
    await until(() => network.open === 0);
    expect(log.lines).toEqual([]);
  });

  describe('announce()', () => {
    it('rejects if Redis cannot be reached, makes its own instance reload, and announces later', async () => {
      await other.set(key, '5');
      const feed = feedOf({}, true);
      const [own, theirs] = [watch(feed, 'partners'), watch(feedOf(), 'partners')];
      await until(() => own.count === 1 && theirs.count === 1);
      network.become('lose');
      const failed = feed.announce('partners');
      await expect(failed).rejects.toThrow(
        /^RedisNotify: a change could not be announced: .*; other instances see it at their next poll$/,
      );
      expect(own.count).toBeGreaterThan(1);
      expect(theirs.count).toBe(1);
      network.become('pass');
      await until(() => theirs.count === 2);
    });

    it('rejects without a watch too, within connectTimeoutMs', async () => {
      await expect(feedOf({ connection: 'redis://127.0.0.1:1' }).announce()).rejects.toThrow('could not be announced');
      network.become('lose');
      await expect(feedOf({}, true).announce('a')).rejects.toThrow('no answer within 500 ms');
      network.become('pass');
    });
  });
});

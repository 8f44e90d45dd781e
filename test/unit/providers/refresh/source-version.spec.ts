import { jest } from '@jest/globals';
import { allowlistOf, down, ReadySource, settle } from '../source/source-fakes.js';
import { checks, context } from '../fakes.js';

beforeEach(() => {
  jest.useFakeTimers();
  // No random time is subtracted from an interval.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A source with a version that the test may change. It has a watch only if `isWatched` is set. */
class VersionedSource extends ReadySource {
  readonly askedAt: number[] = [];
  current: unknown = 1;
  /** Milliseconds until the source answers with its version. */
  answersAfter = 0;

  constructor(read?: () => unknown, isWatched = false) {
    super(read);
    if (!isWatched) {
      Object.assign(this, { watch: undefined });
    }
  }

  async version(): Promise<string | number | bigint | undefined> {
    this.askedAt.push(performance.now());
    if (this.answersAfter > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.answersAfter));
    }
    const { current } = this;
    return (typeof current === 'function' ? (current as () => unknown)() : current) as number;
  }
}

const pauses = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('4.5: a version', () => {
  it('is read every pollMs, and an unchanged list is not loaded', async () => {
    const source = new VersionedSource();
    const { allowlist, has } = allowlistOf(source, { pollMs: 500 });
    await allowlist.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(pauses(source.askedAt)).toEqual([500, 500, 500, 500]);
    expect(source.startedAt).toHaveLength(1);
    expect(has('https://a.example')).toBe(true);
  });

  it.each([
    [1, 2],
    [2, 1],
    ['b', 'a'],
    [1, '1'],
  ])('causes a load when it changes, also to a smaller one: from %j to %j', async (before, after) => {
    const source = new VersionedSource();
    source.current = before;
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.read = () => ['https://b.example'];
    source.current = after;
    await jest.advanceTimersByTimeAsync(1_000);
    expect([has('https://a.example'), has('https://b.example')]).toEqual([false, true]);
    expect(source.startedAt).toHaveLength(2);
  });

  it.each([['a string'], [0], [''], [2n ** 60n]])('may be %p', async (version) => {
    const source = new VersionedSource();
    source.current = version;
    void allowlistOf(source).allowlist.start();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(source.startedAt).toHaveLength(1);
  });

  it.each([[undefined], [null], [NaN]])('that is %p is ignored: the list is loaded', async (version) => {
    const source = new VersionedSource();
    source.current = version;
    const { allowlist } = allowlistOf(source);
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(source.startedAt).toHaveLength(4);
    expect(allowlist.status().lastError).toBeUndefined();
  });

  it('is read up to a fifth sooner, at random, so that instances do not run in step', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const source = new VersionedSource();
    void allowlistOf(source, { pollMs: 1_000 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(pauses(source.askedAt)).toEqual([900, 900]);
  });

  it('is read before its list: a change in between is loaded again', async () => {
    const source = new VersionedSource();
    source.read = () => {
      // Another writer changes the list after the version was read.
      source.current = 2;
      return ['https://a.example'];
    };
    void allowlistOf(source).allowlist.start();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(source.startedAt).toHaveLength(2);
  });

  it('is that of the last good load, not of one that failed', async () => {
    const source = new VersionedSource();
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.current = 2;
    source.read = down;
    await jest.advanceTimersByTimeAsync(1_000);
    source.read = () => ['https://b.example'];
    await jest.advanceTimersByTimeAsync(250);
    expect(has('https://b.example')).toBe(true);
  });
});

describe('the list is loaded though its version is the same', () => {
  it('after reloadMs', async () => {
    const source = new VersionedSource();
    void allowlistOf(source, { reloadMs: 10_000 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(25_000);
    expect(pauses(source.startedAt)).toEqual([10_000, 10_000]);
  });

  it('by refresh()', async () => {
    const source = new VersionedSource();
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.read = () => ['https://b.example'];
    await allowlist.refresh();
    expect(has('https://b.example')).toBe(true);
  });

  it('for a policy with other checks', async () => {
    const source = new VersionedSource(() => ['http://a.example', 'https://a.example']);
    const { allowlist } = allowlistOf(source);
    await allowlist.start();
    const view = allowlist.under(checks({ credentials: true }));
    await settle();
    await jest.advanceTimersByTimeAsync(1_000);
    const has = (origin: string) => view.ask(origin, context());
    expect([has('http://a.example'), has('https://a.example')]).toEqual([false, true]);
    expect(source.startedAt).toHaveLength(2);
  });
});

describe('beside a watch', () => {
  it('it is read at each change, and every refreshMs', async () => {
    const source = new VersionedSource(undefined, true);
    const { allowlist, has } = allowlistOf(source, { refreshMs: 5_000, pollMs: 10 });
    await allowlist.start();
    source.changed();
    await settle();
    expect([source.askedAt.length, source.startedAt.length]).toEqual([2, 1]);
    source.current = 2;
    source.read = () => ['https://b.example'];
    await jest.advanceTimersByTimeAsync(100);
    source.changed();
    await settle();
    expect(has('https://b.example')).toBe(true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect([source.askedAt.length, source.startedAt.length]).toEqual([5, 2]);
  });

  it('that could not start, it is polled', async () => {
    const source = new VersionedSource();
    source.watch = down;
    const { allowlist } = allowlistOf(source, { pollMs: 500 });
    await allowlist.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(source.askedAt).toHaveLength(5);
  });
});

describe('a version that cannot be read', () => {
  it('is a failed refresh: logged once, retried with backoff, and the last good list stays', async () => {
    const source = new VersionedSource();
    const { allowlist, has, log } = allowlistOf(source);
    await allowlist.start();
    source.current = down;
    await jest.advanceTimersByTimeAsync(4_000);
    expect(pauses(source.askedAt)).toEqual([1_000, 250, 500, 1_000]);
    expect(has('https://a.example')).toBe(true);
    expect(allowlist.status().lastError).toBe('version() failed: "Error: down"');
    source.current = 1;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(source.startedAt).toHaveLength(1);
    expect(allowlist.status().lastError).toBeUndefined();
    expect(log.lines).toEqual([
      'error Tenants: loading failed: version() failed: "Error: down"; the last good list (1 entries) stays while it tries again',
      'log Tenants: loads again, 1 entries',
    ]);
  });

  it('passes the cause to the caller of refresh()', async () => {
    const cause = new Error('down');
    const source = new VersionedSource();
    source.current = () => {
      throw cause;
    };
    await expect(allowlistOf(source).allowlist.refresh()).rejects.toMatchObject({ cause: { cause } });
  });

  it('without an answer is given up after loadTimeoutMs', async () => {
    const source = new VersionedSource();
    source.answersAfter = 60_000;
    const { allowlist } = allowlistOf(source, { loadTimeoutMs: 2_000 });
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(allowlist.status()).toMatchObject({ loaded: false, lastError: 'version() did not end within 2000 ms' });
  });

  it.each([[new Date(0)], [{}], [true]])('because it is %p, is a failed refresh with that reason', async (version) => {
    const source = new VersionedSource();
    source.current = version;
    const { allowlist } = allowlistOf(source);
    void allowlist.start();
    await settle();
    expect(allowlist.status().lastError).toMatch(
      /^version\(\) must return a string, a number, a bigint or undefined, not ("1970-.*"|\{\}|true)$/,
    );
  });

  it('does not keep the app from ending', async () => {
    const source = new VersionedSource();
    source.answersAfter = 60_000;
    const { allowlist, log } = allowlistOf(source, { timeoutMs: 10 });
    const started = allowlist.start();
    await jest.advanceTimersByTimeAsync(10);
    await started;
    await allowlist.stop();
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

describe('a list whose version is the same', () => {
  it('is treated as read just now: it does not become stale', async () => {
    const source = new VersionedSource();
    const { allowlist, has } = allowlistOf(source, { refreshMs: 1_000, maxStaleMs: 2_000 });
    await allowlist.start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([true, false]);
    source.current = down;
    await jest.advanceTimersByTimeAsync(3_100);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([false, true]);
  });

  it('keeps the time at which it came into use', async () => {
    const source = new VersionedSource();
    const { allowlist } = allowlistOf(source);
    await allowlist.start();
    const { loadedAt } = allowlist.status();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(allowlist.status().loadedAt).toEqual(loadedAt);
  });
});

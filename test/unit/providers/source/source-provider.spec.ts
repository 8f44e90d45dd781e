import { jest } from '@jest/globals';
import { SourceProvider } from '../../../../lib/providers/source/source-provider.js';
import { checks, context, setup } from '../fakes.js';
import { allowlistOf, down, ManualSource, ReadySource, settle } from './source-fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('start', () => {
  it('resolves when the list is loaded, and then answers at once', async () => {
    const { allowlist, has, log } = allowlistOf(new ReadySource(() => new Set(['https://a.example'])));
    expect(has('https://a.example')).toBe(false);
    await allowlist.start();
    expect([has('https://a.example'), has('https://b.example')]).toEqual([true, false]);
    expect(log.lines).toEqual([]);
  });

  it('loads once, however often it is called', async () => {
    const source = new ReadySource();
    const { allowlist } = allowlistOf(source);
    await Promise.all([allowlist.start(), allowlist.start()]);
    expect(source.startedAt).toHaveLength(1);
  });

  it('tells the source how many entries are allowed', async () => {
    const load = jest.fn(async (_signal: AbortSignal, _limits?: { maxEntries?: number }) => ['https://a.example']);
    const { allowlist } = allowlistOf({ load }, { maxEntries: 7 });
    await allowlist.start();
    expect(load.mock.calls[0]?.[1]).toEqual({ maxEntries: 7 });
  });

  it('calls the source as a method', async () => {
    class Source {
      readonly #list = ['https://a.example'];
      async load() {
        return this.#list;
      }
    }
    const { allowlist, has } = allowlistOf(new Source());
    await allowlist.start();
    expect(has('https://a.example')).toBe(true);
  });

  it('resolves after timeoutMs without a list, and the load goes on and is logged when it ends', async () => {
    const source = new ManualSource();
    const { allowlist, has, log } = allowlistOf(source, { timeoutMs: 200 });
    const started = jest.fn();
    void allowlist.start().then(started);
    await jest.advanceTimersByTimeAsync(199);
    expect(started).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(started).toHaveBeenCalled();
    expect(has('https://a.example')).toBe(false);

    source.loads[0]?.resolve(['https://a.example']);
    await settle();
    expect(has('https://a.example')).toBe(true);
    expect(log.lines).toEqual([
      'warn Tenants: no list after 200 ms; the app starts, and the list denies every origin until it is loaded',
      'log Tenants: loaded, 1 entries',
    ]);
  });

  it('tries again within timeoutMs', async () => {
    const source = new ReadySource(down);
    const { allowlist, has } = allowlistOf(source);
    const started = allowlist.start();
    await settle();
    source.read = () => ['https://a.example'];
    await jest.advanceTimersByTimeAsync(250);
    await started;
    expect(has('https://a.example')).toBe(true);
  });

  it('never rejects, and denies until a list is loaded', async () => {
    const { allowlist, has, log } = allowlistOf(new ReadySource(down), { timeoutMs: 200 });
    const started = allowlist.start();
    await jest.advanceTimersByTimeAsync(200);
    await expect(started).resolves.toBeUndefined();
    expect(has('https://a.example')).toBe(false);
    expect(log.lines).toEqual([
      'error Tenants: loading failed: "Error: down"; it denies every origin while it tries again',
    ]);
  });

  it('leaves no timer that keeps the process alive', async () => {
    const unref = jest.spyOn(globalThis, 'setTimeout');
    const { allowlist } = allowlistOf(new ReadySource());
    await allowlist.start();
    const timers = unref.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(jest.getTimerCount()).toBe(1);
    // Only the timer that the startup waited for may keep the process alive, and it has ended.
    expect(timers.filter((timer) => timer.hasRef())).toHaveLength(1);
    unref.mockRestore();
  });
});

describe('4.2: a load that fails', () => {
  it.each<[what: string, read: () => unknown, text: string]>([
    ['throws', down, '"Error: down"'],
    ['hands over undefined', () => undefined, 'load() must return an iterable of strings, not undefined'],
    [
      'hands over a string',
      () => 'https://a.example',
      'load() must return an iterable of strings, not "https://a.example"',
    ],
    [
      'is too long',
      () => ['https://a.example', 'https://b.example', 'https://c.example'],
      'the list has more than 2 entries',
    ],
    ['throws midway', () => ({ [Symbol.iterator]: () => ({ next: down }) }), '"Error: down"'],
  ])('%s: the last good list stays, and the error is logged', async (_, read, text) => {
    const source = new ReadySource();
    const { allowlist, has, log } = allowlistOf(source, { maxEntries: 2 });
    await allowlist.start();
    source.read = read;
    await expect(allowlist.refresh()).rejects.toThrow(`Tenants: loading failed: ${text}`);
    expect(has('https://a.example')).toBe(true);
    expect(allowlist.status()).toMatchObject({
      loaded: true,
      entries: 1,
      lastError: expect.stringContaining(text) as unknown,
    });
    expect(log.lines).toEqual([
      expect.stringMatching(/^error .*; the last good list \(1 entries\) stays while it tries again$/),
    ]);
  });

  it('may throw before it returns a promise', async () => {
    const { allowlist } = allowlistOf({ load: down });
    await expect(allowlist.refresh()).rejects.toThrow('Tenants: loading failed: "Error: down"');
    await allowlist.stop();
  });

  it('is logged once, and so is the next good load', async () => {
    const source = new ReadySource(down);
    const { allowlist, log } = allowlistOf(source);
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(60_000);
    source.read = () => ['https://a.example', 'https://b.example'];
    await jest.advanceTimersByTimeAsync(90_000);
    expect(log.lines).toEqual([
      'error Tenants: loading failed: "Error: down"; it denies every origin while it tries again',
      'log Tenants: loads again, 2 entries',
    ]);
    expect(allowlist.status()).not.toHaveProperty('lastError');
  });

  it('passes the cause to the caller', async () => {
    const cause = new Error('down');
    const { allowlist } = allowlistOf(
      new ReadySource(() => {
        throw cause;
      }),
    );
    await expect(allowlist.refresh()).rejects.toMatchObject({ cause });
    await allowlist.stop();
  });
});

describe('a load that hangs', () => {
  it('is aborted after loadTimeoutMs, and a later result is ignored', async () => {
    const source = new ManualSource();
    const { allowlist, has, log } = allowlistOf(source, { loadTimeoutMs: 5_000 });
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(4_999);
    expect(source.loads[0]?.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(source.loads[0]?.signal.aborted).toBe(true);
    source.loads[0]?.resolve(['https://late.example']);
    await jest.advanceTimersByTimeAsync(250);
    expect(source.loads).toHaveLength(2);
    expect(has('https://late.example')).toBe(false);
    source.loads[1]?.resolve(['https://a.example']);
    await settle();
    expect([has('https://late.example'), has('https://a.example')]).toEqual([false, true]);
    expect(log.lines).toContain(
      'error Tenants: loading failed: load() did not end within 5000 ms; it denies every origin while it tries again',
    );
  });

  it('may reject after it was aborted', async () => {
    const source = new ManualSource();
    const { allowlist } = allowlistOf(source, { loadTimeoutMs: 50 });
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(50);
    source.loads[0]?.reject(new Error('aborted'));
    await settle();
    expect(allowlist.status().lastError).toBe('load() did not end within 50 ms');
  });
});

describe('staleness', () => {
  it('denies with a list older than maxStaleMs, measured from the start of its load, and logs it once', async () => {
    const source = new ReadySource();
    source.takes = 100;
    const { allowlist, has, log } = allowlistOf(source, { refreshMs: 1_000, maxStaleMs: 5_000 });
    const started = allowlist.start();
    await jest.advanceTimersByTimeAsync(100);
    await started;
    source.takes = 0;
    source.read = down;
    await jest.advanceTimersByTimeAsync(4_900);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([true, false]);
    await jest.advanceTimersByTimeAsync(1);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([false, true]);
    expect(allowlist.status()).toMatchObject({ loaded: true, entries: 1 });
    await jest.advanceTimersByTimeAsync(10_000);
    source.read = () => ['https://a.example'];
    await jest.advanceTimersByTimeAsync(1_000);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([true, false]);
    expect(log.lines).toEqual([
      'error Tenants: loading failed: "Error: down"; the last good list (1 entries) stays while it tries again',
      'error Tenants: its list is older than 5000 ms (maxStaleMs) and denies every origin',
      'log Tenants: loads again, 1 entries',
    ]);
  });

  it('keeps the last good list without a limit if maxStaleMs is unset', async () => {
    const source = new ReadySource();
    const { allowlist, has } = allowlistOf(source, { refreshMs: 3_600_000 });
    await allowlist.start();
    source.read = down;
    await jest.advanceTimersByTimeAsync(86_400_000);
    expect([has('https://a.example'), allowlist.status().stale]).toEqual([true, false]);
  });
});

describe('views', () => {
  const credentialed = () => checks({ credentials: true });

  it('answer at once, by the origin alone', () => {
    const view = allowlistOf(new ReadySource()).allowlist.under(checks());
    expect([view.atOnce, view.usesContext]).toEqual([true, false]);
  });

  it('load nothing before the start', async () => {
    const source = new ReadySource();
    const { allowlist } = allowlistOf(source);
    allowlist.under(credentialed());
    await jest.advanceTimersByTimeAsync(100);
    expect(source.startedAt).toHaveLength(0);
    expect(allowlist.checks).toEqual([checks(), credentialed()]);
  });

  it('that are added after a refresh() without a start are loaded soon', async () => {
    const { allowlist } = allowlistOf(new ReadySource());
    await allowlist.refresh();
    const view = allowlist.under(credentialed());
    await jest.advanceTimersByTimeAsync(100);
    expect(view.ask('https://a.example', context())).toBe(true);
  });

  it('say why explain() does not know their answer', async () => {
    const source = new ManualSource();
    const { allowlist } = allowlistOf(source, { maxStaleMs: 60_000 });
    const view = allowlist.under(checks());
    void allowlist.start();
    expect(view.trouble).toBe('Tenants has no list yet: the first load is under way');
    source.loads[0]?.reject(new Error('down'));
    await settle();
    expect(view.trouble).toBe('Tenants has no list yet: "Error: down"');
    await jest.advanceTimersByTimeAsync(250);
    source.loads[1]?.resolve(['https://a.example']);
    await settle();
    expect(view.trouble).toBeUndefined();
    await jest.advanceTimersByTimeAsync(60_001);
    expect(view.trouble).toBe('Tenants: its list is older than maxStaleMs');
  });

  it('are shared for equal checks', () => {
    const { allowlist } = allowlistOf(new ReadySource());
    const view = allowlist.under(credentialed());
    expect(allowlist.under(checks({ credentials: true, dangerously: { allowNullOrigin: false } }))).toBe(view);
    expect(allowlist.under(checks())).not.toBe(view);
    expect(allowlist.under(checks({ credentials: true, dangerously: { allowInsecureOrigins: true } }))).not.toBe(view);
    expect(allowlist.under(checks({ credentials: true, isPublicSuffix: () => false }))).not.toBe(view);
    expect(view.usesContext).toBe(false);
  });

  it('reject entries by their checks, and are swapped together', async () => {
    const source = new ReadySource(() => ['http://a.example']);
    const allowlist = new SourceProvider(setup(source));
    const views = [allowlist.under(checks()), allowlist.under(credentialed())];
    const seen = () => views.map((view) => view.ask('http://a.example', context()));
    await allowlist.start();
    expect(seen()).toEqual([true, false]);
    source.read = () => ['https://a.example'];
    await allowlist.refresh();
    expect(seen()).toEqual([false, false]);
    expect(views.map((view) => view.ask('https://a.example', context()))).toEqual([true, true]);
  });

  it.each([['while the list is loaded'], ['after it']])(
    'that are added %s deny until the next load, which comes soon',
    async (when) => {
      const source = new ReadySource();
      source.takes = 10;
      const { allowlist } = allowlistOf(source);
      void allowlist.start();
      await jest.advanceTimersByTimeAsync(when === 'after it' ? 10 : 5);
      const view = allowlist.under(credentialed());
      const has = () => view.ask('https://a.example', context());
      await jest.advanceTimersByTimeAsync(5);
      expect(has()).toBe(false);
      await jest.advanceTimersByTimeAsync(15);
      expect(has()).toBe(true);
      expect(source.startedAt).toHaveLength(2);
    },
  );
});

it('lists the entries that the least strict policy accepts', async () => {
  const under = async (...all: { credentials: boolean }[]) => {
    const allowlist = new SourceProvider(setup(new ReadySource(() => ['https://a.example', 'http://b.example'])));
    all.forEach((each) => allowlist.under(checks(each)));
    expect([...allowlist.entries()]).toEqual([]);
    await allowlist.start();
    return [...allowlist.entries()].sort();
  };
  const [strict, plain] = [{ credentials: true }, { credentials: false }];
  expect(await under()).toEqual([]);
  expect(await under(strict)).toEqual(['https://a.example']);
  expect(await under(strict, plain)).toEqual(['http://b.example', 'https://a.example']);
  expect(await under(plain, strict)).toEqual(['http://b.example', 'https://a.example']);
});

describe('status', () => {
  it('shows that a list is not loaded', () => {
    expect(allowlistOf(new ManualSource()).allowlist.status()).toStrictEqual({
      name: 'Tenants',
      kind: 'source',
      loaded: false,
      stale: false,
      entries: 0,
      rejected: [],
    });
  });

  it('shows no list that is not loaded as too old', () => {
    const { allowlist } = allowlistOf(new ManualSource(), { maxStaleMs: 60_000 });
    expect(allowlist.status()).toMatchObject({ loaded: false, stale: false });
  });

  it('shows a loaded list, and the rejected entries', async () => {
    jest.setSystemTime(new Date('2030-01-01T00:00:00Z'));
    const { allowlist } = allowlistOf(new ReadySource(() => ['https://a.example', '*']));
    await allowlist.start();
    expect(allowlist.status()).toStrictEqual({
      name: 'Tenants',
      kind: 'source',
      loaded: true,
      stale: false,
      entries: 1,
      rejected: [{ value: '"*"', reason: '"*" may be written in a policy only, never in a list that is loaded.' }],
      loadedAt: '2030-01-01T00:00:00.000Z',
    });
  });
});

it('logs rejected entries in one line a load, and not again while they are the same', async () => {
  const source = new ReadySource(() => ['*', 'null', 'a\nb', 'c', 'https://a.example']);
  const { allowlist, log } = allowlistOf(source);
  await allowlist.start();
  await allowlist.refresh();
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn Tenants: 4 entries are rejected: [\x20-\x7e]+ And 1 more\.$/),
  ]);
  source.read = () => ['*'];
  await allowlist.refresh();
  source.read = () => [];
  await allowlist.refresh();
  source.read = () => ['*'];
  await allowlist.refresh();
  expect(log.lines.slice(1)).toEqual(
    Array(2).fill(
      'warn Tenants: 1 entry is rejected: "*" may be written in a policy only, never in a list that is loaded.',
    ),
  );
});

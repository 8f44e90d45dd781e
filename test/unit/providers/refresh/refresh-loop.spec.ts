import { jest } from '@jest/globals';
import { RefreshLoop } from '../../../../lib/providers/refresh/refresh-loop.js';
import { allowlistOf, down, ManualSource, ReadySource, settle } from '../source/source-fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** The times between the starts of loads. */
const pauses = (startedAt: readonly number[]) =>
  startedAt.slice(1).map((time, index) => time - (startedAt[index] ?? 0));

it('a loop that is stopped starts no load', async () => {
  const load = jest.fn(async () => undefined);
  const loop = new RefreshLoop(load, { refreshMs: 100, loadTimeoutMs: 100, pauseMs: () => 100 });
  await loop.stop();
  loop.start();
  loop.changed();
  await settle();
  expect(load).not.toHaveBeenCalled();
});

describe('in time', () => {
  it('loads every refreshMs, counted from the end of the last load', async () => {
    const source = new ReadySource();
    source.takes = 500;
    void allowlistOf(source, { refreshMs: 10_000 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(32_000);
    expect(pauses(source.startedAt)).toEqual([10_500, 10_500, 10_500]);
  });

  it('swaps the list as a whole', async () => {
    const source = new ReadySource();
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.read = () => ['https://b.example'];
    await jest.advanceTimersByTimeAsync(30_000);
    expect([has('https://a.example'), has('https://b.example')]).toEqual([false, true]);
  });

  it('never has two loads at a time', async () => {
    const source = new ManualSource();
    const { allowlist } = allowlistOf(source, { refreshMs: 10, loadTimeoutMs: 60_000 });
    void allowlist.start();
    source.changed();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(source.loads).toHaveLength(1);
  });
});

describe('4.2: backoff', () => {
  it('is 250 ms, doubling, at most refreshMs', async () => {
    const source = new ReadySource(down);
    void allowlistOf(source, { refreshMs: 3_000 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(13_000);
    expect(pauses(source.startedAt)).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000, 3_000]);
  });

  it('is refreshMs if that is shorter', async () => {
    const source = new ReadySource(down);
    void allowlistOf(source, { refreshMs: 100 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(350);
    expect(pauses(source.startedAt)).toEqual([100, 100, 100]);
  });

  it('starts again after a good load', async () => {
    const source = new ReadySource(down);
    void allowlistOf(source, { refreshMs: 1_000 }).allowlist.start();
    await jest.advanceTimersByTimeAsync(300);
    source.read = () => [];
    await jest.advanceTimersByTimeAsync(500);
    source.read = down;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(pauses(source.startedAt)).toEqual([250, 500, 1_000, 250, 500]);
  });
});

describe('changed()', () => {
  it('loads at once', async () => {
    const source = new ReadySource();
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.read = () => ['https://b.example'];
    source.changed();
    await settle();
    expect(has('https://b.example')).toBe(true);
  });

  it('during a load causes exactly one more after it, however often it is called', async () => {
    const source = new ManualSource();
    const { allowlist } = allowlistOf(source);
    void allowlist.start();
    for (let i = 0; i < 1_000; i++) {
      source.changed();
    }
    await jest.advanceTimersByTimeAsync(1_000);
    expect(source.loads).toHaveLength(1);
    source.loads[0]?.resolve([]);
    await settle();
    expect(source.loads).toHaveLength(2);
    source.loads[1]?.resolve([]);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(source.loads).toHaveLength(2);
  });

  it.each<[takes: number, gap: number]>([
    [0, 25],
    [20, 100],
    [50, 250],
    [900, 1_000],
  ])('in a storm of calls, with loads of %i ms, loads every %i ms, and once more after it', async (takes, gap) => {
    const source = new ReadySource();
    source.takes = takes;
    const { allowlist } = allowlistOf(source);
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(3_000);
    const before = source.startedAt.length;
    for (let ms = 0; ms < 3_000; ms += 5) {
      source.changed();
      await jest.advanceTimersByTimeAsync(5);
    }
    await jest.advanceTimersByTimeAsync(1_000);
    const starts = source.startedAt.slice(before);
    expect(new Set(pauses(starts))).toEqual(new Set([gap]));
    expect(starts).toHaveLength(3_000 / gap + 1);
  });

  it('does not wait for the backoff', async () => {
    const source = new ReadySource(down);
    const { allowlist, has } = allowlistOf(source);
    void allowlist.start();
    await jest.advanceTimersByTimeAsync(10_000);
    source.read = () => ['https://a.example'];
    source.changed();
    await settle();
    expect(has('https://a.example')).toBe(true);
  });

  it('does not put off the refresh', async () => {
    const source = new ReadySource();
    const { allowlist } = allowlistOf(source, { refreshMs: 100 });
    await allowlist.start();
    source.changed();
    await jest.advanceTimersByTimeAsync(50);
    source.changed();
    await jest.advanceTimersByTimeAsync(50);
    expect(source.startedAt).toHaveLength(3);
  });

  it('may be called before the first load begins', async () => {
    const source = new ReadySource();
    source.watch = (changed) => {
      changed();
      return () => undefined;
    };
    await allowlistOf(source).allowlist.start();
    expect(source.startedAt).toHaveLength(1);
  });
});

describe('refresh()', () => {
  it('loads at once, and restarts the wait for the next refresh', async () => {
    const source = new ReadySource();
    const { allowlist, has } = allowlistOf(source, { refreshMs: 1_000 });
    await allowlist.start();
    await jest.advanceTimersByTimeAsync(600);
    source.read = () => ['https://b.example'];
    await allowlist.refresh();
    expect(has('https://b.example')).toBe(true);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(pauses(source.startedAt)).toEqual([600, 1_000]);
  });

  it('during a load waits for the next load, which may see more than the running one', async () => {
    const source = new ManualSource();
    const { allowlist, has } = allowlistOf(source);
    void allowlist.start();
    const refreshed = Promise.all([allowlist.refresh(), allowlist.refresh()]);
    const isRefreshed = jest.fn();
    void refreshed.then(isRefreshed);
    source.loads[0]?.resolve(['https://a.example']);
    await settle();
    expect(isRefreshed).not.toHaveBeenCalled();
    expect(source.loads).toHaveLength(2);
    source.loads[1]?.resolve(['https://b.example']);
    await refreshed;
    expect([has('https://a.example'), has('https://b.example')]).toEqual([false, true]);
  });

  it('rejects for every caller, and the refreshing goes on', async () => {
    const source = new ReadySource();
    const { allowlist, has } = allowlistOf(source);
    await allowlist.start();
    source.read = down;
    const refreshed = await Promise.allSettled([allowlist.refresh(), allowlist.refresh()]);
    expect(refreshed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(has('https://a.example')).toBe(true);
    source.read = () => ['https://b.example'];
    await jest.advanceTimersByTimeAsync(500);
    expect(has('https://b.example')).toBe(true);
  });

  it('may be under way at start, which does not load again', async () => {
    const source = new ManualSource();
    const { allowlist } = allowlistOf(source);
    void allowlist.refresh();
    void allowlist.start();
    await settle();
    expect(source.loads).toHaveLength(1);
  });

  it('may be called before start, which does not load again', async () => {
    const source = new ReadySource();
    const { allowlist } = allowlistOf(source);
    await allowlist.refresh();
    await allowlist.start();
    expect(source.startedAt).toHaveLength(1);
  });
});

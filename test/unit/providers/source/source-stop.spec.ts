import { jest } from '@jest/globals';
import { allowlistOf, down, ManualSource, ReadySource, settle } from './source-fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A source with a watch from the test. */
function watched(watch: (changed: () => void) => unknown) {
  return Object.assign(new ReadySource(), { watch });
}

it('clears every timer, and loads no more', async () => {
  const source = new ReadySource();
  const { allowlist } = allowlistOf(source);
  await allowlist.start();
  await allowlist.stop();
  expect(jest.getTimerCount()).toBe(0);
  source.changed();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(source.startedAt).toHaveLength(1);
  await expect(allowlist.refresh()).rejects.toThrow('the allowlist is stopped');
});

it('leaves the last good list, as requests are still served while the app closes', async () => {
  const { allowlist, has } = allowlistOf(new ReadySource());
  await allowlist.start();
  await allowlist.stop();
  expect(has('https://a.example')).toBe(true);
});

it('aborts the first load, and ends the wait of the startup', async () => {
  const source = new ManualSource();
  const { allowlist, log, has } = allowlistOf(source);
  const started = allowlist.start();
  await allowlist.stop();
  await started;
  expect(source.loads[0]?.signal.aborted).toBe(true);
  source.loads[0]?.resolve(['https://late.example']);
  await settle();
  expect(has('https://late.example')).toBe(false);
  expect(allowlist.status().loaded).toBe(false);
  expect(log.lines).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

it('rejects for callers that wait for a refresh, running or queued', async () => {
  const source = new ManualSource();
  const { allowlist } = allowlistOf(source);
  const running = allowlist.refresh();
  const queued = allowlist.refresh();
  const settled = Promise.allSettled([running, queued]);
  await allowlist.stop();
  for (const result of await settled) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/is stopped$/) as unknown },
    });
  }
  expect(source.loads).toHaveLength(1);
});

it('may be called twice, and before start, which then does nothing', async () => {
  const source = new ReadySource();
  const { allowlist } = allowlistOf(source);
  await allowlist.stop();
  await allowlist.start();
  await allowlist.stop();
  expect(source.startedAt).toHaveLength(0);
});

describe('the watch', () => {
  it('begins before the first load, and ends once', async () => {
    const events: string[] = [];
    const source = watched(() => {
      events.push('watch');
      return () => events.push('unwatch');
    });
    source.read = () => events.push('load') && [];
    const { allowlist } = allowlistOf(source);
    await allowlist.start();
    await Promise.all([allowlist.stop(), allowlist.stop()]);
    expect(events).toEqual(['watch', 'load', 'unwatch']);
  });

  it('is optional for a source', async () => {
    const { allowlist, has, log } = allowlistOf({ load: async () => ['https://a.example'] });
    await allowlist.start();
    await allowlist.stop();
    expect(has('https://a.example')).toBe(true);
    expect(log.lines).toEqual([]);
  });

  it.each<[what: string, watch: () => unknown, line: string]>([
    ['throws', down, 'warn Tenants: watch() failed: "Error: down"'],
    ['rejects, against its type', async () => down(), 'warn Tenants: watch() failed: "Error: down"'],
    ['throws in the end', () => down, 'warn Tenants: ending the watch failed: "Error: down"'],
    ['rejects in the end', () => async () => down(), 'warn Tenants: ending the watch failed: "Error: down"'],
  ])('that %s is logged, and stops nothing', async (_, watch, line) => {
    const { allowlist, has, log } = allowlistOf(watched(watch));
    await allowlist.start();
    await allowlist.stop();
    expect(has('https://a.example')).toBe(true);
    expect(log.lines).toEqual([line]);
  });

  it('that is a promise, against its type, is ended too', async () => {
    const unwatch = jest.fn();
    const { allowlist } = allowlistOf(watched(async () => unwatch));
    await allowlist.start();
    await allowlist.stop();
    expect(unwatch).toHaveBeenCalledTimes(1);
  });

  it('that does not end delays the app for timeoutMs at most', async () => {
    const { allowlist, log } = allowlistOf(
      watched(() => () => new Promise(() => undefined)),
      { timeoutMs: 300 },
    );
    await allowlist.start();
    const stopped = allowlist.stop();
    await jest.advanceTimersByTimeAsync(300);
    await stopped;
    expect(log.lines).toEqual(['warn Tenants: ending the watch failed: it did not end within 300 ms']);
  });
});

import { jest } from '@jest/globals';
import { allowlistOf, ManualSource, ReadySource } from './source-fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const HOUR = 3_600_000;

it('are at most two, and one more after one, two and four minutes, if none ever ends', async () => {
  const source = new ManualSource();
  const { allowlist, log } = allowlistOf(source, { loadTimeoutMs: 100, refreshMs: 10_000 });
  void allowlist.start();
  await jest.advanceTimersByTimeAsync(50_000);
  expect(source.loads).toHaveLength(2);
  expect(source.loads.every(({ signal }) => signal.aborted)).toBe(true);
  await jest.advanceTimersByTimeAsync(2 * HOUR);
  const pauses = source.startedAt.slice(1).map((time, index) => time - source.startedAt[index]!);
  expect(pauses.map((ms) => Math.floor(ms / 60_000))).toEqual([0, 1, 2, 4, 8, 16, 32]);
  expect(log.lines).toEqual([
    'error Tenants: loading failed: load() did not end within 100 ms; it denies every origin while it tries again',
  ]);
  expect(allowlist.status().lastError).toMatch(/^\d earlier calls have not ended, though their signals were aborted$/);
  await allowlist.stop();
});

it('allow a new load as soon as one of them has ended', async () => {
  const source = new ManualSource();
  const { allowlist, has } = allowlistOf(source, { loadTimeoutMs: 100, refreshMs: 500 });
  void allowlist.start();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(source.loads).toHaveLength(2);
  source.loads[0]?.resolve(['https://late.example']);
  for (let ms = 0; source.loads.length === 2 && ms < 600; ms += 10) {
    await jest.advanceTimersByTimeAsync(10);
  }
  expect(source.loads).toHaveLength(3);
  source.loads[2]?.resolve(['https://a.example']);
  await jest.advanceTimersByTimeAsync(0);
  expect([has('https://a.example'), has('https://late.example')]).toEqual([true, false]);
  await allowlist.stop();
});

it('are bounded for version() too', async () => {
  let asked = 0;
  const source = Object.assign(new ReadySource(), {
    version: () => {
      asked++;
      return new Promise<string>(() => undefined);
    },
  });
  const { allowlist } = allowlistOf(source, { loadTimeoutMs: 100, refreshMs: 500, pollMs: 100 });
  void allowlist.start();
  await jest.advanceTimersByTimeAsync(50_000);
  expect(asked).toBe(2);
  await allowlist.stop();
});

it('do not include loads that end at their abort', async () => {
  let loads = 0;
  const { allowlist } = allowlistOf(
    {
      load: (signal: AbortSignal) => {
        loads++;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      },
    },
    { loadTimeoutMs: 100, refreshMs: 500 },
  );
  void allowlist.start();
  await jest.advanceTimersByTimeAsync(6_000);
  expect(loads).toBeGreaterThan(8);
  await allowlist.stop();
});

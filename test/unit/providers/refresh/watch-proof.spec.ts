import { jest } from '@jest/globals';
import type { ChangeListener, OriginLookup } from '../../../../lib/providers/ports.js';
import { LookupProvider } from '../../../../lib/providers/lookup/lookup-provider.js';
import { setup } from '../fakes.js';
import { allowlistOf } from '../source/source-fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const OPTIONS = { pollMs: 100, refreshMs: 60_000 };

/** A provider that counts the reads of its version. The test calls the listener of its watch. */
function watched() {
  let listener: ChangeListener = () => undefined;
  const provider = {
    asked: 0,
    version: async () => {
      provider.asked++;
      return 1;
    },
    watch: (changed: ChangeListener) => {
      listener = changed;
      return () => undefined;
    },
    load: async () => [],
    lookUp: async () => [],
  };
  return { provider, tell: (reason?: 'perhaps') => listener(reason) };
}

it('a watch that reports a change and then fails is no longer relied on: the source is polled again', async () => {
  const { provider } = watched();
  const source = {
    ...provider,
    version: () => provider.version(),
    watch: async (changed: ChangeListener) => {
      changed();
      await new Promise((_, reject) => setTimeout(() => reject(new Error('gone')), 50));
    },
  };
  const { allowlist, log } = allowlistOf(source, OPTIONS);
  await allowlist.start();
  await jest.advanceTimersByTimeAsync(60_100);
  expect(log.lines).toEqual(['warn Tenants: watch() failed: "Error: gone"']);
  const before = provider.asked;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(provider.asked).toBeGreaterThanOrEqual(before + 10);
  await allowlist.stop();
});

describe.each(['source', 'look-up'])('a %s with a watch', (kind) => {
  it('is polled until the watch has reported a first change', async () => {
    const { provider, tell } = watched();
    const { lookUp, version, watch } = provider;
    const lookup: OriginLookup = { lookUp, version, watch };
    const allowlist =
      kind === 'source' ? allowlistOf(provider, OPTIONS).allowlist : new LookupProvider(setup(lookup, OPTIONS));
    await allowlist.start();
    tell('perhaps');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(provider.asked).toBeGreaterThanOrEqual(10);

    tell();
    await jest.advanceTimersByTimeAsync(200);
    const before = provider.asked;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(provider.asked).toBe(before);
    const stopped = allowlist.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    await stopped;
  });
});

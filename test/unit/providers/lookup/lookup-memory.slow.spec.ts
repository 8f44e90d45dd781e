import { LookupProvider } from '../../../../lib/providers/lookup/lookup-provider.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import type { OriginLookup } from '../../../../lib/providers/ports.js';
import { heldBytes } from '../../../support/memory.js';
import { checks, context, setup } from '../fakes.js';

const MAX_ENTRIES = 1_000;
const FLOOD = 50_000;
/** The allowed change of the heap in bytes: a fifth of the size of the origins in a flood. */
const NOISE = 3 * 2 ** 20;
const TIMEOUT_MS = 100;

/** An origin of 250 bytes with the maximum number of patterns. */
const deepest = (index: number): string =>
  `https://${[...index.toString(36).padStart(8, '0')].join('.')}.${Array.from({ length: 110 }, () => 'a').join('.')}.test`;
const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const answering: OriginLookup = { lookUp: () => new Promise((resolve) => setImmediate(resolve, [])) };
const silent: OriginLookup = { lookUp: () => new Promise(() => undefined) };

const open: LookupProvider[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((allowlist) => allowlist.stop()));
});

/** A list with a counter, so that each question is about a new origin. */
function flooded(lookup: OriginLookup, options: AllowlistOptions) {
  const allowlist = new LookupProvider(setup(lookup, { maxEntries: MAX_ENTRIES, ...options }));
  open.push(allowlist);
  const view = allowlist.under(checks());
  let sent = 0;
  const ask = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const origin = deepest(sent++);
      void view.ask(origin, context({ origin }));
    }
  };
  return {
    allowlist,
    ask,
    /** A flood with a hundred questions in each turn of the event loop. */
    flood: async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 100) {
        ask(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

describe('the memory of a looked-up list', () => {
  it('is measured: origins that are kept show', async () => {
    const before = await heldBytes();
    const kept = Array.from({ length: FLOOD }, (_, index) => deepest(index));
    expect((await heldBytes()) - before).toBeGreaterThan(4 * NOISE);
    expect(kept).toHaveLength(FLOOD);
  });

  it('does not grow with a flood while the database says nothing and every place is taken', async () => {
    const { ask, allowlist } = flooded(silent, { timeoutMs: 600_000 });
    ask(MAX_ENTRIES);
    const full = await heldBytes();
    ask(FLOOD);
    expect((await heldBytes()) - full).toBeLessThan(NOISE);
    await allowlist.stop();
  }, 60_000);

  it.each([
    ['answers', answering],
    ['says nothing', silent],
  ])(
    'is that of maxEntries answers after a flood, where the database %s',
    async (_title, lookup) => {
      const { flood, allowlist } = flooded(lookup, { timeoutMs: TIMEOUT_MS });
      await flood(2 * MAX_ENTRIES);
      await aWhile(2 * TIMEOUT_MS);
      const before = await heldBytes();
      await flood(FLOOD);
      // A busy machine drops the last questions later. What is kept for good never goes.
      let more = Infinity;
      for (let looks = 0; looks < 50 && more >= NOISE; looks++) {
        await aWhile(2 * TIMEOUT_MS);
        more = (await heldBytes()) - before;
      }
      expect(more).toBeLessThan(NOISE);
      expect(allowlist.status().entries).toBeLessThanOrEqual(MAX_ENTRIES);
    },
    60_000,
  );
});

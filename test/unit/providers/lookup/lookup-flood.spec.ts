import { jest } from '@jest/globals';
import { LookupProvider } from '../../../../lib/providers/lookup/lookup-provider.js';
import { LookupBatch } from '../../../../lib/providers/lookup/lookup-batch.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import type { OriginLookup } from '../../../../lib/providers/ports.js';
import { checks, context, setup } from '../fakes.js';

const LISTED = (index: number): string => `https://shop-${index}.example`;
/** An origin with the maximum number of patterns. */
const deepest = (index: number): string =>
  `https://${[...index.toString(36)].join('.')}.${Array.from({ length: 110 }, () => 'a').join('.')}.test`;
const ordinary = (index: number): string => `https://stranger-${index}.test`;

/** A database that takes `latencyMs` for a call, and as much again for every 1,000 patterns. */
function slowTable(latencyMs: number): OriginLookup & { patterns: number; underWay: number; most: number } {
  return {
    patterns: 0,
    underWay: 0,
    most: 0,
    async lookUp(patterns) {
      this.patterns += patterns.length;
      this.most = Math.max(this.most, ++this.underWay);
      await new Promise((resolve) => setTimeout(resolve, latencyMs * (1 + patterns.length / 1_000)));
      this.underWay--;
      return patterns.filter((pattern) => pattern.startsWith('https://shop-'));
    },
  };
}

// The flood and the slow database use fake time, so the result is the same on a busy machine.
beforeEach(() => {
  jest.useFakeTimers();
});

const open: LookupProvider[] = [];
afterEach(async () => {
  await inTime(Promise.all(open.splice(0).map((allowlist) => allowlist.stop())));
  jest.useRealTimers();
});

/** Advances the fake time until a promise is settled. */
async function inTime<T>(outcome: Promise<T>): Promise<T> {
  let settled = false;
  const end = (): void => void (settled = true);
  outcome.then(end, end);
  while (!settled) {
    await jest.advanceTimersByTimeAsync(5);
  }
  return outcome;
}

function lookedUp(table: OriginLookup, options: AllowlistOptions = {}) {
  const allowlist = new LookupProvider(setup(table, options));
  open.push(allowlist);
  const view = allowlist.under(checks());
  return { allowlist, ask: async (origin: string): Promise<boolean> => view.ask(origin, context({ origin })) };
}

const aWhile = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** Asks about `rate` unknown origins a second until the test ends it. */
function flood(ask: (origin: string) => Promise<boolean>, rate: number, stranger: (index: number) => string) {
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < rate / 200; i++) {
      void ask(stranger(sent++));
    }
  }, 5);
  return { end: () => clearInterval(timer) };
}

describe.each([
  ['origins of 112 labels', deepest, 1_100],
  ['ordinary strangers', ordinary, 1_500],
])('a flood of %s', (_title, stranger, rate) => {
  it('does not cause refusals of listed origins', async () => {
    const table = slowTable(50);
    const { ask } = lookedUp(table);
    const { end } = flood(ask, rate, stranger);
    await aWhile(500);
    const answers: Promise<boolean>[] = [];
    for (let i = 0; i < 60; i++) {
      answers.push(ask(LISTED(i)));
      await aWhile(20);
    }
    end();
    const refused = (await inTime(Promise.all(answers))).filter((allowed) => !allowed).length;
    expect(refused).toBe(0);
    expect(table.most).toBeLessThanOrEqual(2);
  });

  it('leaves no work behind: expired requests are not looked up', async () => {
    const table = slowTable(50);
    const { ask } = lookedUp(table, { timeoutMs: 300 });
    const { end } = flood(ask, 4_000, stranger);
    await aWhile(600);
    end();
    await aWhile(600);
    const before = table.patterns;
    expect(await inTime(ask(LISTED(1)))).toBe(true);
    await aWhile(300);
    expect(table.patterns - before).toBeLessThanOrEqual(8);
  });
});

it('answers origins that were allowed before first, if the database cannot keep up', async () => {
  const { ask } = lookedUp(slowTable(200), { ttlMs: 1, negativeTtlMs: 0 });
  for (let i = 0; i < 20; i++) {
    expect(await inTime(ask(LISTED(i)))).toBe(true);
  }
  const { end } = flood(ask, 4_000, ordinary);
  await aWhile(1_200);
  const answers = await inTime(Promise.all(Array.from({ length: 20 }, (_, index) => ask(LISTED(index)))));
  end();
  expect(answers).toEqual(answers.map(() => true));
});

it('has no more running calls if they are aborted and never end', async () => {
  let calls = 0;
  const { ask } = lookedUp(
    {
      lookUp: () => {
        calls++;
        return new Promise(() => undefined);
      },
    },
    { timeoutMs: 20, negativeTtlMs: 0 },
  );
  for (let i = 0; i < 20; i++) {
    expect(await inTime(ask(LISTED(i)))).toBe(false);
  }
  expect(calls).toBe(2);
});

it('sends nothing once it is stopped', async () => {
  let calls = 0;
  const { ask, allowlist } = lookedUp({
    lookUp: () => {
      calls++;
      return new Promise(() => undefined);
    },
  });
  const early = [ask(LISTED(1)), ask(LISTED(2))];
  await aWhile(20);
  const waiting = ask(LISTED(3));
  await inTime(allowlist.stop());
  expect(await inTime(Promise.all([...early, waiting, ask(LISTED(4))]))).toEqual([false, false, false, false]);
  await aWhile(20);
  expect(calls).toBeLessThanOrEqual(2);
});

it('keeps no expired request while calls hang', async () => {
  const batch = new LookupBatch({ lookUp: () => new Promise(() => undefined) }, { timeoutMs: 2_000, maxEntries: 100 });
  const outcomes: Promise<unknown>[] = [];
  for (let i = 0; i < 5_000; i++) {
    outcomes.push(batch.find(ordinary(i), () => true).catch((error: unknown) => error));
  }
  expect(batch.size).toBe(5_000);
  await aWhile(2_050);
  outcomes.push(batch.find(LISTED(1), () => true).catch((error: unknown) => error));
  expect(batch.size).toBe(1);
  batch.stop();
  expect(batch.size).toBe(0);
  expect((await Promise.all(outcomes)).every((outcome) => outcome instanceof Error)).toBe(true);
});

import { jest } from '@jest/globals';
import { LookupBatch } from '../../../../lib/providers/lookup/lookup-batch.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

/** A host of labels, each of one letter. */
const labels = (count: number): string => Array.from({ length: count }, () => 'a').join('.');

interface Call {
  readonly patterns: readonly string[];
  readonly signal: AbortSignal;
  readonly resolve: (found: Iterable<string>) => void;
  readonly reject: (error: Error) => void;
}

/** A batch whose calls end when the test ends them. An answer allows an origin that was found itself. */
function batchOf({ timeoutMs = 1_000, maxEntries = 100 } = {}) {
  const calls: Call[] = [];
  const batch = new LookupBatch(
    {
      lookUp: (patterns, signal) =>
        new Promise((resolve, reject) => calls.push({ patterns, signal, resolve: resolve as Call['resolve'], reject })),
    },
    { timeoutMs, maxEntries },
  );
  /** What became of the question: the answer, or the text of the error. */
  const ask = (origin: string): Promise<unknown> =>
    batch.find(origin, (found) => found.some(({ value }) => value === origin)).catch((error: unknown) => String(error));
  /** Takes both places, with calls that do not end. */
  const occupy = async () => {
    for (const origin of ['https://first.test', 'https://second.test']) {
      void ask(origin);
      await settle();
    }
    expect(calls).toHaveLength(2);
  };
  return { batch, calls, ask, occupy };
}

describe('4.4: the patterns of a call', () => {
  it('name the origin, then wildcards from the shortest host, then those inside its label', async () => {
    const { calls, ask } = batchOf();
    void ask('https://a-b.c.example:8443');
    await settle();
    expect(calls[0]?.patterns).toEqual([
      'https://a-b.c.example:8443',
      'https://a-b.c.example:*',
      'https://*.example:*',
      'https://*.example:8443',
      'https://*.c.example:*',
      'https://*.c.example:8443',
      'https://*-b.c.example:8443',
      'https://*-b.c.example:*',
      'https://a-*.c.example:8443',
      'https://a-*.c.example:*',
    ]);
  });

  it('are one for an origin that no wildcard covers', async () => {
    const { calls, ask } = batchOf();
    void ask('capacitor://localhost');
    await settle();
    expect(calls.map(({ patterns }) => patterns)).toEqual([['capacitor://localhost']]);
  });

  it('of one origin are not named twice, and its answer comes after the last', async () => {
    const { calls, ask } = batchOf();
    const origin = `https://${labels(20)}`;
    const answer = ask(origin);
    await settle();
    expect(calls[0]?.patterns).toHaveLength(24);
    calls[0]?.resolve([]);
    await settle();
    expect(calls[1]?.patterns).toHaveLength(16);
    calls[1]?.resolve([origin]);
    expect(await answer).toBe(true);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('are not asked for once a first call has found the origin', async () => {
    const { batch, calls, ask } = batchOf();
    const origin = `https://${labels(20)}`;
    const answer = ask(origin);
    await settle();
    calls[0]?.resolve([origin]);
    expect(await answer).toBe(true);
    await settle();
    expect([calls.length, batch.size]).toEqual([1, 0]);
  });
});

describe('4.4: origins that wait go first', () => {
  it.each<[first: string, second: string]>([
    ['https://new.test', 'https://old.test'],
    // A first turn is enough for 11 dots, and for 3 hyphens with 2 dots.
    [`https://${labels(12)}`, 'https://old.test'],
    ['https://old.test', `https://${labels(13)}`],
    ['https://a-b-c-d.x.test', 'https://old.test'],
    ['https://old.test', 'https://a-b-c-d.x.y.test'],
    ['https://old.test', 'https://a-b-c-d-e.test'],
    // A hyphen of another label adds no pattern.
    ['https://a-b-c-d.x-1-2-3.test', 'https://old.test'],
  ])('%s before %s', async (first, second) => {
    const { calls, ask, occupy } = batchOf();
    await occupy();
    void ask('https://old.test');
    void ask(first === 'https://old.test' ? second : first);
    calls[0]?.resolve([]);
    await settle();
    const { patterns = [] } = calls[2] ?? {};
    expect(patterns.filter((pattern) => pattern === first || pattern === second)).toEqual([first, second]);
  });

  it('if they were allowed lately, however many labels they have', async () => {
    const { calls, ask, occupy } = batchOf();
    const known = `https://${labels(13)}`;
    const answer = ask(known);
    await settle();
    calls[0]?.resolve([known]);
    expect(await answer).toBe(true);
    calls.length = 0;
    await occupy();
    void ask(known);
    void ask('https://new.test');
    calls[0]?.resolve([]);
    await settle();
    expect(calls[2]?.patterns[0]).toBe(known);
  });

  it('but not if they were lately refused', async () => {
    const { calls, ask, occupy } = batchOf();
    const refused = `https://${labels(13)}`;
    const answer = ask(refused);
    await settle();
    calls[0]?.resolve([]);
    await settle();
    calls[1]?.resolve([]);
    expect(await answer).toBe(false);
    calls.length = 0;
    await occupy();
    void ask(refused);
    void ask('https://new.test');
    calls[0]?.resolve([]);
    await settle();
    expect(calls[2]?.patterns[0]).toBe('https://new.test');
  });

  it('in their first turn, and a later one has a call of its own', async () => {
    const { calls, ask } = batchOf();
    void ask(`https://${labels(20)}`);
    await settle();
    void ask('https://other.test');
    await settle();
    void ask('https://new.test');
    calls[0]?.resolve([]);
    await settle();
    expect(calls[2]?.patterns[0]).toBe('https://new.test');
    expect(calls[2]?.patterns).toHaveLength(4);
    calls[1]?.resolve([]);
    await settle();
    expect(calls[3]?.patterns).toHaveLength(16);
  });

  it('as many as fit into 500 patterns', async () => {
    const { calls, ask, occupy } = batchOf();
    await occupy();
    for (let i = 0; i < 300; i++) {
      void ask(`https://s${i}.example`);
    }
    calls[0]?.resolve([]);
    calls[1]?.resolve([]);
    await settle();
    // Two patterns each, and two that all share.
    expect(calls.slice(2).map(({ patterns }) => patterns.length)).toEqual([498, 106]);
  });
});

describe('a question', () => {
  it('is joined while it waits, and not while its call is under way, as the list may change', async () => {
    const { batch, calls, ask } = batchOf();
    const early = [ask('https://a.example'), ask('https://a.example')];
    expect(batch.size).toBe(1);
    await settle();
    const late = ask('https://a.example');
    await settle();
    expect(calls.map(({ patterns }) => patterns[0])).toEqual(['https://a.example', 'https://a.example']);
    calls[0]?.resolve(['https://a.example']);
    calls[1]?.resolve([]);
    expect(await Promise.all([...early, late])).toEqual([true, true, false]);
  });

  it('is joined while it waits, though an earlier one about its origin has ended', async () => {
    const { batch, calls, ask } = batchOf();
    const early = ask('https://a.example');
    await settle();
    void ask('https://b.example');
    await settle();
    void ask('https://a.example');
    calls[0]?.reject(new Error('down'));
    await early;
    void ask('https://a.example');
    // One about https://b.example, and one about https://a.example.
    expect(batch.size).toBe(2);
  });

  it('is answered for each who asks, by what each accepts', async () => {
    const { batch, calls } = batchOf();
    const origin = `https://${labels(20)}`;
    const answers = Promise.all([batch.find(origin, () => true), batch.find(origin, () => false)]);
    await settle();
    calls[0]?.resolve([]);
    await settle();
    expect(calls).toHaveLength(2);
    calls[1]?.resolve([]);
    expect(await answers).toEqual([true, false]);
    expect(batch.size).toBe(0);
  });

  it('fails with the error of its call', async () => {
    const { batch, calls, ask } = batchOf();
    const answers = [ask('https://a.example'), ask('https://b.example')];
    await settle();
    calls[0]?.reject(new Error('down'));
    expect(await Promise.all(answers)).toEqual(['Error: down', 'Error: down']);
    expect(batch.size).toBe(0);
  });

  it('fails when its call does not end in time', async () => {
    const { calls, ask } = batchOf({ timeoutMs: 300 });
    const answer = ask('https://a.example');
    await jest.advanceTimersByTimeAsync(299);
    expect(calls[0]?.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(await answer).toBe('AllowlistError: lookUp() did not end within 300 ms');
  });

  it('fails when its time is up before a call has a place', async () => {
    const { batch, calls, ask, occupy } = batchOf({ timeoutMs: 300 });
    await occupy();
    const late = ask('https://a.example');
    await jest.advanceTimersByTimeAsync(300);
    calls[0]?.resolve([]);
    await settle();
    expect(await late).toBe('AllowlistError: not looked up within 300 ms');
    expect([calls.length, batch.size]).toEqual([2, 0]);
  });

  it('leaves no timer behind', async () => {
    const { calls, ask } = batchOf();
    const answer = ask('https://a.example');
    await settle();
    calls[0]?.resolve([]);
    expect(await answer).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('calls that never end', () => {
  it('keep their two places until one is written off, after 5 s and then after twice as long each', async () => {
    const { calls, ask } = batchOf({ timeoutMs: 100 });
    const startedAt: number[] = [];
    for (let ms = 0; ms < 60_000; ms += 100) {
      void ask('https://a.example');
      await settle();
      startedAt.push(...calls.splice(0).map(() => performance.now()));
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(startedAt.map((time) => time / 1_000)).toEqual([0, 0.1, 5.2, 10.3, 25.4, 50.5]);
  });

  it('are written off after 5 s again once a call has ended', async () => {
    const { calls, ask } = batchOf({ timeoutMs: 100 });
    const every100Ms = async (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end;) {
        void ask('https://a.example');
        await jest.advanceTimersByTimeAsync(100);
      }
    };
    await every100Ms(11_000);
    expect(calls).toHaveLength(4);
    calls.forEach(({ resolve }) => resolve([]));
    await settle();
    await every100Ms(6_000);
    expect(calls).toHaveLength(7);
  });

  it('free their place as soon as they end, aborted or not', async () => {
    const { calls, ask, occupy } = batchOf({ timeoutMs: 300 });
    await occupy();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(calls[0]?.signal.aborted).toBe(true);
    const answer = ask('https://a.example');
    await settle();
    expect(calls).toHaveLength(2);
    calls[0]?.reject(new Error('aborted'));
    await settle();
    calls[2]?.resolve(['https://a.example']);
    expect(await answer).toBe(true);
  });
});

describe('stop()', () => {
  it('rejects every question, aborts the calls, and sends nothing more', async () => {
    const { batch, calls, ask, occupy } = batchOf();
    await occupy();
    const waiting = ask('https://a.example');
    calls[0]?.resolve([]);
    batch.stop();
    expect(await waiting).toBe('AllowlistError: the allowlist is stopped');
    expect(await ask('https://b.example')).toBe('AllowlistError: the allowlist is stopped');
    expect(calls.map(({ signal }) => String(signal.reason))).toContain('AllowlistError: the allowlist is stopped');
    await settle();
    expect([calls.length, batch.size]).toEqual([2, 0]);
  });
});

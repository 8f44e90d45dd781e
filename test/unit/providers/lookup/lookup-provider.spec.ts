import { jest } from '@jest/globals';
import { LookupProvider } from '../../../../lib/providers/lookup/lookup-provider.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import type { OriginLookup } from '../../../../lib/providers/ports.js';
import type { OriginChecks } from '../../../../lib/core/origin/origin-checks.js';
import { checks, context, originNumber, RecordingLog, setup } from '../fakes.js';

/** A table that counts the calls. The test may change it. */
class Table implements OriginLookup {
  readonly calls: (readonly string[])[] = [];
  rows: unknown[];
  state: number | undefined = 1;
  versionsRead = 0;
  fails: Error | undefined;
  changed: () => void = () => undefined;
  declare version?: NonNullable<OriginLookup['version']>;
  declare watch?: NonNullable<OriginLookup['watch']>;

  constructor(...rows: unknown[]) {
    this.rows = rows;
  }

  async lookUp(patterns: readonly string[]): Promise<Iterable<string>> {
    this.calls.push(patterns);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fails !== undefined) {
      throw this.fails;
    }
    return this.rows.filter((row) => typeof row !== 'string' || patterns.includes(row)) as string[];
  }

  versioned(): this {
    this.version = async () => {
      if (this.fails !== undefined) {
        throw this.fails;
      }
      this.versionsRead++;
      return this.state;
    };
    return this;
  }

  watched(): this {
    this.watch = (changed) => {
      this.changed = changed;
      return () => undefined;
    };
    return this;
  }
}

const open: LookupProvider[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((allowlist) => allowlist.stop()));
});

function lookedUp(table: OriginLookup, options: AllowlistOptions = {}, given: Partial<OriginChecks> = {}) {
  const log = new RecordingLog();
  const allowlist = new LookupProvider(setup(table, options, log));
  open.push(allowlist);
  const view = allowlist.under(checks(given));
  return { allowlist, log, ask: (origin: string): unknown => view.ask(origin, context()) };
}

const until = async (holds: () => boolean): Promise<void> => {
  for (const end = performance.now() + 4_000; !holds() && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(holds()).toBe(true);
};

describe('4.4: what a looked-up list allows', () => {
  const rows = [
    'https://a.example',
    'https://*.b.example',
    'http://localhost:*',
    'https://*.c.example:8443',
    'https://*.d.example:*',
    'http://127.0.0.1:*',
  ];
  it.each<[origin: string, allowed: boolean]>([
    ['https://a.example', true],
    ['https://a.example:444', false],
    ['http://a.example', false],
    ['https://x.a.example', false],
    ['https://b.example', false],
    ['https://x.b.example', true],
    ['https://x.y.z.b.example', true],
    ['https://x.b.example:444', false],
    ['https://xb.example', false],
    ['http://localhost', true],
    ['http://localhost:3000', true],
    ['http://x.localhost:3000', false],
    ['https://x.c.example:8443', true],
    ['https://x.c.example', false],
    ['https://x.d.example', true],
    ['https://x.y.d.example:1', true],
    ['http://127.0.0.1:8080', true],
    ['http://0.127.0.0.1', false],
  ])('%s: %p', async (origin, allowed) => {
    expect(await lookedUp(new Table(...rows)).ask(origin)).toBe(allowed);
  });

  it('is compared byte for byte, even if the database ignores case', async () => {
    const folding: OriginLookup = { lookUp: async () => ['https://A.example', 'https://a.example '] };
    const { ask, allowlist } = lookedUp(folding);
    expect(await ask('https://a.example')).toBe(false);
    expect(allowlist.status().rejected.map(({ value }) => value)).toEqual([
      '"https://A.example"',
      '"https://a.example "',
    ]);
  });

  it('does not include patterns that were not asked for', async () => {
    const generous: OriginLookup = { lookUp: async () => ['https://other.example', 'https://*.example'] };
    const { ask } = lookedUp(generous);
    expect([await ask('https://mine.test'), await ask('https://a.example')]).toEqual([false, true]);
  });

  it.each(['https://*.b.example', 'http://localhost:*', 'https://a.example/', '', '*', 'null'])(
    'does not include what is not an origin: %p, without a call',
    async (origin) => {
      const table = new Table(...rows, origin);
      const { ask, allowlist } = lookedUp(table);
      expect(await Promise.all([ask('https://x.b.example'), ask('http://localhost:1'), ask(origin)])).toEqual([
        true,
        true,
        false,
      ]);
      expect(allowlist.status().lastError).toBeUndefined();
      expect(table.calls.flat()).not.toContain('');
    },
  );

  it("does not include '*', 'null', or a value that is not a string", async () => {
    const table: OriginLookup = { lookUp: async () => ['*', 'null', null, 5, {}, 'x'.repeat(10_000)] as string[] };
    const { ask, allowlist, log } = lookedUp(table);
    expect(await ask('https://a.example')).toBe(false);
    expect(allowlist.status().rejected).toHaveLength(6);
    expect(log.lines).toEqual([
      'warn Tenants: an entry is rejected: "*" may be written in a policy only, never in a list that is loaded.',
      'warn Tenants: an entry is rejected: "null" may be written in a policy only, never in a list that is loaded.',
      'warn Tenants: an entry is rejected: null is not a string.',
    ]);
  });

  it('shows rejected entries anew after a change, and logs each once', async () => {
    const table: OriginLookup = { lookUp: async () => ['*'] };
    const { ask, allowlist, log } = lookedUp(table);
    await ask('https://a.example');
    expect(allowlist.status().rejected).toHaveLength(1);
    await allowlist.refresh();
    expect(allowlist.status().rejected).toEqual([]);
    await ask('https://a.example');
    expect(allowlist.status().rejected).toHaveLength(1);
    expect(log.lines).toHaveLength(1);
  });

  it('is checked by the rules of each policy', async () => {
    const table = new Table('http://a.example', 'https://*.github.io');
    const { ask, allowlist } = lookedUp(table, {}, { credentials: true });
    const plain = allowlist.under(checks());
    for (const origin of ['http://a.example', 'https://me.github.io']) {
      expect([await ask(origin), await plain.ask(origin, context())]).toEqual([false, true]);
    }
    expect(allowlist.status().rejected.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('is an http: origin with credentials'),
      expect.stringContaining('covers every site below the public suffix'),
    ]);
  });
});

describe('calls', () => {
  it('are shared by the origins of one turn, without repeated patterns', async () => {
    const table = new Table('https://*.example');
    const { ask } = lookedUp(table);
    const answers = await Promise.all([1, 2, 3, 1].map((number) => ask(originNumber(number))));
    expect(answers).toEqual([true, true, true, true]);
    expect(table.calls).toHaveLength(1);
    expect(table.calls[0]).toHaveLength(3 * 2 + 2);
    expect(new Set(table.calls[0]).size).toBe(8);
  });

  it('have 500 patterns at most, and at most two run at once', async () => {
    const table = new Table('https://*.example');
    let most = 0;
    let underWay = 0;
    const lookUp = table.lookUp.bind(table);
    table.lookUp = async (patterns) => {
      most = Math.max(most, ++underWay);
      return lookUp(patterns).finally(() => underWay--);
    };
    const { ask } = lookedUp(table, { timeoutMs: 60_000 });
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, index) => ask(originNumber(index))));
    expect(answers.every((answer) => answer === true)).toBe(true);
    expect(Math.max(...table.calls.map((patterns) => patterns.length))).toBeLessThanOrEqual(500);
    expect(table.calls).toHaveLength(5);
    expect(most).toBe(2);
  });

  it('have few patterns of the deepest host first, then the rest of its 254', async () => {
    const host = Array.from({ length: 127 }, () => 'a').join('.');
    const table = new Table();
    await lookedUp(table).ask(`https://${host}`);
    expect(table.calls.map((patterns) => patterns.length)).toEqual([24, 230]);
    expect(new Set(table.calls.flat()).size).toBe(254);
  });

  it('are not made for a cached answer', async () => {
    const table = new Table('https://a.example');
    const { ask } = lookedUp(table);
    expect(await ask('https://a.example')).toBe(true);
    expect(ask('https://a.example')).toBe(true);
    expect(table.calls).toHaveLength(1);
  });

  it('that fail deny, and are logged once', async () => {
    const table = new Table('https://a.example');
    table.fails = new Error('down');
    const { ask, log, allowlist } = lookedUp(table, { negativeTtlMs: 0 });
    for (let i = 0; i < 10; i++) {
      expect(await ask(originNumber(i))).toBe(false);
    }
    expect(log.lines).toEqual(['error Tenants: a call failed: "Error: down"; failed calls deny']);
    expect(allowlist.status().lastError).toBe('"Error: down"');
  });

  it('that hang are aborted, and their slots are free again', async () => {
    const signals: AbortSignal[] = [];
    let hangs = true;
    const table: OriginLookup = {
      lookUp: (patterns, signal) => {
        signals.push(signal);
        return hangs ? new Promise(() => undefined) : Promise.resolve(patterns);
      },
    };
    const { ask } = lookedUp(table, { timeoutMs: 30, negativeTtlMs: 0 });
    expect(await Promise.all([ask('https://a.example'), ask('https://b.example')])).toEqual([false, false]);
    hangs = false;
    await until(() => signals.every((signal) => signal.aborted));
    expect(await ask('https://a.example')).toBe(true);
  });

  it('wait with maxEntries questions at most: one more is denied at once', async () => {
    const { ask, log } = lookedUp({ lookUp: () => new Promise(() => undefined) }, { maxEntries: 1_000, timeoutMs: 50 });
    const answers = Array.from({ length: 10_000 }, (_, index) => ask(originNumber(index)));
    expect(answers.filter((answer) => answer === false)).toHaveLength(9_000);
    expect(log.lines).toHaveLength(1);
    expect((await Promise.all(answers)).includes(true)).toBe(false);
  });

  it.each([
    ['a string', '"a string"'],
    [undefined, 'undefined'],
    [5, '5'],
  ])('that return %p deny', async (handed, text) => {
    const { ask, allowlist } = lookedUp({ lookUp: async () => handed as unknown as string[] });
    expect(await ask('https://a.example')).toBe(false);
    expect(allowlist.status().lastError).toBe(`lookUp() must return an iterable of strings, not ${text}`);
  });
});

describe('a change', () => {
  it.each([2, 0])('of the version to %i is seen within pollMs, grants and refusals alike', async (version) => {
    const table = new Table('https://a.example').versioned();
    const { ask, allowlist } = lookedUp(table, { pollMs: 20 });
    await allowlist.start();
    expect([await ask('https://a.example'), await ask('https://b.example')]).toEqual([true, false]);
    table.rows = ['https://b.example'];
    table.state = version;
    await until(() => ask('https://a.example') === false && ask('https://b.example') === true);
  });

  it('does not cause a look-up while the version is the same', async () => {
    const table = new Table('https://a.example').versioned();
    const { ask, allowlist } = lookedUp(table, { pollMs: 5 });
    await allowlist.start();
    await until(() => table.versionsRead > 1);
    await ask('https://a.example');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ask('https://a.example')).toBe(true);
    expect(table.calls).toHaveLength(1);
  });

  it.each(['with', 'without'])('that a watch reports is seen at once, %s a version', async (kind) => {
    const table = new Table('https://a.example').watched();
    const { ask, allowlist } = lookedUp(kind === 'with' ? table.versioned() : table);
    await allowlist.start();
    expect(await ask('https://a.example')).toBe(true);
    table.rows = [];
    table.state = 2;
    table.changed();
    await until(() => ask('https://a.example') === false);
  });

  it('applies to a running call: its answer is not cached', async () => {
    const table = new Table('https://a.example').watched();
    const { ask, allowlist } = lookedUp(table);
    await allowlist.start();
    const early = ask('https://a.example');
    await new Promise((resolve) => setImmediate(resolve));
    expect(table.calls).toHaveLength(1);
    table.changed();
    table.rows = [];
    const late = ask('https://a.example');
    await early;
    expect(await late).toBe(false);
    expect(await ask('https://a.example')).toBe(false);
  });

  it('is found by refresh()', async () => {
    const table = new Table('https://a.example');
    const { ask, allowlist } = lookedUp(table);
    expect(await ask('https://a.example')).toBe(true);
    table.rows = [];
    await allowlist.refresh();
    expect(await ask('https://a.example')).toBe(false);
  });

  it('cannot be seen while the version fails: this is logged once, answers go on, and changes are seen again', async () => {
    const table = new Table('https://a.example').versioned();
    const { ask, allowlist, log } = lookedUp(table, { pollMs: 10, refreshMs: 20 });
    await allowlist.start();
    await until(() => table.versionsRead > 1);
    expect(await ask('https://a.example')).toBe(true);
    table.fails = new Error('down');
    await until(() => allowlist.status().lastError !== undefined);
    expect(ask('https://a.example')).toBe(true);
    table.fails = undefined;
    await until(() => allowlist.status().lastError === undefined);
    expect(log.lines).toEqual([
      'error Tenants: version() failed: "Error: down"; a change is seen when its cached answers expire',
      'log Tenants: its changes are seen again',
    ]);
  });
});

describe('its changes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const settle = () => jest.advanceTimersByTimeAsync(0);
  const answered = async (answer: unknown) => {
    await jest.advanceTimersByTimeAsync(1);
    return answer;
  };

  it('are not looked for where it has no way to tell them: answers are kept for ttlMs', async () => {
    const table = new Table('https://a.example');
    const { ask, allowlist } = lookedUp(table, { refreshMs: 100, pollMs: 100, ttlMs: 10_000 });
    await allowlist.start();
    expect(await answered(ask('https://a.example'))).toBe(true);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(ask('https://a.example')).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([[undefined], [NaN]])('may have come while its version is %p', async (version) => {
    const table = new Table('https://a.example').versioned();
    table.state = version;
    const { ask, allowlist } = lookedUp(table, { pollMs: 1_000 });
    await allowlist.start();
    await settle();
    expect(await answered(ask('https://a.example'))).toBe(true);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ask('https://a.example')).toBeInstanceOf(Promise);
  });

  it('are looked for once, however often it is started, and not after its end', async () => {
    const table = new Table().versioned();
    const watch = jest.fn(() => () => undefined);
    table.watch = watch;
    const { allowlist } = lookedUp(table, { refreshMs: 60_000, pollMs: 60_000 });
    await Promise.all([allowlist.start(), allowlist.start()]);
    await settle();
    await allowlist.start();
    await settle();
    expect([watch.mock.calls.length, table.versionsRead]).toEqual([1, 1]);
    await allowlist.stop();

    const late = lookedUp(table);
    await late.allowlist.stop();
    await late.allowlist.start();
    await settle();
    expect([watch.mock.calls.length, table.versionsRead]).toEqual([1, 1]);
  });

  it('are not taken from a watch after its end: the app goes on answering while it closes', async () => {
    const table = new Table('https://a.example').watched();
    const { ask, allowlist } = lookedUp(table);
    await allowlist.start();
    expect(await answered(ask('https://a.example'))).toBe(true);
    await allowlist.stop();
    table.changed();
    expect(ask('https://a.example')).toBe(true);
  });

  it('are no longer told by a watch that fails, which is logged', async () => {
    const watch = () => {
      throw new Error('down');
    };
    const { allowlist, log } = lookedUp({ lookUp: async () => [], watch });
    await allowlist.start();
    await settle();
    expect(log.lines).toEqual(['warn Tenants: watch() failed: "Error: down"']);
  });

  it('are not logged as lost when the app closes while the version is read', async () => {
    const { allowlist, log } = lookedUp({ lookUp: async () => [], version: () => new Promise(() => undefined) });
    await allowlist.start();
    await allowlist.stop();
    expect(log.lines).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

it('shows its status, of all policies together', async () => {
  const table = new Table('https://a.example', 'http://b.example');
  const { ask, allowlist } = lookedUp(table);
  const strict = allowlist.under(checks({ credentials: true }));
  expect(allowlist.under(checks({ credentials: true }))).toBe(strict);
  expect(allowlist.checks).toEqual([checks(), checks({ credentials: true })]);
  await ask('https://a.example');
  await ask('https://c.example');
  await strict.ask('http://b.example', context());
  expect(allowlist.status()).toStrictEqual({
    name: 'Tenants',
    kind: 'allowlist',
    loaded: true,
    stale: false,
    entries: 3,
    rejected: [expect.objectContaining({ value: '"http://b.example"' })],
  });
});

it('says why explain() does not know its answer, and is loaded while one policy has a grant', async () => {
  const table = new Table('https://a.example');
  const { ask, allowlist } = lookedUp(table);
  const views = [allowlist.under(checks()), allowlist.under(checks({ credentials: true }))];
  expect(views.map(({ trouble }) => trouble)).toEqual([undefined, undefined]);
  expect(views.map(({ atOnce, usesContext }) => [atOnce, usesContext])).toEqual([
    [false, false],
    [false, false],
  ]);
  await ask('https://a.example');
  table.fails = new Error('down');
  await ask('https://b.example');
  expect(views.map(({ trouble }) => trouble)).toEqual(Array(2).fill('Tenants: "Error: down"'));
  expect(allowlist.status().loaded).toBe(true);
});

it('ends its watch and its calls with the app', async () => {
  const end = jest.fn<() => void>();
  const signals: AbortSignal[] = [];
  const { ask, allowlist } = lookedUp({
    lookUp: (_patterns, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
    watch: () => end,
  });
  await allowlist.start();
  const answer = ask('https://a.example');
  await until(() => signals.length === 1);
  await allowlist.stop();
  expect([await answer, signals[0]?.aborted, end.mock.calls.length]).toEqual([false, true, 1]);
});

it('ends its watch once, however often it is stopped', async () => {
  const end = jest.fn<() => void>();
  const { allowlist } = lookedUp({ lookUp: async () => [], watch: () => end });
  await allowlist.start();
  await Promise.all([allowlist.stop(), allowlist.stop()]);
  await allowlist.stop();
  expect(end).toHaveBeenCalledTimes(1);
});

import { jest } from '@jest/globals';
import { CallbackProvider } from '../../../../lib/providers/callback/callback-provider.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import type { OriginAllowlist } from '../../../../lib/providers/ports.js';
import type { CorsContext } from '../../../../lib/core/request.js';
import { context, originNumber, RecordingLog, setup } from '../fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const ORIGIN = 'https://a.example';
const throwing = () => {
  throw new Error('down');
};
const ofTenant = (tenant: string) => context({ hostname: `${tenant}.api.example` });

function asked(provider: unknown, options: AllowlistOptions = {}) {
  const log = new RecordingLog();
  const allowlist = new CallbackProvider(setup(provider as OriginAllowlist, options, log));
  const ask = (origin = ORIGIN, given: CorsContext = context()): unknown => allowlist.ask(origin, given);
  return { allowlist, log, ask };
}

/** A provider that counts the calls. Its `isAllowed` has only the parameter `origin`. */
function counting(isAllowed: (origin: string) => unknown) {
  const calls: string[] = [];
  const provider = {
    calls,
    isAllowed(origin: string) {
      calls.push(origin);
      return isAllowed(origin);
    },
  };
  return provider;
}

/** A provider whose answers are settled by the test, in any order. */
function pending() {
  const open: { resolve: (allowed: unknown) => void; reject: (error: Error) => void }[] = [];
  const provider = counting(() => new Promise((resolve, reject) => open.push({ resolve, reject })));
  return { provider, open };
}

describe('answers', () => {
  it('gives a boolean of the provider at once, and a cached one too', () => {
    const provider = counting((origin) => origin === ORIGIN);
    const { ask } = asked(provider);
    expect([ask(), ask(), ask('https://b.example'), ask('https://b.example')]).toEqual([true, true, false, false]);
    expect(provider.calls).toEqual([ORIGIN, 'https://b.example']);
  });

  it('gives a cached answer at once after a first one that took time', async () => {
    const { ask, allowlist } = asked(counting(async () => true));
    expect(allowlist.atOnce).toBe(false);
    expect(await ask()).toBe(true);
    expect(ask()).toBe(true);
  });

  it('needs one call for all policies', () => {
    const { allowlist } = asked(counting(() => true));
    expect(allowlist.under()).toBe(allowlist);
  });

  it('calls the provider as a method', () => {
    class Provider implements OriginAllowlist {
      readonly #origins = new Set([ORIGIN]);
      isAllowed(origin: string) {
        return this.#origins.has(origin);
      }
    }
    expect(asked(new Provider()).ask()).toBe(true);
  });

  it('keeps a grant for ttlMs, a refusal for negativeTtlMs', () => {
    const provider = counting((origin) => origin === ORIGIN);
    const { ask } = asked(provider, { ttlMs: 300, negativeTtlMs: 50 });
    const both = () => [ask(), ask('https://b.example')];
    both();
    jest.advanceTimersByTime(49);
    both();
    expect(provider.calls).toHaveLength(2);
    jest.advanceTimersByTime(1);
    both();
    expect(provider.calls).toHaveLength(3);
    jest.advanceTimersByTime(250);
    both();
    expect(provider.calls).toHaveLength(5);
  });

  it('shares one call between 100 concurrent first requests', async () => {
    const { provider, open } = pending();
    const { ask } = asked(provider);
    const answers = Array.from({ length: 100 }, () => ask());
    expect(provider.calls).toHaveLength(1);
    open[0]?.resolve(true);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([true]));
    expect(ask()).toBe(true);
    expect(provider.calls).toHaveLength(1);
  });
});

describe('4.1: failures', () => {
  it.each<[what: string, isAllowed: () => unknown]>([
    ['a throw', throwing],
    ['a rejection', async () => throwing()],
    ['a truthy value', () => 'yes'],
    ['a promise of a truthy value', async () => 1],
    ['no answer', () => new Promise(() => undefined)],
  ])('deny on %s, are kept for negativeTtlMs, and are logged once', async (_, isAllowed) => {
    const provider = counting(isAllowed);
    const { ask, log, allowlist } = asked(provider, { timeoutMs: 10, negativeTtlMs: 1_000, ttlMs: 9_000 });
    const first = ask();
    await jest.advanceTimersByTimeAsync(10);
    expect(await first).toBe(false);
    expect(ask()).toBe(false);
    expect(provider.calls).toHaveLength(1);
    expect(allowlist.status().lastError).toBeDefined();
    await jest.advanceTimersByTimeAsync(1_000);
    void ask();
    await jest.advanceTimersByTimeAsync(10);
    expect(provider.calls).toHaveLength(2);
    expect(log.lines).toEqual([expect.stringMatching(/^error Tenants: a call failed: /)]);
  });

  it.each<[what: string, isAllowed: () => unknown, text: string]>([
    ['a throw', throwing, '"Error: down"'],
    ['null', () => null, 'answered null, not a boolean'],
    ['a truthy value', () => 'yes', 'answered "yes", not a boolean'],
    ['an object', () => ({}), 'answered {}, not a boolean'],
  ])('are logged with what happened: %s', (_, isAllowed, text) => {
    const { ask, log } = asked(counting(isAllowed));
    ask();
    expect(log.lines).toEqual([`error Tenants: a call failed: ${text}; failed calls deny`]);
  });

  it.each([
    [0, 1_000],
    [5_000, 5_000],
  ])('have ended once none was seen for a second and for negativeTtlMs: %i', (negativeTtlMs, quietMs) => {
    let isDown = true;
    const { ask, allowlist } = asked(
      counting(() => isDown && throwing()),
      { negativeTtlMs },
    );
    ask();
    isDown = false;
    jest.advanceTimersByTime(quietMs - 1);
    ask('https://b.example');
    expect(allowlist.status().lastError).toBe('"Error: down"');
    jest.advanceTimersByTime(1);
    ask('https://c.example');
    expect(allowlist.status().lastError).toBeUndefined();
  });

  it('log once that calls are answered again', async () => {
    let isDown = true;
    const { ask, log, allowlist } = asked(
      counting(async () => isDown && throwing()),
      { negativeTtlMs: 1_000 },
    );
    await ask();
    isDown = false;
    await jest.advanceTimersByTimeAsync(1_000);
    await ask();
    await ask('https://b.example');
    expect(log.lines).toEqual([
      'error Tenants: a call failed: "Error: down"; failed calls deny',
      'log Tenants: calls are answered again',
    ]);
    expect(allowlist.status()).not.toHaveProperty('lastError');
  });

  it('are the reason why explain() does not know the answer', () => {
    const { ask, allowlist } = asked(counting(throwing));
    expect(allowlist.trouble).toBeUndefined();
    ask();
    expect(allowlist.trouble).toBe('Tenants: "Error: down"');
  });

  it('of some origins do not write a line per request', () => {
    const { ask, log } = asked(counting((origin) => (origin.startsWith('https://o') ? throwing() : true)));
    for (let i = 0; i < 1_000; i++) {
      ask(originNumber(i));
      ask(`https://good${i}.example`);
    }
    expect(log.lines).toHaveLength(1);
  });
});

describe('a late answer', () => {
  it('fills the cache', async () => {
    const { provider, open } = pending();
    const { ask } = asked(provider, { timeoutMs: 100 });
    const first = ask();
    await jest.advanceTimersByTimeAsync(100);
    expect(await first).toBe(false);
    open[0]?.resolve(true);
    await jest.advanceTimersByTimeAsync(0);
    expect(ask()).toBe(true);
    expect(provider.calls).toHaveLength(1);
  });

  it.each([
    ['given', 200],
    ['given and not kept', 0],
    ['awaited', 200],
  ])('does not replace a newer answer that is %s', async (newer, negativeTtlMs) => {
    const { provider, open } = pending();
    const { ask } = asked(provider, { timeoutMs: 100, negativeTtlMs });
    void ask();
    await jest.advanceTimersByTimeAsync(300);
    const second = ask();
    if (newer !== 'awaited') {
      open[1]?.resolve(false);
      await second;
    }
    open[0]?.resolve(true);
    await jest.advanceTimersByTimeAsync(0);
    if (newer === 'awaited') {
      expect(ask()).toBe(second);
      open[1]?.resolve(false);
    }
    expect(await second).toBe(false);
    const next = ask();
    open[2]?.resolve(false);
    expect(await next).toBe(false);
  });

  it('is kept for ttlMs from the call, not longer', async () => {
    const { provider, open } = pending();
    const { ask } = asked(provider, { timeoutMs: 100, ttlMs: 500, negativeTtlMs: 5_000 });
    void ask();
    await jest.advanceTimersByTimeAsync(600);
    open[0]?.resolve(true);
    await jest.advanceTimersByTimeAsync(0);
    expect(ask()).toBeInstanceOf(Promise);
  });

  it.each<[what: string, settle: (call: { resolve: (v: unknown) => void; reject: (e: Error) => void }) => void]>([
    ['rejects', (call) => call.reject(new Error('late'))],
    ['is no boolean', (call) => call.resolve('yes')],
  ])('that %s changes nothing', async (_, settle) => {
    const { provider, open } = pending();
    const { ask } = asked(provider, { timeoutMs: 100 });
    void ask();
    await jest.advanceTimersByTimeAsync(100);
    open.forEach(settle);
    await jest.advanceTimersByTimeAsync(0);
    expect(ask()).toBe(false);
    expect(provider.calls).toHaveLength(1);
  });
});

describe('memory', () => {
  it('stays within maxEntries answers under 10,000 distinct origins', () => {
    const { ask, allowlist } = asked(
      counting((origin) => origin === ORIGIN),
      { maxEntries: 1_000 },
    );
    ask();
    for (let i = 0; i < 10_000; i++) {
      ask(originNumber(i));
    }
    expect(allowlist.status().entries).toBe(1_000);
    expect(ask()).toBe(true);
  });

  it('stays within maxEntries calls under way under 10,000 distinct origins', async () => {
    const { provider, open } = pending();
    const { ask, allowlist, log } = asked(provider, { maxEntries: 1_000 });
    const answers = Array.from({ length: 10_000 }, (_, index) => ask(originNumber(index)));
    expect(provider.calls).toHaveLength(1_000);
    expect(answers.filter((answer) => answer === false)).toHaveLength(9_000);
    expect(log.lines).toEqual(['error Tenants: a call failed: too many calls wait for an answer; failed calls deny']);
    open.forEach(({ resolve }) => resolve(false));
    await Promise.all(answers);
    expect(allowlist.status().entries).toBe(1_000);
  });

  it('keeps no refusal for an origin that there was no room to ask about', async () => {
    const { provider, open } = pending();
    const { ask } = asked(provider, { maxEntries: 1 });
    void ask(originNumber(1));
    expect(ask()).toBe(false);
    open[0]?.resolve(false);
    await jest.advanceTimersByTimeAsync(0);
    const answer = ask();
    open[1]?.resolve(true);
    expect(await answer).toBe(true);
  });
});

describe('4.3: what the answer depends on', () => {
  it('is the origin only if isAllowed takes nothing else, and it gets nothing else', () => {
    const seen: unknown[] = [];
    const provider = {
      isAllowed(origin: string, given: unknown = 'no context') {
        seen.push(given);
        return origin === ORIGIN;
      },
    };
    const { ask, allowlist } = asked(provider);
    expect([allowlist.asksEachTime, allowlist.usesContext]).toEqual([false, false]);
    ask(ORIGIN, ofTenant('x'));
    ask(ORIGIN, ofTenant('y'));
    expect(seen).toEqual(['no context']);
  });

  it.each<[what: string, isAllowed: (...args: unknown[]) => unknown]>([
    ['takes the context', (_origin, given) => (given as CorsContext).hostname.startsWith('x.')],
    ['takes rest arguments', (...args) => (args[1] as CorsContext).hostname.startsWith('x.')],
  ])('may be more if isAllowed %s: called each time', (_, isAllowed) => {
    const { ask, allowlist } = asked({ isAllowed });
    expect([allowlist.asksEachTime, allowlist.usesContext]).toEqual([true, true]);
    expect([ask(ORIGIN, ofTenant('x')), ask(ORIGIN, ofTenant('y')), ask(ORIGIN, ofTenant('x'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(allowlist.status().entries).toBe(0);
  });

  it('is the origin and the cacheKey if there is one', () => {
    const isAllowed = jest.fn((_origin: string, given: CorsContext) => given.hostname.startsWith('x.'));
    const { ask, allowlist } = asked({ isAllowed, cacheKey: ({ hostname }: CorsContext) => hostname });
    expect([allowlist.asksEachTime, allowlist.usesContext]).toEqual([false, true]);
    for (let i = 0; i < 3; i++) {
      expect([ask(ORIGIN, ofTenant('x')), ask(ORIGIN, ofTenant('y'))]).toEqual([true, false]);
    }
    expect(isAllowed).toHaveBeenCalledTimes(2);
  });

  it('shares calls per origin and cacheKey', async () => {
    const isAllowed = jest.fn(async (_origin: string, given: CorsContext) => given.hostname.startsWith('x.'));
    const { ask } = asked({ isAllowed, cacheKey: ({ hostname }: CorsContext) => hostname });
    const answers = ['x', 'y', 'x', 'y'].map((tenant) => ask(ORIGIN, ofTenant(tenant)));
    expect(await Promise.all(answers)).toEqual([true, false, true, false]);
    expect(isAllowed).toHaveBeenCalledTimes(2);
  });

  it('calls cacheKey as a method', () => {
    class Provider implements OriginAllowlist {
      readonly #prefix = 'p';
      isAllowed(_origin: string, _context: CorsContext) {
        return true;
      }
      cacheKey(given: CorsContext) {
        return this.#prefix + given.hostname;
      }
    }
    expect(asked(new Provider()).ask()).toBe(true);
  });

  const down = async () => Promise.reject(new Error('x'));
  it.each<[what: string, cacheKey: () => unknown, text: string]>([
    ['throws', throwing, '"Error: down"'],
    ['is no string', () => undefined, 'cacheKey() returned undefined, not a string'],
    ['is a promise', async () => 'x', 'cacheKey() returned {}, not a string'],
    ['is a promise that rejects', down, 'cacheKey() returned {}, not a string'],
  ])('is unknown if cacheKey %s: denied, and not called', async (_, cacheKey, text) => {
    const isAllowed = jest.fn(() => true);
    const { ask, log } = asked({ isAllowed, cacheKey });
    expect([ask(), ask()]).toEqual([false, false]);
    await jest.advanceTimersByTimeAsync(0);
    expect(isAllowed).not.toHaveBeenCalled();
    expect(log.lines).toEqual([`error Tenants: a call failed: ${text}; failed calls deny`]);
  });

  it('is called each time if cacheKey is over 1,024 characters', () => {
    const isAllowed = jest.fn(() => true);
    const { ask, allowlist } = asked({ isAllowed, cacheKey: ({ url }: CorsContext) => url });
    const ofUrl = (length: number) => context({ url: 'x'.repeat(length) });
    expect([ask(ORIGIN, ofUrl(1_025)), ask(ORIGIN, ofUrl(1_025))]).toEqual([true, true]);
    expect(isAllowed).toHaveBeenCalledTimes(2);
    expect(allowlist.status().entries).toBe(0);
    expect([ask(ORIGIN, ofUrl(1_024)), ask(ORIGIN, ofUrl(1_024))]).toEqual([true, true]);
    expect(isAllowed).toHaveBeenCalledTimes(3);
  });
});

describe('refresh', () => {
  it('forgets the answers', async () => {
    const provider = counting(() => true);
    const { ask, allowlist } = asked(provider);
    ask();
    expect(allowlist.status().entries).toBe(1);
    await allowlist.refresh();
    expect(allowlist.status().entries).toBe(0);
    ask();
    expect(provider.calls).toHaveLength(2);
  });

  it('takes effect for the next request, even while an earlier call is running', async () => {
    const { provider, open } = pending();
    const { ask, allowlist } = asked(provider);
    const before = ask();
    void allowlist.refresh();
    const after = ask();
    expect(provider.calls).toHaveLength(2);
    open[1]?.resolve(false);
    open[0]?.resolve(true);
    expect([await before, await after]).toEqual([true, false]);
    expect(ask()).toBe(false);
  });
});

it('shows its status', () => {
  const { allowlist, ask } = asked(
    counting(() => true),
    { ttlMs: 100 },
  );
  ask();
  expect(allowlist.status()).toStrictEqual({
    name: 'Tenants',
    kind: 'allowlist',
    loaded: true,
    stale: false,
    entries: 1,
    rejected: [],
  });
  jest.advanceTimersByTime(100);
  expect(allowlist.status().entries).toBe(0);
});

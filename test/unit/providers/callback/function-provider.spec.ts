import { jest } from '@jest/globals';
import { FunctionProvider, type OriginFunction } from '../../../../lib/providers/callback/function-provider.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import { context, RecordingLog, setup } from '../fakes.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const ORIGIN = 'https://a.example';

function asked(provider: unknown, options: AllowlistOptions = {}) {
  const log = new RecordingLog();
  const allowlist = new FunctionProvider(setup(provider as OriginFunction, options, log));
  return { allowlist, log, ask: (): unknown => allowlist.under().ask(ORIGIN, context()) };
}

const thenable = (value: unknown, isFulfilled = true) => ({
  then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) =>
    (isFulfilled ? resolve : reject)(value),
});
const throwing = () => {
  throw new Error('down');
};

it.each<[what: string, provider: unknown, answer: boolean]>([
  ['true', () => true, true],
  ['false', () => false, false],
  ['a truthy value', () => 'yes', false],
  ['undefined', () => undefined, false],
  ['an object', () => ({}), false],
  ['a throw', throwing, false],
  ['a then that throws', () => Object.defineProperty({}, 'then', { get: throwing }), false],
])('answers %s at once', (_, provider, answer) => {
  expect(asked(provider).ask()).toBe(answer);
});

it.each<[what: string, provider: unknown, answer: boolean]>([
  ['true', async () => true, true],
  ['false', async () => false, false],
  ['a truthy value', async () => 1, false],
  ['a rejection', async () => throwing(), false],
  ['a rejection without a reason', () => thenable(undefined, false), false],
  ['a promise of another library', () => thenable(true), true],
])('answers %s later', async (_, provider, answer) => {
  const answered = asked(provider).ask();
  expect(answered).toBeInstanceOf(Promise);
  await expect(answered).resolves.toBe(answer);
});

it('is asked each time, with the context', () => {
  const provider = jest.fn(() => true);
  const { ask } = asked(provider);
  ask();
  ask();
  expect(provider.mock.calls).toEqual([
    [ORIGIN, context()],
    [ORIGIN, context()],
  ]);
});

it('is asked for a policy at startup, and its answer is neither counted nor logged', async () => {
  const never = () => new Promise(() => undefined);
  for (const [provider, answer] of [
    [async () => true, true],
    [() => 'yes', false],
    [throwing, false],
    [never, false],
  ] as const) {
    const { allowlist, log } = asked(provider);
    const probed = allowlist.probe(ORIGIN, context(), 100);
    await jest.advanceTimersByTimeAsync(100);
    expect(await probed).toBe(answer);
    expect(allowlist.status().lastError).toBeUndefined();
    expect(log.lines).toEqual([]);
  }
});

it.each<[provider: OriginFunction, label: string]>([
  [
    function isPartner() {
      return true;
    },
    'isPartner()',
  ],
  [
    (
      () => () =>
        true
    )(),
    'an origin function',
  ],
])('is named in messages', (provider, label) => {
  expect(asked(provider).allowlist.label).toBe(label);
});

it('is shown as it is written', () => {
  expect(asked((origin: string) => origin === 'https://a.example').allowlist.text).toMatch(
    /^\(origin\) ?=> ?origin === ['"]https:\/\/a\.example['"]$/,
  );
});

it('has an answer that explain() does not know while it fails', () => {
  const { ask, allowlist } = asked(throwing);
  expect(allowlist.trouble).toBeUndefined();
  ask();
  expect(allowlist.trouble).toBe('Tenants: "Error: down"');
});

it('may always depend on the context, and may always answer later', () => {
  const { usesContext, atOnce } = asked((..._args: unknown[]) => true).allowlist;
  expect([usesContext, atOnce]).toEqual([true, false]);
});

it('has nothing to refresh', async () => {
  const provider = jest.fn(() => true);
  await expect(asked(provider).allowlist.refresh()).resolves.toBeUndefined();
  expect(provider).not.toHaveBeenCalled();
});

it('denies after timeoutMs, and leaves no timer behind', async () => {
  const { ask, log } = asked(() => new Promise(() => undefined), { timeoutMs: 200 });
  const answer = ask();
  const settled = jest.fn();
  void Promise.resolve(answer).then(settled);
  await jest.advanceTimersByTimeAsync(199);
  expect(settled).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect(settled).toHaveBeenCalledWith(false);
  expect(jest.getTimerCount()).toBe(0);
  expect(log.lines).toEqual(['error Tenants: a call failed: no answer within 200 ms; failed calls deny']);
});

it('leaves no timer behind if the answer comes in time', async () => {
  await asked(async () => true).ask();
  expect(jest.getTimerCount()).toBe(0);
});

it('ignores an answer, and a rejection, after its time', async () => {
  const late = (settle: () => boolean) => () => new Promise<void>((resolve) => setTimeout(resolve, 500)).then(settle);
  for (const provider of [late(() => true), late(throwing)]) {
    const { ask } = asked(provider, { timeoutMs: 200 });
    const answer = ask();
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(answer).resolves.toBe(false);
  }
});

it('logs a failure once, and that it works again once, and shows the last error in between', () => {
  let fails = true;
  const { ask, log, allowlist } = asked(() => (fails ? throwing() : true));
  expect(allowlist.status()).toStrictEqual({
    name: 'Tenants',
    kind: 'function',
    loaded: true,
    stale: false,
    entries: 0,
    rejected: [],
  });
  for (let i = 0; i < 50; i++) {
    ask();
  }
  expect(allowlist.status().lastError).toBe('"Error: down"');
  fails = false;
  jest.advanceTimersByTime(5_000);
  ask();
  ask();
  expect(allowlist.status()).not.toHaveProperty('lastError');
  expect(log.lines).toEqual([
    'error Tenants: a call failed: "Error: down"; failed calls deny',
    'log Tenants: calls are answered again',
  ]);
});

it('writes one harmless, bounded line, whatever is thrown', () => {
  const { ask, log } = asked(() => {
    throw new Error(`\n[Nest] forged \u001b[31m ${'x'.repeat(10_000)}`);
  });
  ask();
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toMatch(/^[\x20-\x7e…]{1,300}$/);
});

it('still answers if the log throws', async () => {
  const log = { log: throwing, warn: throwing, error: throwing };
  const provider = jest.fn<OriginFunction>().mockRejectedValueOnce(new Error('x')).mockImplementationOnce(throwing);
  const allowlist = new FunctionProvider(setup(provider, {}, log));
  await expect(allowlist.ask(ORIGIN, context())).resolves.toBe(false);
  expect(allowlist.ask(ORIGIN, context())).toBe(false);
});

it('never has more than maxEntries calls under way, and recovers', async () => {
  const open: ((allowed: boolean) => void)[] = [];
  const provider = jest.fn(() => new Promise<boolean>((resolve) => open.push(resolve)));
  const { ask } = asked(provider, { maxEntries: 10 });
  const answers = Array.from({ length: 100 }, ask);
  expect(provider).toHaveBeenCalledTimes(10);
  expect(answers.slice(10)).toEqual(Array.from({ length: 90 }, () => false));
  open.forEach((resolve) => resolve(true));
  await expect(Promise.all(answers.slice(0, 10))).resolves.toEqual(Array.from({ length: 10 }, () => true));
  ask();
  expect(provider).toHaveBeenCalledTimes(11);
});

it('does not collect calls of a provider that hangs, and calls it again when it answers', async () => {
  const open: ((allowed: boolean) => void)[] = [];
  const provider = jest.fn(() => new Promise<boolean>((resolve) => open.push(resolve)));
  const { ask } = asked(provider, { maxEntries: 10, timeoutMs: 100 });
  for (let second = 0; second < 60; second++) {
    Array.from({ length: 50 }, ask);
    await jest.advanceTimersByTimeAsync(1_000);
  }
  // Ten calls at first, and then one every five seconds, to test if the provider answers again.
  expect(provider.mock.calls.length).toBeLessThanOrEqual(10 + 60 / 5);
  open.forEach((resolve) => resolve(true));
  await jest.advanceTimersByTimeAsync(0);
  const answer = ask();
  open.at(-1)?.(true);
  await expect(answer).resolves.toBe(true);
});

import { jest } from '@jest/globals';
import { CallbackProvider } from '../../../../lib/providers/callback/callback-provider.js';
import { FunctionProvider } from '../../../../lib/providers/callback/function-provider.js';
import { context, setup } from '../fakes.js';

const timers = jest.spyOn(globalThis, 'setTimeout');
const keepingAlive = (): boolean[] => timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());

beforeEach(() => timers.mockClear());
afterAll(() => timers.mockRestore());

const KINDS = {
  'an allowlist': (isAllowed: () => Promise<boolean>) => new CallbackProvider(setup({ isAllowed })),
  'a function': (isAllowed: () => Promise<boolean>) => new FunctionProvider(setup(isAllowed)),
};

describe.each(Object.entries(KINDS))('calls of %s', (_kind, make) => {
  it('keep the process alive until they are stopped, and are answered after that too', async () => {
    const open: ((allowed: boolean) => void)[] = [];
    const provider = make(() => new Promise((resolve) => open.push(resolve)));

    const before = provider.ask('https://a.example', context());
    expect(keepingAlive()).toEqual([true]);
    await provider.stop();
    const after = provider.ask('https://b.example', context());
    expect(keepingAlive()).toEqual([false, false]);
    open.forEach((resolve) => resolve(true));
    expect(await Promise.all([before, after])).toEqual([true, true]);
  });
});

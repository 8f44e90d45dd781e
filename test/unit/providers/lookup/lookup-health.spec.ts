import { LookupProvider } from '../../../../lib/providers/lookup/lookup-provider.js';
import { checks, context, setup } from '../fakes.js';

describe('the status of a looked-up list', () => {
  let fails = false;
  const make = (ttlMs: number) => {
    const lookUp = async (patterns: readonly string[]) => {
      if (fails) {
        throw new Error('down');
      }
      return patterns.filter((pattern) => pattern === 'https://a.example');
    };
    const allowlist = new LookupProvider(setup({ lookUp }, { ttlMs, negativeTtlMs: 0 }));
    const view = allowlist.under(checks());
    return { allowlist, ask: async (origin: string) => view.ask(origin, context({ origin })) };
  };
  beforeEach(() => {
    fails = false;
  });

  it('is loaded while nothing has failed, and while a grant is cached', async () => {
    const { allowlist, ask } = make(60_000);
    expect(allowlist.status().loaded).toBe(true);
    await ask('https://a.example');
    fails = true;
    await ask('https://b.example');
    expect(allowlist.status()).toMatchObject({ loaded: true, lastError: expect.stringContaining('down') as string });
  });

  it('is loaded while some calls fail and others are answered', async () => {
    const { allowlist, ask } = make(60_000);
    fails = true;
    await ask('https://b.example');
    expect(allowlist.status().loaded).toBe(false);
    fails = false;
    expect(await ask('https://c.example')).toBe(false);
    expect(allowlist.status()).toMatchObject({ loaded: true, lastError: '"Error: down"' });
  });

  it('is not loaded while every call fails and no grant is cached', async () => {
    const { allowlist, ask } = make(0);
    await ask('https://a.example');
    fails = true;
    await ask('https://a.example');
    expect(allowlist.status().loaded).toBe(false);
    fails = false;
    await ask('https://a.example');
    expect(allowlist.status().loaded).toBe(true);
  });
});

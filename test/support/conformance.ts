import { CallbackProvider } from '../../lib/providers/callback/callback-provider.js';
import { LookupProvider } from '../../lib/providers/lookup/lookup-provider.js';
import { type AllowlistOptions, resolveAllowlistOptions } from '../../lib/providers/options.js';
import type { OriginAllowlist, OriginLookup, OriginSource } from '../../lib/providers/ports.js';
import { SourceProvider } from '../../lib/providers/source/source-provider.js';
import { plainChecks } from '../../lib/config/origin-entry.js';
import { context, RecordingLog } from '../unit/providers/fakes.js';

/** A list in a store. Writes go directly to the store, without any check by the library. */
export interface StoredOrigins<Provider> {
  readonly provider: Provider;
  /** Adds an entry; the store has it when this resolves. Rejects if the store cannot save it (null, too long). */
  add(entry: string | null): Promise<unknown>;
  /** Removes an entry that `add` added. */
  remove(entry: string): Promise<unknown>;
  /** Makes the store fail for the provider. Resolves with a function that repairs the store. */
  breakDown(): Promise<() => unknown>;
  /** Closes the connections of the store. */
  close(): Promise<unknown>;
}

type AnyProvider = OriginSource | OriginLookup | OriginAllowlist;
type Kind = 'source' | 'allowlist';

/** The time after which a provider that is polled every 20 ms must see a change. */
const SOON_MS = 8_000;
const OPTIONS: AllowlistOptions = { pollMs: 20, refreshMs: 100, timeoutMs: 4_000, ttlMs: 100, negativeTtlMs: 50 };

/** Tests that every `OriginSource` must pass, in the package and in `sample/`. */
export function describeOriginSource(name: string, make: () => Promise<StoredOrigins<OriginSource>>): void {
  describeList('source', name, make);
}

/** Tests that every `OriginLookup`, and every `OriginAllowlist` on a list of patterns, must pass. */
export function describeOriginAllowlist(
  name: string,
  make: () => Promise<StoredOrigins<OriginLookup | OriginAllowlist>>,
): void {
  describeList('allowlist', name, make);
}

function describeList(kind: Kind, name: string, make: () => Promise<StoredOrigins<AnyProvider>>): void {
  describe(`${name}, as every ${kind === 'source' ? 'OriginSource' : 'lookup of origins'}`, () => {
    let stored: StoredOrigins<AnyProvider>;
    let list: List;
    const unhandled: unknown[] = [];
    const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);

    beforeEach(async () => {
      process.on('unhandledRejection', noteUnhandled);
      stored = await make();
      list = new List(stored.provider);
    });
    afterEach(async () => {
      await list.stop();
      await stored.close();
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', noteUnhandled);
      expect(unhandled.splice(0)).toEqual([]);
    });

    /** Adds the entries, then starts the list. */
    const holding = async (...entries: string[]): Promise<void> => {
      for (const entry of entries) {
        await stored.add(entry);
      }
      await list.start();
    };

    it('allows nothing while it is empty, without a failure', async () => {
      await holding();
      expect(await list.has('https://a.example')).toBe(false);
      expect(list.status().lastError).toBeUndefined();
      expect(list.status().loaded).toBe(true);
    });

    it.each<[entry: string, allowed: string[], refused: string[]]>([
      [
        'https://a.example',
        ['https://a.example'],
        [
          'http://a.example',
          'https://a.example:8443',
          'https://b.a.example',
          'https://a.example.evil.test',
          'https://xa.example',
        ],
      ],
      [
        'https://*.b.example',
        ['https://x.b.example', 'https://x.y.b.example'],
        [
          'https://b.example',
          'https://xb.example',
          'https://x.b.example:1',
          'http://x.b.example',
          'https://x.b.example.test',
        ],
      ],
      [
        'http://localhost:*',
        ['http://localhost', 'http://localhost:3000'],
        ['https://localhost', 'http://x.localhost'],
      ],
      [
        'https://*.c.example:*',
        ['https://x.c.example', 'https://x.c.example:1'],
        ['https://c.example', 'https://c.example:1'],
      ],
      ['https://d.example:8443', ['https://d.example:8443'], ['https://d.example', 'https://d.example:84430']],
      ['https://xn--mnchen-3ya.example', ['https://xn--mnchen-3ya.example'], ['https://munchen.example']],
      ['http://127.0.0.1:*', ['http://127.0.0.1', 'http://127.0.0.1:8080'], ['http://1.127.0.0.1']],
      ['http://[::1]:3000', ['http://[::1]:3000'], ['http://[::1]', 'http://[::2]:3000']],
      ['https://a_b.example', ['https://a_b.example'], ['https://axb.example']],
      [
        'https://app-git-*.e.example',
        ['https://app-git-1.e.example', 'https://app-git-a-b.e.example'],
        ['https://app-git-.e.example', 'https://app-git-x.y.e.example', 'https://app-x.e.example', 'https://e.example'],
      ],
      [
        'https://*-team.f.example:*',
        ['https://shop-team.f.example', 'https://shop-team.f.example:1'],
        ['https://-team.f.example', 'https://shop-teams.f.example', 'https://a.shop-team.f.example'],
      ],
      ['capacitor://localhost', ['capacitor://localhost'], ['capacitor://localhosts', 'http://localhost']],
      [
        'https://deep.g.example',
        ['https://deep.g.example'],
        [`https://${'a.'.repeat(100)}deep.g.example`, 'https://*.g.example', 'https://deep.g.example:*'],
      ],
      [
        'https://*.h.example',
        ['https://x.h.example', `https://${'a.'.repeat(100)}h.example`],
        ['https://*.h.example', 'https://*.x.h.example'],
      ],
      [
        'https://ab.example',
        ['https://ab.example'],
        ['https://a%.example', 'https://a_.example', 'https://AB.example'],
      ],
    ])('reads %s as a policy does', async (entry, allowed, refused) => {
      await holding(entry, 'https://other.test');
      for (const origin of allowed) {
        expect([origin, await list.has(origin)]).toEqual([origin, true]);
      }
      for (const origin of [...refused, 'https://stranger.test']) {
        expect([origin, await list.has(origin)]).toEqual([origin, false]);
      }
    });

    it('compares bytes: an entry in another case or with white space allows nothing', async () => {
      for (const entry of ['https://A.example', ' https://b.example', 'https://c.example ', 'https://d.example/']) {
        await stored.add(entry).catch(() => undefined);
      }
      await list.start();
      for (const host of ['a', 'b', 'c', 'd']) {
        expect(await list.has(`https://${host}.example`)).toBe(false);
      }
    });

    it('sees what is added, what is removed, and what is added again', async () => {
      await holding('https://a.example');
      expect(await list.has('https://b.example')).toBe(false);
      await stored.add('https://b.example');
      await list.until(async () => list.has('https://b.example'));
      expect(await list.has('https://a.example')).toBe(true);
      await stored.remove('https://a.example');
      await list.until(async () => !(await list.has('https://a.example')));
      await stored.remove('https://b.example');
      await list.until(async () => !(await list.has('https://b.example')));
      await stored.add('https://a.example');
      await list.until(async () => list.has('https://a.example'));
    });

    it('sees a change at once after refresh()', async () => {
      await holding('https://a.example');
      expect(await list.has('https://a.example')).toBe(true);
      await stored.remove('https://a.example');
      await stored.add('https://b.example');
      await list.refresh();
      expect([await list.has('https://a.example'), await list.has('https://b.example')]).toEqual([false, true]);
    });

    it("rejects bad rows: '*', null, huge, malformed, a public suffix and http: with credentials", async () => {
      const fit = ['https://good.example', 'https://*.good.example'];
      const malformed = [
        '*',
        'null',
        null,
        '',
        'x'.repeat(5_000),
        'https://*',
        'https://*.*.example',
        '://',
        'https://bad.example/',
      ];
      const unfit = ['http://insecure.example', 'https://*.github.io', 'https://*.co.uk'];
      for (const entry of [...malformed, ...unfit]) {
        await stored.add(entry).catch(() => undefined);
      }
      await holding(...fit);
      expect(await list.has('https://good.example')).toBe(true);
      expect(await list.has('https://x.good.example')).toBe(true);
      for (const origin of [
        'https://any.test',
        'https://bad.example',
        'http://insecure.example',
        'https://me.github.io',
        'https://me.co.uk',
        'null',
        '*',
      ]) {
        expect([origin, await list.has(origin)]).toEqual([origin, false]);
      }
      if (list.namesBadRows) {
        const named = (): readonly unknown[] => list.status().rejected.map(({ value }) => value);
        // A change that is noticed late makes a look-up forget what it has rejected, until it is asked again.
        await list.until(async () => {
          for (const origin of ['http://insecure.example', 'https://me.github.io', 'https://me.co.uk']) {
            await list.has(origin);
          }
          return unfit.every((entry) => named().includes(JSON.stringify(entry)));
        });
        if (kind === 'source') {
          expect(named()).toEqual(expect.arrayContaining(['"*"', '"null"', '"https://bad.example/"']));
        }
        // Without credentials these two entries are valid, and `*` is not.
        expect(await list.has('http://insecure.example', false)).toBe(true);
        expect(await list.has('https://me.github.io', false)).toBe(true);
        expect(await list.has('https://any.test', false)).toBe(false);
      }
    });

    it('keeps its last good answers while its store fails, allows nothing new, and recovers by itself', async () => {
      await holding('https://a.example');
      expect(await list.has('https://a.example')).toBe(true);
      const repair = await stored.breakDown();
      const failed = list.until(async () => {
        await list.has(`https://o${Math.random()}.test`.replace('0.', ''));
        return list.status().lastError !== undefined;
      });
      await failed;
      if (kind === 'source') {
        expect(await list.has('https://a.example')).toBe(true);
      }
      expect(await list.has('https://b.example')).toBe(false);
      await repair();
      await stored.add('https://b.example');
      await list.until(async () => list.has('https://b.example'));
      await list.until(async () => list.has('https://a.example'));
      expect(list.log.lines.length).toBeLessThan(10);
    });

    it('may be down when the app starts, and allows nothing until it is available', async () => {
      await stored.add('https://a.example');
      const repair = await stored.breakDown();
      const started = list.start();
      expect(await list.has('https://a.example')).toBe(false);
      await repair();
      await list.until(async () => list.has('https://a.example'));
      await started;
    });

    it('rejects if the signal is aborted', async () => {
      await stored.add('https://a.example');
      const { provider } = stored;
      const aborted = AbortSignal.abort(new Error('given up'));
      const calls: (() => unknown)[] = [];
      if ('load' in provider) {
        calls.push(() => provider.load(aborted));
      } else if ('lookUp' in provider) {
        calls.push(() => provider.lookUp(['https://a.example'], aborted));
      }
      if ('version' in provider) {
        calls.push(() => provider.version?.(aborted));
      }
      const outcomes = await Promise.race([
        Promise.allSettled(calls.map(async (call) => call())),
        new Promise((resolve) => setTimeout(() => resolve('hangs'), SOON_MS).unref()),
      ]);
      expect(outcomes).toEqual(calls.map(() => ({ status: 'rejected', reason: expect.anything() as unknown })));
      // The store still works.
      await list.start();
      await list.until(async () => list.has('https://a.example'));
    });

    it('ends with the app, also while a call is open', async () => {
      await stored.add('https://a.example');
      const started = list.start();
      void list.has('https://b.example');
      await list.stop();
      await started;
    });
  });
}

/** A provider as the library uses it, with and without credentials. */
class List {
  readonly log = new RecordingLog();
  readonly namesBadRows: boolean;
  readonly #allowlist: SourceProvider | LookupProvider | CallbackProvider;
  readonly #views;

  constructor(provider: AnyProvider) {
    const setup = { name: 'List', label: 'List', options: resolveAllowlistOptions(OPTIONS), log: this.log };
    if ('load' in provider) {
      this.#allowlist = new SourceProvider({ ...setup, provider });
    } else if ('lookUp' in provider) {
      this.#allowlist = new LookupProvider({ ...setup, provider });
    } else {
      this.#allowlist = new CallbackProvider({ ...setup, provider });
    }
    this.namesBadRows = !(this.#allowlist instanceof CallbackProvider);
    this.#views = [true, false].map((credentials) => this.#allowlist.under(plainChecks(credentials)));
  }

  async has(origin: string, credentials = true): Promise<boolean> {
    return (await this.#views[credentials ? 0 : 1]?.ask(origin, context({ origin }))) === true;
  }

  async start(): Promise<void> {
    if (!(this.#allowlist instanceof CallbackProvider)) {
      await this.#allowlist.start();
    }
  }

  async stop(): Promise<void> {
    if (!(this.#allowlist instanceof CallbackProvider)) {
      await this.#allowlist.stop();
    }
  }

  refresh(): Promise<void> {
    return this.#allowlist.refresh();
  }

  status(): ReturnType<SourceProvider['status']> {
    return this.#allowlist.status();
  }

  async until(holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + SOON_MS;
    while (!(await holds())) {
      if (performance.now() > end) {
        throw new Error(`The condition is still false. The status: ${JSON.stringify(this.status())}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

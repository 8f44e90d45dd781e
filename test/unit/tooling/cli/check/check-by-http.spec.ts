import { type Change, isWider } from '../../../../../lib/tooling/cli/check/change.js';
import { compareRules } from '../../../../../lib/tooling/cli/check/compare-rules.js';
import type { CorsPolicyOptions } from '../../../../../lib/index.js';
import { PLATFORMS, type PlatformName } from '../../../../support/app.js';
import { type AppSpec, type Asked, bootSpec, type HandlerSpec } from './check-apps.js';

/*
 * Compares `check` with real requests to random small apps. Each app differs from the previous one by one or two
 * changes. Every pair of neighbours is compared in both directions, by `check` and by the answers to many requests.
 */

const A = 'https://a.example';
const B = 'https://b.example';
const STRANGER = 'https://stranger.invalid';

const HEADERS = ['x-a', 'x-b', 'x-other'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const PATHS = [
  '/h/latest',
  '/h/7',
  '/h/7/sub',
  '/h/latest/sub',
  '/h/7/9',
  '/h/a/b/c',
  '/h/a/b/c/d',
  '/x/a',
  '/x/a/b',
  '/x/secret',
  '/x/secret/a',
  '/other',
  '/h/%6catest',
  '/h/%6catest%2Fsub',
  '/x/%73ecret/a',
];

const POLICIES: readonly CorsPolicyOptions[] = [
  { origin: A },
  { origin: [A, B] },
  { origin: [A, B], credentials: true },
  { origin: '*' },
  { origin: 'https://*.invalid' },
  { origin: A, enforce: true },
  { origin: [A, B], enforce: true },
  { origin: '*', enforce: true },
  { origin: [A, B], enforce: false },
  { origin: A, enforce: 'fetch-metadata' },
  { origin: false },
  { origin: false, enforce: true },
  { origin: B, methods: ['GET', 'PUT'] },
  { origin: B, methods: ['GET'], enforce: true },
  { origin: A, allowedHeaders: ['x-a'] },
  { origin: A, allowedHeaders: ['x-b'], exposedHeaders: ['x-e'] },
  { origin: A, exposedHeaders: ['content-type'] },
];
const HANDLER_PATHS: Readonly<Record<PlatformName, readonly string[]>> = {
  express: ['h/latest', 'h/:id', 'h/:other', 'h/:id/sub', 'h/latest/:n', 'h/:a/:b', 'h/*rest', 'x/a'],
  fastify: ['h/latest', 'h/:id', 'h/:id/sub', 'h/latest/:n', 'h/:a/:b', 'h/*', 'x/a'],
};
const ENTRY_PATHS: Readonly<Record<PlatformName, readonly string[]>> = {
  express: [
    '/x/*path',
    '/x/secret/*path',
    '/x/:id',
    '/x/:id/b',
    '/h/*path',
    '/h/latest',
    '/h/:id/:rest',
    '/*path',
    '/x/secret{/*p}',
  ],
  fastify: ['/x/*', '/x/secret/*', '/x/:id', '/x/:id/b', '/h/*', '/h/latest', '/h/:id/:rest', '/*', '/x/s*'],
};

/** Mulberry32: the same apps on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes apps and changes them as developers do. */
class Maker {
  readonly #next: () => number;

  constructor(
    seed: number,
    private readonly platform: PlatformName,
  ) {
    this.#next = random(seed);
  }

  first(): AppSpec {
    let spec: AppSpec = { entries: [], handlers: [] };
    for (let at = 0; at < 4; at++) {
      spec = this.withHandler(this.withEntry(spec));
    }
    return spec;
  }

  changed(spec: AppSpec): AppSpec {
    const { entries, handlers } = spec;
    const changes: (() => AppSpec)[] = [
      () => ({ ...spec, handlers: this.without(handlers) }),
      () => ({ ...spec, entries: this.without(entries) }),
      () => this.withHandler(spec),
      () => this.withEntry(spec),
      () => ({ ...spec, handlers: this.swapped(handlers) }),
      () => ({ ...spec, entries: this.swapped(entries) }),
      () => ({ ...spec, handlers: this.replaced(handlers, (each) => ({ ...each, ...this.cors() })) }),
      () => ({ ...spec, handlers: this.replaced(handlers, ({ method, path }) => ({ method, path })) }),
      () => ({ ...spec, handlers: this.replaced(handlers, (each) => ({ ...each, method: this.method() })) }),
      () => ({ ...spec, entries: this.replaced(entries, (each) => ({ ...each, policy: this.pick(POLICIES) })) }),
      () => ({ ...spec, entries: this.replaced(entries, ({ path, policy }) => ({ path, policy, ...this.methods() })) }),
      () => {
        const { defaultPolicy: _, ...rest } = spec;
        return this.chance(0.4) ? rest : { ...rest, defaultPolicy: this.pick(POLICIES) };
      },
      () => {
        const { around: _, ...rest } = spec;
        return this.chance(0.5) ? rest : { ...rest, around: this.pick(POLICIES) };
      },
    ];
    const once = this.pick(changes)();
    return this.chance(0.2) ? this.changed(once) : once;
  }

  private withHandler(spec: AppSpec): AppSpec {
    const handler: HandlerSpec = {
      method: this.method(),
      path: this.pick(HANDLER_PATHS[this.platform]),
      ...this.cors(),
    };
    const handlers = this.inserted(spec.handlers, handler);
    // Fastify rejects a second route with the same method and path.
    const keys = handlers.map(({ method, path }) => `${method} ${path}`);
    const all = handlers.filter(({ method }) => method === '*').map(({ path }) => path);
    const isTaken =
      new Set(keys).size < keys.length || handlers.some(({ method, path }) => method !== '*' && all.includes(path));
    return isTaken ? spec : { ...spec, handlers };
  }

  private withEntry(spec: AppSpec): AppSpec {
    const entry = { path: this.pick(ENTRY_PATHS[this.platform]), policy: this.pick(POLICIES), ...this.methods() };
    return { ...spec, entries: this.inserted(spec.entries, entry) };
  }

  private cors(): Pick<HandlerSpec, 'cors'> {
    return this.chance(0.2) ? { cors: 'no-cors' } : this.chance(0.3) ? {} : { cors: this.pick(POLICIES) };
  }

  private method(): HandlerSpec['method'] {
    return this.pick([...METHODS, '*'] as const);
  }

  private methods(): { methods?: readonly string[] } {
    return this.chance(0.6) ? {} : { methods: METHODS.filter(() => this.chance(0.5)).concat('GET') };
  }

  private without<T>(list: readonly T[]): readonly T[] {
    const at = this.index(list);
    return list.filter((_each, index) => index !== at);
  }

  private swapped<T>(list: readonly T[]): readonly T[] {
    const at = this.index(list.slice(1));
    const other = list[at + 1];
    return other === undefined ? list : [...list.slice(0, at), other, list[at]!, ...list.slice(at + 2)];
  }

  private replaced<T>(list: readonly T[], change: (each: T) => T): readonly T[] {
    const at = this.index(list);
    return list.map((each, index) => (index === at ? change(each) : each));
  }

  private inserted<T>(list: readonly T[], one: T): readonly T[] {
    const at = Math.floor(this.#next() * (list.length + 1));
    return [...list.slice(0, at), one, ...list.slice(at)];
  }

  private index(list: readonly unknown[]): number {
    return Math.floor(this.#next() * list.length);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.index(list)]!;
  }

  private chance(share: number): boolean {
    return this.#next() < share;
  }
}

/** The answers of an app: the rights of a page, the refusals of the server, and the handlers that serve. */
interface Shown {
  readonly powers: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  readonly served: ReadonlySet<string>;
}

async function show(app: Asked): Promise<Shown> {
  const [powers, refused, served] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const askAbout = async (path: string, method: string): Promise<void> => {
    const route = `${method} ${path}`;
    const plain = await app.ask(method, path);
    if (plain[':status'] !== '404') {
      served.add(route);
    }
    const crossSite = await app.ask(method, path, { 'sec-fetch-site': 'cross-site' });
    if (crossSite[':status'] === '403') {
      refused.add(`${route} without an Origin`);
    }
    for (const origin of [A, B, STRANGER]) {
      const answer = await app.ask(method, path, { origin });
      if (answer[':status'] === '403') {
        refused.add(`${route} ${origin}`);
      }
      if (!isAllowed(answer, origin)) {
        continue;
      }
      const asks = {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': HEADERS.join(),
      };
      const preflight = await app.ask('OPTIONS', path, asks);
      const granted = (field: string, name: string): boolean =>
        isAllowed(preflight, origin) && listOf(preflight[`access-control-allow-${field}`]).includes(name);
      // A browser sends a preflight for a method that is not safelisted.
      if ((method === 'PUT' || method === 'DELETE') && !granted('methods', method)) {
        continue;
      }
      const use = `${route} ${origin}`;
      powers.add(use);
      if (answer['access-control-allow-credentials'] === 'true') {
        powers.add(`${use} with cookies`);
      }
      HEADERS.filter((name) => granted('headers', name)).forEach((name) => powers.add(`${use} sends ${name}`));
      listOf(answer['access-control-expose-headers'])
        .filter((name) => name !== 'content-type')
        .forEach((name) => powers.add(`${use} reads ${name}`));
    }
  };
  await Promise.all(
    PATHS.map(async (path) => {
      for (const method of METHODS) {
        await askAbout(path, method);
      }
    }),
  );
  return { powers, refused, served };
}

function isAllowed(answer: Record<string, string>, origin: string): boolean {
  return answer['access-control-allow-origin'] === origin || answer['access-control-allow-origin'] === '*';
}

function listOf(value = ''): string[] {
  return value === '' ? [] : value.split(',').map((name) => name.trim());
}

/** The kinds of change that the requests show. A removed route serves nothing. */
function seen(before: Shown, after: Shown): { verdict: string; gained: string[]; lost: string[] } {
  const isGone = (use: string): boolean => {
    const route = use.split(' ').slice(0, 2).join(' ');
    return before.served.has(route) && !after.served.has(route);
  };
  const gained = [
    ...[...after.powers].filter((power) => !before.powers.has(power)),
    ...[...before.refused].filter((use) => !after.refused.has(use) && !isGone(use)).map((use) => `${use} is served`),
  ];
  const lost = [
    ...[...before.powers].filter((power) => !after.powers.has(power)),
    ...[...after.refused].filter((use) => !before.refused.has(use)).map((use) => `${use} is refused`),
    // `check` also compares paths with escapes, to find wider grants.
  ].filter((use) => !use.includes('%'));
  return { verdict: gained.length > 0 ? 'wider' : lost.length > 0 ? 'narrower' : 'no change', gained, lost };
}

/**
 * The changes that requests to these apps can show. The apps answer no preflight themselves and serve no WebSocket, so a
 * path that is left to them is narrower.
 */
function visible(changes: readonly Change[]): readonly Change[] {
  return changes
    .filter(({ route }) => !route.startsWith('WS '))
    .map((each) => (each.says.includes('the app itself may answer preflights') ? { ...each, kind: 'narrower' } : each));
}

/** 116 pairs on two platforms. `SEED` tries others. */
const APPS = 30;

describe.each(PLATFORMS)('check, compared with real requests on %s', (platform) => {
  it(`agrees with real requests for ${2 * (APPS - 1)} pairs of apps`, async () => {
    const maker = new Maker(Number(process.env['SEED'] ?? 12), platform);
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    let before: { spec: AppSpec; rules: Asked['rules']; shown: Shown } | undefined;
    let spec = maker.first();
    for (let at = 0; at < APPS;) {
      const app = await bootSpec(spec, platform).catch((error: unknown) => error as Error);
      if (app instanceof Error) {
        // Invalid options, such as credentials for any origin. No app can have them.
        expect(app.name).toBe('CorsConfigurationError');
        spec = maker.changed(before!.spec);
        continue;
      }
      const now = { spec, rules: app.rules, shown: await show(app) };
      await app.close();
      for (const [was, is] of before === undefined ? [] : [[before, now] as const, [now, before] as const]) {
        const changes = visible(compareRules(was.rules, is.rules));
        const told = changes.some(isWider)
          ? 'wider'
          : changes.some(({ kind }) => kind === 'narrower')
            ? 'narrower'
            : 'no change';
        const { verdict, gained, lost } = seen(was.shown, is.shown);
        counts[verdict] = (counts[verdict] ?? 0) + 1;
        if (told !== verdict) {
          wrong.push(JSON.stringify({ told, verdict, changes, gained, lost, before: was.spec, after: is.spec }));
        }
      }
      before = now;
      at++;
      spec = maker.changed(spec);
    }
    // Each line has all data that explains the difference.
    expect(wrong).toEqual([]);
    expect(Object.keys(counts).sort()).toEqual(['narrower', 'no change', 'wider']);
    expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(5);
  }, 60_000);
});

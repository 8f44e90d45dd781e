import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { CorsOrigin } from '../../../lib/config/options.js';
import { referenceIn, textOf } from '../../../lib/config/provider-reference.js';
import { ProviderRegistry } from '../../../lib/config/provider-registry.js';
import type { Report } from '../../../lib/core/policy/read.js';
import { ConfigOrigins } from '../../../lib/providers/config-origins.js';
import { resolveAllowlistOptions } from '../../../lib/providers/options.js';

class Listed {
  load(): Promise<string[]> {
    return Promise.resolve([]);
  }
}
class Asked {
  isAllowed(): boolean {
    return true;
  }
}
class LookedUp {
  lookUp(): Promise<string[]> {
    return Promise.resolve([]);
  }
}
class Lists {
  forAllowlist(name: string): Listed | undefined {
    return name === 'partners' ? new Listed() : undefined;
  }
}
class Unfit {}
class ConfigService {
  get(key: string): unknown {
    return key === 'ORIGINS' ? ['https://a.example', 5] : undefined;
  }
}

const log = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** A registry in an app with one instance of each class. */
function registry(classes: (new () => object)[], unresolved = false) {
  const providers = new Map(classes.map((token) => [token, { metatype: token, instance: new token() }]));
  const modules = new Map([['AppModule', { providers }]]) as unknown as ModulesContainer;
  const moduleRef = {
    get: (token: new () => object) => {
      const found = providers.get(token);
      if (found === undefined) {
        throw new Error('unknown');
      }
      return found.instance;
    },
  } as unknown as ModuleRef;
  const registered = new ProviderRegistry({ moduleRef, modules, options: resolveAllowlistOptions(), log, unresolved });
  const codes: string[] = [];
  const report: Report = ({ code, place }) => void codes.push(place === undefined ? code : `${place}: ${code}`);
  const read = (origin: CorsOrigin | CorsOrigin[], place = 'policies.a') => registered.read(origin, place, report);
  return { registered, read, codes };
}

const names = ({ registered }: ReturnType<typeof registry>) => registered.all.map((each) => each.status().name);

describe('rule 4.1: a provider that an origin names', () => {
  it.each([
    ['a source', Listed, 'source'],
    ['an allowlist', Asked, 'allowlist'],
    ['a look-up', LookedUp, 'allowlist'],
  ] as const)('is recognized by its method: %s', (_title, token, kind) => {
    const app = registry([token]);
    expect(app.read(token)).toMatchObject([{ kind: 'provider' }]);
    expect(app.registered.all.map((each) => each.status().kind)).toEqual([kind]);
    expect(app.codes).toEqual([]);
  });

  it('is created once, however many policies use it', () => {
    const app = registry([Listed]);
    const [one, other] = [app.read(Listed), app.read([Listed, { provider: Listed }], 'policies.b')];
    expect(other).toEqual([one[0], one[0]]);
    expect(names(app)).toEqual(['Listed']);
  });

  it('has a unique name', () => {
    const Other = { Listed: class Listed extends Asked {} }.Listed;
    const app = registry([Listed, Other]);
    app.read(Listed);
    app.read(Other, 'policies.b');
    expect(names(app)).toEqual(['Listed', 'Listed (policies.b)']);
  });

  it('may be one of several lists, each created once', () => {
    const app = registry([Lists]);
    app.read([
      { provider: Lists, allowlist: 'partners' },
      { provider: Lists, allowlist: 'partners' },
    ]);
    expect(names(app)).toEqual(['Lists("partners")']);
    expect(app.registered.running).toHaveLength(1);
    app.read({ provider: Lists, allowlist: 'others' });
    expect(app.codes).toEqual(['provider-unfit']);
  });

  it('starts and stops with the app if it is loaded or looked up, and not if it is only asked', () => {
    const app = registry([Listed, Asked, LookedUp]);
    app.read([Listed, Asked, LookedUp]);
    expect(app.registered.running.map(({ label }) => label)).toEqual(['Listed', 'LookedUp']);
  });

  it.each([
    ['provider-missing', [], Listed],
    ['provider-unfit', [Unfit], { provider: Unfit }],
    ['origin-empty', [], []],
    ['not-an-origin', [], 5],
    ['origin-callback', [], (_origin: string, callback: (error: null, ok: boolean) => void) => callback(null, true)],
  ] as const)('is rejected: %s', (code, classes, origin) => {
    const app = registry([...classes]);
    expect(app.read(origin as never)).toEqual([]);
    expect(app.codes).toEqual([code]);
    expect(app.registered.all).toEqual([]);
  });
});

it('rule 4.1: an origin function is called, and listed once', () => {
  const app = registry([]);
  const isPartner = (): boolean => true;
  expect(app.read([isPartner, isPartner])).toMatchObject([{ kind: 'provider' }, { kind: 'provider' }]);
  expect(names(app)).toEqual(['isPartner()']);
});

describe('rule 4.6: a key of the configuration', () => {
  it('is read at once, each entry at a place of its own', () => {
    const app = registry([ConfigService]);
    expect(app.read(ConfigOrigins.forKey('ORIGINS'))).toMatchObject([{ kind: 'pattern', place: 'ORIGINS[0]' }]);
    expect(app.codes).toEqual(['ORIGINS[1]: not-an-origin']);
    expect(names(app)).toEqual(['ORIGINS']);
  });

  it('needs a ConfigService, and a value', () => {
    const without = registry([]);
    without.read(ConfigOrigins.forKey('ORIGINS'));
    const unset = registry([ConfigService]);
    unset.read(ConfigOrigins.forKey('OTHERS'));
    expect([without.codes, unset.codes]).toEqual([['ORIGINS: provider-missing'], ['OTHERS: config-missing']]);
  });
});

it('rule 2.5: a preview lists the declared providers, and creates none', () => {
  const app = registry([Listed], true);
  expect(app.read([Listed, ConfigOrigins.forKey('ORIGINS')])).toMatchObject([
    { kind: 'provider' },
    { kind: 'provider' },
  ]);
  app.read(Asked);
  expect(app.codes).toEqual(['provider-missing']);
  expect(app.registered.all).toEqual([]);
  expect(app.registered.preview).toBe(true);
});

test('rule 4.1: a reference is a class, a symbol or an object with `provider`, not a plain function', () => {
  const token = Symbol('TENANTS');
  expect(referenceIn(token)).toEqual({ token });
  expect(referenceIn(Listed)).toEqual({ token: Listed });
  expect(referenceIn({ provider: 'A', allowlist: 'b' })).toEqual({ token: 'A', allowlist: 'b' });
  expect([referenceIn(() => true), referenceIn('https://a.example'), referenceIn(null)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(textOf({ token: 'A', allowlist: 'b' })).toBe('A("b")');
  expect([token, Listed, class {}].map((each) => textOf({ token: each }))).toEqual([
    'Symbol(TENANTS)',
    'Listed',
    'a class without a name',
  ]);
});

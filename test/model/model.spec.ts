import { type Comparison, compare } from './compare.js';
import {
  askedOfAll,
  askedOfVersions,
  type Decoration,
  entrySites,
  mergedSites,
  mixedSites,
  type Options,
  type Site,
  versionedSites,
} from './domain.js';
import { Visit } from './page.js';
import { PureApp, type PureAnswer } from './pure-app.js';

/*
 * A small but complete domain: origins, credentials, methods, header sets, modes, policies, merges, versions and
 * entries of `routes`. In each combination the browser of the test kit allows a page exactly if the reference does.
 */

const visits = askedOfAll().map((asked) => new Visit(asked));
const versionVisits = askedOfVersions().map((asked) => new Visit(asked));

const PARTS: Readonly<Record<string, { readonly sites: Site[]; readonly visits: Visit[] }>> = {
  'policies of default, class and method': { sites: mergedSites(), visits },
  'methods of one path under different policies': { sites: mixedSites(), visits },
  'entries of `routes` with handlers and without': { sites: entrySites(), visits },
  'versions under different policies': { sites: versionedSites(), visits: versionVisits },
};

describe('a page reads a response, and a handler runs, exactly as in the reference', () => {
  const comparisons = new Map<string, Comparison>();

  beforeAll(() => {
    for (const [name, part] of Object.entries(PARTS)) {
      comparisons.set(
        name,
        compare(part.sites, part.visits, (site) => PureApp.of(site)),
      );
    }
  }, 240_000);

  it.each(Object.keys(PARTS))('%s', (name) => {
    expect(comparisons.get(name)!.differences).toEqual([]);
  });

  it('agree in more than a million combinations', () => {
    const judged = [...comparisons.values()].map((each) => each.judged);
    expect(judged.every((each) => each > 100_000)).toBe(true);
    expect(judged.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1_000_000);
  });

  it('have both outcomes for each value of each dimension', () => {
    const merged = new Map<string, Record<string, number>>();
    for (const { tally } of comparisons.values()) {
      for (const [label, outcomes] of tally) {
        const known = merged.get(label) ?? {};
        merged.set(label, known);
        Object.entries(outcomes).forEach(([outcome, count]) => (known[outcome] = (known[outcome] ?? 0) + count));
      }
    }
    const rare = [...merged].flatMap(([label, outcomes]) =>
      Object.entries(outcomes).flatMap(([outcome, count]) => (count < 100 ? [`${label}: ${outcome}`] : [])),
    );
    // Nothing is blocked for the app's own pages, and no handler has the third version.
    expect(rare).toEqual(['origin https://api.a.test: blocked', 'version 3: runs']);
  });
});

describe('the check fails for', () => {
  /** The step between the checked sites. This sample is enough to find a wrong library. */
  const thinned = Object.values(PARTS).map(({ sites, visits: asked }) => ({
    sites: sites.filter((_site, at) => at % 13 === 0),
    asked,
  }));

  function isCaught(appOf: (site: Site) => Pick<PureApp, 'answer'> | undefined): boolean {
    return thinned.some(({ sites, asked }) => compare(sites, asked, appOf, 1).differences.length > 0);
  }

  it('no correct library', () => {
    expect(isCaught((site) => PureApp.of(site))).toBe(false);
  });

  const without =
    (...fields: (keyof Options)[]) =>
    (site: Site): Site => {
      const strip = (said: Decoration | undefined): Decoration | undefined =>
        said?.options && {
          ...said,
          options: Object.fromEntries(
            Object.entries(said.options).filter(([field]) => !fields.includes(field as keyof Options)),
          ),
        };
      return {
        ...site,
        handlers: site.handlers.map((each) => ({
          ...each,
          onClass: strip(each.onClass) ?? each.onClass,
          onMethod: strip(each.onMethod) ?? each.onMethod,
        })),
      };
    };

  it.each<[string, (site: Site) => Site]>([
    ['that ignores `methods`', without('methods')],
    ['that ignores `allowedHeaders`', without('allowedHeaders')],
    ['that ignores `enforce`', without('enforce')],
    ['that ignores `credentials: false`', without('credentials')],
    [
      'that reads no decorator of a method',
      (site) => ({ ...site, handlers: site.handlers.map(({ onMethod: _, ...each }) => each) }),
    ],
    [
      'that reads no decorator of a class',
      (site) => ({ ...site, handlers: site.handlers.map(({ onClass: _, ...each }) => each) }),
    ],
    ['that knows no entry', ({ entry: _, ...site }) => site],
    ['that knows no default policy', ({ defaultPolicy: _, ...site }) => site],
    [
      'that takes one version for the other',
      (site) => ({
        ...site,
        handlers: site.handlers.map((each, at, all) => ({ ...each, version: all[all.length - 1 - at]!.version! })),
      }),
    ],
  ])('a library %s', (_name, broken) => {
    expect(isCaught((site) => PureApp.of(broken(site)))).toBe(true);
  });

  it.each<[string, (answer: PureAnswer) => PureAnswer]>([
    ['that stops no request', (answer) => ({ ...answer, runs: true })],
    [
      'that grants credentials to all',
      (answer) => ({
        ...answer,
        headers: [
          ...answer.headers.filter(([name]) => name !== 'Access-Control-Allow-Credentials'),
          ['Access-Control-Allow-Credentials', 'true'],
        ],
      }),
    ],
    [
      'that allows `*`',
      (answer) => ({
        ...answer,
        headers: answer.headers.map(([name, value]) => [name, name === 'Access-Control-Allow-Origin' ? '*' : value]),
      }),
    ],
    [
      'that allows no header',
      (answer) => ({ ...answer, headers: answer.headers.filter(([name]) => name !== 'Access-Control-Allow-Headers') }),
    ],
    [
      'that allows any method',
      (answer) => ({
        ...answer,
        headers: answer.headers.map(([name, value]) => [
          name,
          name === 'Access-Control-Allow-Methods' ? 'PUT, DELETE, OPTIONS' : value,
        ]),
      }),
    ],
  ])('a library %s', (_name, broken) => {
    expect(
      isCaught((site) => {
        const app = PureApp.of(site);
        return app && { answer: (request) => broken(app.answer(request)) };
      }),
    ).toBe(true);
  });
});

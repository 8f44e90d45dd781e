import { PLATFORMS } from '../support/app.js';
import {
  type Asked,
  askedOfAll,
  askedOfVersions,
  entrySites,
  mergedSites,
  mixedSites,
  type Site,
  versionedSites,
} from './domain.js';
import { type Carrier, HttpApp } from './http-app.js';
import { differenceOf } from './compare.js';
import { boots, judge } from './reference.js';

/* A sample of the model's domain over HTTP, with Nest, a platform, the whole library and the test kit's browser. */

const sites = [mergedSites(), mixedSites(), entrySites()].flatMap((all) => every(19, all.filter(boots)));
const asked = askedOfAll().filter(({ fetchMetadata, mode }) => fetchMetadata && mode !== 'navigate');
const versioned = every(11, versionedSites().filter(boots));

/** The number of requests to each site. */
const REQUESTS = 6;

describe.each(PLATFORMS)('on %s, a page is allowed if and only if the reference allows it', (platform) => {
  it.each<[string, Site[], Asked[], Carrier]>([
    ['without versions', sites, asked, undefined],
    ['with versions by media type', versioned, askedOfVersions().filter(isBy('accept')), 'accept'],
    ['with versions by header', versioned, askedOfVersions().filter(isBy('x-version')), 'x-version'],
  ])(
    '%s',
    async (_name, all, requests, carrier) => {
      const differences: string[] = [];
      let judged = 0;
      for (const group of byDefaultPolicy(all)) {
        const app = await HttpApp.start(platform, group, carrier);
        for (const [at, site] of group.entries()) {
          for (let n = 0; n < REQUESTS; n++) {
            // Steps without a common divisor reach every combination of the dimensions in the end.
            const each = requests[(judged++ * 101) % requests.length]!;
            const seen = await app.visit(at, each);
            const expected = judge(site, each);
            if (seen.reads !== expected.reads || seen.runs !== expected.runs) {
              differences.push(differenceOf(site, each, expected, seen));
            }
          }
        }
        await app.close();
      }
      expect(differences.slice(0, 3)).toEqual([]);
      expect(judged).toBeGreaterThan(200);
    },
    60_000,
  );
});

function every<T>(step: number, all: readonly T[]): T[] {
  return all.filter((_each, at) => at % step === 0);
}

function isBy(carrier: string): (asked: Asked) => boolean {
  return ({ headers }) => headers.some(([name]) => name === carrier);
}

function byDefaultPolicy(all: readonly Site[]): Site[][] {
  const groups = new Map<string, Site[]>();
  for (const site of all) {
    const key = JSON.stringify(site.defaultPolicy) ?? '';
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()];
}

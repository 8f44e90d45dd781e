import fc from '../../../../support/fast-check.js';
import { isWider } from '../../../../../lib/tooling/cli/check/change.js';
import { compareRules } from '../../../../../lib/tooling/cli/check/compare-rules.js';
import type { Grant, Granted } from '../../../../../lib/tooling/cli/check/grant.js';
import { buildOriginMatcher } from '../../../../../lib/core/origin/matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../../../../lib/core/origin/parse-pattern.js';
import { app, NO_CORS } from './rules.js';

/*
 * An oracle that does not use the comparison of grants. It tries requests on both grants, with the matcher that real
 * requests use. The names are few, so that lists overlap and patterns cover each other.
 */

const HOSTS = ['a.example', 'x.a.example', 'y.x.a.example', 'b.example', 'xa.example', 'localhost', '127.0.0.1'];
const PATTERNS = HOSTS.flatMap((host) =>
  ['https://', 'http://'].flatMap((scheme) =>
    ['', ':*', ':8443'].flatMap((port) => [
      `${scheme}${host}${port}`,
      ...(host === '127.0.0.1' ? [] : [`${scheme}*.${host}${port}`]),
    ]),
  ),
);
const ORIGINS = [
  ...HOSTS.flatMap((host) => [`https://${host}`, `http://${host}`, `https://${host}:8443`, `https://${host}:9`]),
  'https://z.y.x.a.example',
  'http://z.localhost:8443',
  'https://z.b.example',
  'null',
];
const METHODS = ['GET', 'HEAD', 'PUT'];
const HEADERS = ['x-a', 'x-b', 'x-c'];

const subset = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);

const grant: fc.Arbitrary<Grant> = fc.record(
  {
    origin: fc.oneof(
      { weight: 6, arbitrary: fc.array(fc.constantFrom(...PATTERNS), { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant(['*']) },
      { weight: 1, arbitrary: fc.constant(['https://a.example', 'null']) },
    ),
    credentials: fc.constant(true as const),
    methods: subset(METHODS).filter((methods) => methods.length > 0),
    allowedHeaders: subset(HEADERS),
    exposedHeaders: fc.oneof(subset(HEADERS), fc.constant('*' as const)),
    enforce: fc.constant(true as const),
    privateNetwork: fc.constant(true as const),
  },
  { requiredKeys: ['origin'] },
);
const granted: fc.Arbitrary<Granted> = fc.oneof(
  { weight: 8, arbitrary: grant },
  { weight: 1, arbitrary: fc.constantFrom<Granted>(null, NO_CORS) },
);

function admitsOrigin({ origin }: Grant, asking: string): boolean {
  if (origin.includes('*')) {
    return true;
  }
  const patterns = origin.filter((each) => each !== 'null').map((each) => parseOriginPattern(each) as OriginPattern);
  return buildOriginMatcher(patterns).has(asking) || (asking === 'null' && origin.includes('null'));
}

function allowsMethod({ methods }: Grant, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

/** All rights of pages of the sample origins on a route, one text for each right. */
function powers(given: Granted, method: string): Set<string> {
  const found = new Set<string>();
  const asked = method === '*' ? METHODS : method === 'GET' ? ['GET', 'HEAD'] : [method];
  for (const origin of [...ORIGINS, 'https://stranger.invalid']) {
    for (const each of asked) {
      const use = `${origin} ${each}`;
      const isGranted = given !== null && admitsOrigin(given, origin) && allowsMethod(given, each);
      if (isGranted || given?.enforce === undefined) {
        found.add(`${use} is served`);
      }
      if (!isGranted) {
        continue;
      }
      const { allowedHeaders = [...HEADERS, 'x-other'], exposedHeaders = [] } = given;
      found.add(use);
      const exposed = exposedHeaders === '*' ? [...HEADERS, 'x-other'] : exposedHeaders;
      allowedHeaders.forEach((name) => found.add(`${use} sends ${name}`));
      exposed.forEach((name) => found.add(`${use} reads ${name}`));
      if (given.credentials) {
        found.add(`${use} with cookies`);
      }
      if (given.privateNetwork) {
        found.add(`${use} from outside`);
      }
    }
  }
  return found;
}

describe('comparing grants against an oracle that tries them', () => {
  it.each(['PUT', 'GET', '*'])('never misses a wider grant of %s', (method) => {
    fc.assert(
      fc.property(granted, granted, (before, after) => {
        const [was, is] = [powers(before, method), powers(after, method)];
        const gained = [...is].filter((power) => !was.has(power));
        const told = compareRules(app(before, `${method} /a`), app(after, `${method} /a`)).some(isWider);
        return gained.length === 0 || told;
      }),
      { numRuns: 1_000 },
    );
  });

  it('reports no grant as wider that lost only origins, headers, or credentials', () => {
    fc.assert(
      fc.property(grant, grant, ({ credentials: _cookies, ...before }, { origin, exposedHeaders }) => {
        const after: Grant = {
          ...before,
          origin: before.origin.filter((each) => !origin.includes(each)),
          exposedHeaders: exposedHeaders === undefined ? [] : (before.exposedHeaders ?? []),
        };
        return !compareRules(app({ ...before, credentials: true }), app(after)).some(isWider);
      }),
    );
  });
});

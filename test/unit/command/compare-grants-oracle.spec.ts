import fc from 'fast-check';
import { isWider } from '../../../lib/cli/check/change.js';
import { compareGrants } from '../../../lib/cli/check/compare-grants.js';
import type { Grant, Granted } from '../../../lib/cli/check/grant.js';
import { buildOriginMatcher } from '../../../lib/core/origins/origin-matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../../lib/core/origins/origin-pattern.js';
import { app } from './grants.js';

/*
 * An oracle that knows nothing of how grants are compared: it tries requests on both of them, origins by the matcher that
 * answers real ones. Names are few, so that lists overlap and patterns cover each other.
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
  { weight: 1, arbitrary: fc.constantFrom<Granted>(null, '@NoCors()') },
);

function admitsOrigin({ origin }: Grant, asking: string): boolean {
  if (origin.includes('*')) {
    return true;
  }
  const patterns = origin.filter((each) => each !== 'null').map((each) => parseOriginPattern(each) as OriginPattern);
  return buildOriginMatcher(patterns).has(asking) || (asking === 'null' && origin.includes('null'));
}

/** Everything that a page of one of the sample origins may do with a route, one text for each. */
function powers(given: Granted, method: string): Set<string> {
  const found = new Set<string>();
  if (given === null || given === '@NoCors()') {
    return found;
  }
  const asked = method === '*' ? METHODS : method === 'GET' ? ['GET', 'HEAD'] : [method];
  for (const origin of ORIGINS.filter((each) => admitsOrigin(given, each))) {
    const { methods, allowedHeaders = [...HEADERS, 'x-other'], exposedHeaders = [] } = given;
    for (const each of asked) {
      if (methods !== undefined && !methods.includes(each) && !(each === 'HEAD' && methods.includes('GET'))) {
        continue;
      }
      const use = `${origin} ${each}`;
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
      if (!given.enforce) {
        found.add('anyone is served what is refused');
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
        const told = compareGrants(app(before, `${method} /a`), app(after, `${method} /a`)).some(isWider);
        return gained.length === 0 || told;
      }),
      { numRuns: 1_000 },
    );
  });

  it('calls nothing wider that lost origins, headers, or credentials only', () => {
    fc.assert(
      fc.property(grant, grant, ({ credentials: _cookies, ...before }, { origin, exposedHeaders }) => {
        const after: Grant = {
          ...before,
          origin: before.origin.filter((each) => !origin.includes(each)),
          exposedHeaders: exposedHeaders === undefined ? [] : (before.exposedHeaders ?? []),
        };
        return !compareGrants(app({ ...before, credentials: true }), app(after)).some(isWider);
      }),
    );
  });
});

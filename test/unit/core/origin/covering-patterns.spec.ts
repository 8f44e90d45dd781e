import fc from '../../../support/fast-check.js';
import { canBeLookedUp, patternsCovering } from '../../../../lib/core/origin/covering-patterns.js';
import { buildOriginMatcher } from '../../../../lib/core/origin/matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../../../lib/core/origin/parse-pattern.js';

describe('patternsCovering', () => {
  it.each<[origin: string, patterns: string[]]>([
    [
      'https://a.b.example',
      [
        'https://a.b.example',
        'https://a.b.example:*',
        'https://*.b.example',
        'https://*.b.example:*',
        'https://*.example',
        'https://*.example:*',
      ],
    ],
    ['http://localhost:3000', ['http://localhost:3000', 'http://localhost:*']],
    [
      'https://a.example:8443',
      ['https://a.example:8443', 'https://a.example:*', 'https://*.example:8443', 'https://*.example:*'],
    ],
    ['http://127.0.0.1', ['http://127.0.0.1', 'http://127.0.0.1:*']],
    ['http://[::1]:80', []],
    ['http://[::1]:81', ['http://[::1]:81', 'http://[::1]:*']],
    [
      'https://a-b.x.example',
      [
        'https://a-b.x.example',
        'https://a-b.x.example:*',
        'https://*.x.example',
        'https://*.x.example:*',
        'https://*.example',
        'https://*.example:*',
        'https://*-b.x.example',
        'https://*-b.x.example:*',
        'https://a-*.x.example',
        'https://a-*.x.example:*',
      ],
    ],
    ['http://a-b', ['http://a-b', 'http://a-b:*']],
    ['http://a-b-c', ['http://a-b-c', 'http://a-b-c:*']],
    ['https://a-b.', ['https://a-b.', 'https://a-b.:*']],
    ['https://a.', ['https://a.', 'https://a.:*']],
    [
      'https://a.example.',
      ['https://a.example.', 'https://a.example.:*', 'https://*.example.', 'https://*.example.:*'],
    ],
    ['capacitor://a.b', ['capacitor://a.b']],
    ['app://.', ['app://.']],
    ['file://', []],
    ['null', []],
    ['*', []],
    ['https://A.example', []],
    [`https://${'a.'.repeat(200)}example`, []],
  ])('of %s', (origin, patterns) => {
    expect(patternsCovering(origin)).toEqual(patterns);
  });

  it('are those that the compiled list would find, and no others', () => {
    const label = fc.constantFrom('a', 'b', 'xn--a', '1', 'a-b', 'a-b-c', 'a--b', '-');
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const port = fc.constantFrom('', ':8443', ':*');
    const scheme = fc.constantFrom('http', 'https', 'app');
    const text = fc
      .tuple(scheme, fc.constantFrom('', '*.', 'a-*.', '*-b.', 'a-*-b.', 'a*.', '*b.', 'a-*-.'), host, port)
      .map(([scheme, wildcard, host, port]) => `${scheme}://${wildcard}${host}${port}`);
    fc.assert(
      fc.property(text, text, (origin, pattern) => {
        const parsed = parseOriginPattern(pattern);
        fc.pre(!('code' in parsed) && canBeLookedUp(parsed));
        const matcher = buildOriginMatcher([parsed]);
        expect(patternsCovering(origin).includes(pattern)).toBe(matcher.has(origin));
      }),
      { numRuns: 10_000 },
    );
  });

  it('have a wildcard in the leftmost label however many hyphens the others have', () => {
    expect(patternsCovering('https://a-b.1-2-3-4-5-6-7-8-9.example')).toContain(
      'https://*-b.1-2-3-4-5-6-7-8-9.example',
    );
  });

  it('are at most 366, whatever the origin', () => {
    const ones = (count: number): string => Array.from({ length: count }, () => 'a').join('.');
    for (let hyphens = 0; hyphens <= 62; hyphens++) {
      for (const label of [`${'-'.repeat(hyphens)}a`, 'a-'.repeat(hyphens / 2) + 'a', `x${'-'.repeat(hyphens)}`]) {
        const names = Math.floor((253 - label.length) / 2);
        const patterns = patternsCovering(`https://${label}.${ones(names)}`);
        expect(patterns.length).toBeGreaterThan(2 * names);
        expect(patterns.length).toBeLessThanOrEqual(366);
      }
    }
  });

  it.each([
    ['https://a.example', true],
    ['https://*.a.example', true],
    ['https://app-git-*.a.example:*', true],
    ['https://*-3000.a.example', true],
    ['https://app-*-acme.a.example', true],
    ['https://pr*.a.example', false],
    ['https://*x.a.example', false],
    [`https://${'a-'.repeat(7)}*.a.example`, true],
    [`https://${'a-'.repeat(8)}*.a.example`, false],
    [`https://*${'-a'.repeat(7)}.a.example`, true],
    [`https://*${'-a'.repeat(8)}.a.example`, false],
  ])('%s can be looked up: %s', (text, expected) => {
    expect(canBeLookedUp(parseOriginPattern(text) as OriginPattern)).toBe(expected);
  });
});

import fc from 'fast-check';
import { patternsCovering } from '../../lib/core/origins/covering-patterns.js';
import { buildOriginMatcher } from '../../lib/core/origins/origin-matcher.js';
import { parseOriginPattern } from '../../lib/core/origins/origin-pattern.js';

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
    ['null', []],
    ['*', []],
    ['https://A.example', []],
    [`https://${'a.'.repeat(200)}example`, []],
  ])('of %s', (origin, patterns) => {
    expect(patternsCovering(origin)).toEqual(patterns);
  });

  it('are those that the compiled list would find, and no others', () => {
    const label = fc.constantFrom('a', 'b', 'xn--a', '1');
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const port = fc.constantFrom('', ':8443', ':*');
    const scheme = fc.constantFrom('http', 'https', 'app');
    const text = fc
      .tuple(scheme, fc.constantFrom('', '*.'), host, port)
      .map(([scheme, wildcard, host, port]) => `${scheme}://${wildcard}${host}${port}`);
    fc.assert(
      fc.property(text, text, (origin, pattern) => {
        const parsed = parseOriginPattern(pattern);
        fc.pre(!('code' in parsed));
        const matcher = buildOriginMatcher([parsed]);
        expect(patternsCovering(origin).includes(pattern)).toBe(matcher.has(origin));
      }),
      { numRuns: 2_000 },
    );
  });
});

import fc from '../../../support/fast-check.js';
import { covers } from '../../../../lib/core/origin/covers.js';
import { buildOriginMatcher } from '../../../../lib/core/origin/matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../../../lib/core/origin/parse-pattern.js';

const read = (text: string): OriginPattern => parseOriginPattern(text) as OriginPattern;

describe('one pattern covering another', () => {
  it.each([
    ['https://a.example', 'https://a.example', true],
    ['https://*.a.example', 'https://x.a.example', true],
    ['https://*.a.example', 'https://*.x.a.example', true],
    ['https://*.a.example', 'https://*.a.example', true],
    ['https://*.a.example:*', 'https://x.a.example:8443', true],
    ['http://localhost:*', 'http://localhost', true],
    ['https://*.a.example', 'https://a.example', false],
    ['https://*.a.example', 'https://xa.example', false],
    ['https://a.example', 'https://*.a.example', false],
    ['https://x.a.example', 'https://*.a.example', false],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example', 'https://a.example:*', false],
    ['https://a.example:8443', 'https://a.example', false],
    ['https://*.a.example', 'https://x-*.a.example', true],
    ['https://*.a.example', 'https://x-*.b.a.example', true],
    ['https://x-*.a.example', 'https://x-1.a.example', true],
    ['https://x-*.a.example', 'https://x-git-*.a.example', true],
    ['https://x-*.a.example:*', 'https://x-*-y.a.example:8443', true],
    ['https://x-*.a.example', 'https://*.a.example', false],
    ['https://x-git-*.a.example', 'https://x-*.a.example', false],
    ['https://x-*.a.example', 'https://x-.a.example', false],
    ['https://x-*.a.example', 'https://x-1.b.a.example', false],
    ['https://x-*.a.example', 'https://x-_*.a.example', false],
    ['https://*x.a.example', 'https://x*.a.example', false],
    ['https://x-1.a.example', 'https://x-*.a.example', false],
    ['https://*.a.example', 'https://x-*.b.example', false],
    ['https://a.example', 'https://x-*.a.example', false],
    ['https://x-*.a.example', 'https://*.x-1.a.example', false],
    ['https://l*.localhost', 'https://localhost', false],
    ['https://x-*.a.example', 'https://y-1.a.example', false],
    ['https://*-x.a.example', 'https://1-x.a.example', true],
    ['https://*-x.a.example', 'https://1-y.a.example', false],
    ['https://_x*.a.example', 'https://_xy*.a.example', true],
    ['https://*y_.a.example', 'https://*xy_.a.example', true],
    ['app://.', 'app://.', true],
    ['app://.', 'app://..', false],
    ['https://a.example', 'https://a.example.', false],
  ])('%s covers %s: %s', (outer, inner, expected) => {
    expect(covers(read(outer), read(inner))).toBe(expected);
  });

  it('is true for every origin that the inner one matches', () => {
    const host = fc
      .array(fc.constantFrom('a', 'b', 'a-b', 'ab'), { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join('.'));
    const port = fc.constantFrom('', ':*', ':8080');
    const pattern = fc
      .tuple(fc.constantFrom('', '*.', 'a*.', '*b.', 'a-*.', 'a*b.'), host, port)
      .map(([wild, name, end]) => read(`https://${wild}${name}${end}`));
    const origin = fc.tuple(host, fc.constantFrom('', ':8080', ':9')).map(([name, end]) => `https://${name}${end}`);
    fc.assert(
      fc.property(pattern, pattern, fc.array(origin, { minLength: 20 }), (outer, inner, origins) => {
        const [wide, narrow] = [buildOriginMatcher([outer]), buildOriginMatcher([inner])];
        return !covers(outer, inner) || origins.every((each) => !narrow.has(each) || wide.has(each));
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildOriginMatcher, OriginMatcherBuilder } from '../../lib/core/origins/origin-matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../lib/core/origins/origin-pattern.js';
import { parseOrigin } from '../../lib/core/origins/origin.js';
import { anyText, hostile, originLike, originOnFewNames, patternLike } from './origin-arbitraries.js';

const lookalikes = [
  '',
  '*',
  'null',
  'example.com',
  'https://exampleXcom',
  'https://evil-example.com',
  'https://evilexample.com',
  'https://example.com.evil.test',
  'https://example.com.',
  'https://example.com:443',
  'https://example.com:',
  'https://example.com:*',
  'https://example.com/',
  'https://example.com@evil.test',
  'https://evil.test#example.com',
  'https://evil.test\\.example.com',
  'HTTPS://EXAMPLE.COM',
  'https://Example.com',
  'https://a.Example.com',
  'https://*.example.com',
  'https://.example.com',
  'https://a..example.com',
  'https://a.example.com:0',
  'https://a.example.com:443',
  'https://a.example.com/',
  'https://a.example.com:*',
  'https://a.example.com, https://example.com',
  'ftp://a.example.com',
  'https://com',
];

const rules: [rule: string, patterns: string[], has: string[], hasNot: string[]][] = [
  [
    'exact',
    ['https://example.com'],
    ['https://example.com'],
    ['http://example.com', 'https://example.com:8443', 'https://a.example.com'],
  ],
  [
    'exact with a port',
    ['https://example.com:8443'],
    ['https://example.com:8443'],
    ['https://example.com', 'https://example.com:8444'],
  ],
  [
    'any port or none',
    ['http://localhost:*'],
    ['http://localhost', 'http://localhost:1', 'http://localhost:443', 'http://localhost:65535'],
    [
      'https://localhost',
      'http://localhost:80',
      'http://a.localhost:3000',
      'http://localhost:065',
      'http://localhost:65536',
    ],
  ],
  [
    'subdomains at any depth, not the domain itself',
    ['https://*.example.com'],
    ['https://a.example.com', 'https://a.b.c.example.com', `https://${'a.'.repeat(120)}example.com`],
    [
      'https://example.com',
      'https://a.example.com:8443',
      'http://a.example.com',
      'https://a.example.org',
      'https://a.evil-example.com',
    ],
  ],
  [
    'subdomains with a port',
    ['https://*.example.com:8443'],
    ['https://a.example.com:8443'],
    ['https://a.example.com', 'https://a.example.com:8444', 'https://example.com:8443'],
  ],
  [
    'both wildcards',
    ['https://*.example.com:*'],
    ['https://a.example.com', 'https://a.b.example.com:8443'],
    ['https://example.com', 'https://example.com:8443', 'http://a.example.com:8443'],
  ],
  [
    'addresses',
    ['http://127.0.0.1:*', 'http://[::1]:*'],
    ['http://127.0.0.1', 'http://127.0.0.1:3000', 'http://[::1]', 'http://[::1]:3000'],
    ['http://127.1', 'http://[0:0:0:0:0:0:0:1]', 'http://127.0.0.2'],
  ],
  [
    'no address below a domain',
    ['https://*.example'],
    ['https://1.2.3.4.example'],
    ['https://1.2.3.4', 'https://[::1]'],
  ],
  [
    'a domain and one below it',
    ['https://*.example.com', 'http://*.a.example.com', 'https://b.example.com:*'],
    ['https://x.a.example.com', 'http://x.a.example.com', 'https://b.example.com:1', 'https://a.example.com'],
    ['http://a.example.com', 'http://x.b.example.com', 'https://a.example.com:1'],
  ],
  [
    'names of properties',
    ['https://*.constructor'],
    ['https://a.constructor'],
    ['https://a.tostring', 'https://__proto__.x'],
  ],
  ['nothing', [], [], ['https://example.com']],
];

describe('an origin matcher', () => {
  it.each(rules)('holds: %s', (_rule, texts, has, hasNot) => {
    const matcher = buildOriginMatcher(texts.map(patternOf));
    expect(matcher.size).toBe(texts.length);
    expect(has.filter((origin) => !matcher.has(origin))).toEqual([]);
    expect([...hasNot, 'null', '*', ''].filter((origin) => matcher.has(origin))).toEqual([]);
  });

  it.each(lookalikes)('has no look-alike: %s', (origin) => {
    const texts = ['https://example.com', 'https://*.example.com', 'https://a.example.com:8443'];
    expect(buildOriginMatcher(texts.map(patternOf)).has(origin)).toBe(false);
    expect(buildOriginMatcher(texts.slice(0, 1).map(patternOf)).has(origin)).toBe(false);
  });

  it('equals a walk through the list', () => {
    const origins = fc.oneof(
      { weight: 8, arbitrary: originOnFewNames },
      { weight: 1, arbitrary: patternLike },
      { weight: 1, arbitrary: originLike },
      { weight: 1, arbitrary: fc.constantFrom(...lookalikes) },
    );
    let hits = 0;
    fc.assert(
      fc.property(
        fc.array(patternLike, { maxLength: 12 }),
        fc.array(origins, { minLength: 10, maxLength: 10 }),
        (texts, values) => {
          const patterns = texts.map((text) => parseOriginPattern(text)).filter(isPattern);
          const matcher = buildOriginMatcher(patterns);
          expect(matcher.size).toBe(new Set(patterns.map(({ text }) => text)).size);
          for (const value of values) {
            const expected = patterns.some((each) => covers(each, value));
            hits += Number(expected);
            expect([value, matcher.has(value)]).toEqual([value, expected]);
          }
        },
      ),
      { numRuns: 3_000 },
    );
    // Some 1000 are usual. With few, lists and origins would hardly meet, and the comparison would show nothing.
    expect(hits).toBeGreaterThan(500);
  });

  it('never throws', () => {
    const matcher = buildOriginMatcher(['https://*.example.com:*', 'http://localhost:*'].map(patternOf));
    fc.assert(
      fc.property(anyText, (value) => matcher.has(value) === false || parseOrigin(value) !== undefined),
      { numRuns: 2_000 },
    );
  });

  it('counts a pattern once', () => {
    const texts = [
      'https://a.example',
      'https://a.example:*',
      'https://*.a.example',
      'https://*.a.example:*',
      'http://*.a.example',
    ];
    expect(buildOriginMatcher([...texts, ...texts].map(patternOf)).size).toBe(5);
  });

  it('is built bit by bit, and never changes afterwards', () => {
    const builder = new OriginMatcherBuilder();
    expect(builder.size).toBe(0);
    builder.add(patternOf('https://a.example'));
    builder.add(patternOf('https://a.example'));
    expect(builder.size).toBe(1);
    const matcher = builder.build();
    expect(() => builder.add(patternOf('https://b.example'))).toThrow('is built');
    expect(Object.isFrozen(matcher)).toBe(true);
    expect([matcher.size, matcher.has('https://a.example'), matcher.has('https://b.example')]).toEqual([
      1,
      true,
      false,
    ]);
  });

  it('holds lists longer than one set takes', () => {
    const builder = new OriginMatcherBuilder();
    const origin = (index: number): string => `https://tenant-${index}.example`;
    for (let index = 0; index < 40_000; index++) {
      builder.add(patternOf(origin(index)));
      builder.add(patternOf(origin(index >> 1)));
    }
    const matcher = builder.build();
    expect(matcher.size).toBe(40_000);
    const missing = Array.from({ length: 40_000 }, (_, index) => origin(index)).filter((value) => !matcher.has(value));
    expect(missing).toEqual([]);
    expect(matcher.has(origin(40_000))).toBe(false);
    expect(matcher.has('https://tenant-1.example:8443')).toBe(false);
  });

  it.each(hostile)('answers at once: %s', (_name, make) => {
    const nested = Array.from({ length: 100 }, (_, depth) => `https://*.${'a.'.repeat(depth)}example.com:*`);
    const texts = [...nested, 'https://*.a', 'http://localhost:*'];
    const matcher = buildOriginMatcher(texts.map(patternOf));
    const values = [make(512), make(100_000)];
    const start = performance.now();
    for (let i = 0; i < 1_000; i++) {
      values.forEach((value) => matcher.has(value));
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

function isPattern(parsed: ReturnType<typeof parseOriginPattern>): parsed is OriginPattern {
  return !('code' in parsed);
}

/** The rule in the plainest terms: one pattern, one origin, text against text. */
function covers(pattern: OriginPattern, value: string): boolean {
  if (parseOrigin(value) === undefined) {
    return false;
  }
  const [, scheme, host = '', port] = /^([^:]+):\/\/([^:]+)(?::(\d+))?$/.exec(value) ?? [];
  const isHost = pattern.subdomains ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
  const isPort = pattern.port === '*' || String(pattern.port) === String(port);
  return scheme === pattern.scheme && isHost && isPort;
}

function patternOf(text: string): OriginPattern {
  const parsed = parseOriginPattern(text);
  if ('code' in parsed) {
    throw new Error(parsed.reason);
  }
  return parsed;
}

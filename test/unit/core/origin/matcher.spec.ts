import { describe, expect, it, jest } from '@jest/globals';
import fc from '../../../support/fast-check.js';
import { buildOriginMatcher, OriginMatcherBuilder } from '../../../../lib/core/origin/matcher.js';
import { type OriginPattern, parseOriginPattern } from '../../../../lib/core/origin/parse-pattern.js';
import { OriginSet } from '../../../../lib/core/origin/origin-set.js';
import { parseOrigin } from '../../../../lib/core/origin/origin.js';
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
    ['https://a.example.com', 'https://a.b.example.com', 'https://a.example.com:8444', 'https://example.com:8443'],
  ],
  [
    'both wildcards',
    ['https://*.example.com:*'],
    ['https://a.example.com', 'https://a.b.example.com:8443'],
    ['https://example.com', 'https://example.com:8443', 'http://a.example.com:8443'],
  ],
  [
    'a wildcard inside a label: one or more of a-z, 0-9 and "-", never a dot',
    ['https://app-git-*.example.com', 'https://*-3000.example.com', 'https://a*z.example.com'],
    [
      'https://app-git-x.example.com',
      'https://app-git--.example.com',
      'https://app-git-a-b-1.example.com',
      'https://x-3000.example.com',
      'https://--3000.example.com',
      'https://abz.example.com',
      'https://a-z.example.com',
    ],
    [
      'https://app-git-.example.com',
      'https://app-git-a.b.example.com',
      'https://a.app-git-a.example.com',
      'https://app-git-a_b.example.com',
      'https://app-git-a.example.com.',
      'https://app-git-a.evil-example.com',
      'https://app-git-a.example.com.evil.test',
      'https://app-git-a.example.com:8443',
      'http://app-git-a.example.com',
      'https://app-git-*.example.com',
      'https://app-git-A.example.com',
      'https://-3000.example.com',
      'https://3000.example.com',
      'https://az.example.com',
      'https://z.example.com',
      'https://app-git-a',
    ],
  ],
  [
    'a wildcard inside a label with a port, or any',
    ['https://a-*.example.com:8443', 'http://b-*.localhost:*'],
    ['https://a-1.example.com:8443', 'http://b-1.localhost', 'http://b-1.localhost:3000'],
    ['https://a-1.example.com', 'https://a-1.example.com:8444', 'http://b-1.localhost:80'],
  ],
  [
    'a host with a dot at its end is another host',
    ['https://example.com.', 'https://*.example.com.', 'https://a-*.example.com.'],
    ['https://example.com.', 'https://a.example.com.', 'https://a.b.example.com.'],
    ['https://example.com', 'https://a.example.com', 'https://a-b.example.com', 'https://example.com..'],
  ],
  [
    'origins of other schemes, byte for byte',
    ['capacitor://localhost', 'app://.', 'vscode-webview://0A'],
    ['capacitor://localhost', 'app://.', 'vscode-webview://0A'],
    ['capacitor://localhost:80', 'capacitor://localhost/', 'app://..', 'vscode-webview://0a', 'ionic://localhost'],
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
  it.each(rules)('matches: %s', (_rule, texts, has, hasNot) => {
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

  it('has an origin of 512 bytes, and no longer one', () => {
    const matcher = buildOriginMatcher(
      ['https://*.example.com', 'https://a-*.example.com', `app://${'a'.repeat(506)}`].map(patternOf),
    );
    expect(matcher.has(`app://${'a'.repeat(506)}`)).toBe(true);
    expect(matcher.has(`app://${'a'.repeat(507)}`)).toBe(false);
    expect(matcher.has(`https://${'a.'.repeat(250)}example.com`)).toBe(false);
  });

  it('agrees with a search through the list', () => {
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
      { numRuns: 6_000 },
    );
    // About 1,000 matches are usual. With few matches the comparison would show nothing.
    expect(hits).toBeGreaterThan(500);
  });

  it.each<[list: string, text: (index: number) => string, hit: string, most: number]>([
    ['prefixes', (index) => `https://a${index}-*.x.example`, 'https://a9999-b.x.example', 10],
    ['suffixes and ports', (index) => `https://*-a${index}.x.example:*`, 'https://b-a9999.x.example:1', 10],
    ['domains', (index) => `https://a-*.x${index}.example`, 'https://a-b.x9999.example', 2],
    [
      'every shape there is',
      (index) => `https://${'a'.repeat(index % 62)}*${'b'.repeat(Math.floor(index / 62) % 62)}.x.example`,
      `https://${'a'.repeat(20)}c${'b'.repeat(20)}.x.example`,
      2 * 1953,
    ],
  ])(
    'takes a number of steps that does not depend on the length of a list of label wildcards: %s',
    (_list, text, hit, most) => {
      const builder = new OriginMatcherBuilder();
      for (let index = 0; index < 10_000; index++) {
        const parsed = parseOriginPattern(text(index));
        if (isPattern(parsed)) {
          builder.add(parsed);
        }
      }
      const matcher = builder.build();
      expect(matcher.size).toBeGreaterThan(1_900);
      const has = jest.spyOn(OriginSet.prototype, 'has');
      try {
        expect(matcher.has(hit)).toBe(true);
        for (const origin of [
          hit,
          `https://${'a'.repeat(31)}_${'b'.repeat(31)}.x.example`,
          'https://a.b.c.d.example',
        ]) {
          has.mockClear();
          matcher.has(origin);
          // Two look-ups for the list of exact origins and the list of any port, and two for each shape above the host.
          expect(has.mock.calls.length).toBeLessThanOrEqual(2 + most);
        }
      } finally {
        has.mockRestore();
      }
    },
  );

  it('never throws', () => {
    const matcher = buildOriginMatcher(['https://*.example.com:*', 'http://localhost:*'].map(patternOf));
    fc.assert(
      fc.property(anyText, (value) => matcher.has(value) === false || parseOrigin(value) !== undefined),
      { numRuns: 2_000 },
    );
  });

  it('has a repeated pattern once', () => {
    const texts = [
      'https://a.example',
      'https://a.example:*',
      'https://*.a.example',
      'https://*.a.example:*',
      'http://*.a.example',
      'https://a-*.a.example',
      'https://a-*.a.example:*',
    ];
    const builder = new OriginMatcherBuilder();
    expect(texts.map((text) => builder.add(patternOf(text)))).toEqual(texts.map(() => true));
    expect(texts.map((text) => builder.add(patternOf(text)))).toEqual(texts.map(() => false));
    expect(builder.size).toBe(7);
  });

  it('is built step by step, and never changes afterwards', () => {
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

  it('can have a list that is too long for one set', () => {
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

describe('the texts of a matcher', () => {
  it('are those of its patterns', () => {
    const texts = [
      'https://a.example',
      'https://a.example:8443',
      'https://b.example:*',
      'https://*.c.example',
      'https://*.c.example:*',
      'http://*.c.example:8080',
      'https://*.d.c.example',
      'https://x-*.c.example',
      'https://x-*.c.example:*',
      'app://local',
    ];

    expect([...buildOriginMatcher(texts.map(patternOf)).texts()].sort()).toEqual([...texts].sort());
  });

  it('are those of any patterns', () => {
    fc.assert(
      fc.property(fc.array(patternLike), (written) => {
        const patterns = written.map((text) => parseOriginPattern(text)).filter(isPattern);
        const texts = new Set(patterns.map(({ text }) => text));
        expect(new Set(buildOriginMatcher(patterns).texts())).toEqual(texts);
      }),
    );
  });
});

function isPattern(parsed: ReturnType<typeof parseOriginPattern>): parsed is OriginPattern {
  return !('code' in parsed);
}

/** The rule in its simplest form: compares one pattern with one origin as text. */
function covers(pattern: OriginPattern, value: string): boolean {
  if (parseOrigin(value) === undefined) {
    return false;
  }
  const [, scheme, host = '', port] = /^([^:]+):\/\/([^:]+)(?::(\d+))?$/.exec(value) ?? [];
  const label = pattern.label && new RegExp(`^${pattern.label.prefix}[a-z0-9-]+${pattern.label.suffix}$`);
  const isHost =
    label !== undefined
      ? host.includes('.') && label.test(host.split('.', 1)[0]!) && host.slice(host.indexOf('.') + 1) === pattern.host
      : pattern.subdomains
        ? host.endsWith(`.${pattern.host}`)
        : host === pattern.host;
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

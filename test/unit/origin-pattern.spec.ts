import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OriginChecks } from '../../lib/core/origins/origin-checks.js';
import { buildOriginMatcher } from '../../lib/core/origins/origin-matcher.js';
import { checkOriginPattern, type OriginPattern, parseOriginPattern } from '../../lib/core/origins/origin-pattern.js';
import type { OriginProblem, OriginProblemCode } from '../../lib/core/origins/origin-problem.js';
import { parseOrigin } from '../../lib/core/origins/origin.js';
import { anyText, hostile, originLike, patternLike } from './origin-arbitraries.js';

const label63 = 'a'.repeat(63);
const host251 = `${`${label63}.`.repeat(3)}${'b'.repeat(59)}`;

const accepted: [rule: string, text: string, pattern: Omit<OriginPattern, 'text'>][] = [
  ['exact', 'https://a.example', pattern('https', 'a.example')],
  ['exact with a port', 'http://localhost:3000', { ...pattern('http', 'localhost'), port: 3000 }],
  ['subdomains', 'https://*.a.example', { ...pattern('https', 'a.example'), subdomains: true }],
  ['any port', 'http://localhost:*', { ...pattern('http', 'localhost'), port: '*' }],
  [
    'subdomains and a port',
    'https://*.a.example:8443',
    { ...pattern('https', 'a.example'), subdomains: true, port: 8443 },
  ],
  ['subdomains and any port', 'http://*.localhost:*', { ...pattern('http', 'localhost'), subdomains: true, port: '*' }],
  ['subdomains of one label', 'https://*.example', { ...pattern('https', 'example'), subdomains: true }],
  ['longest domain that has subdomains', `https://*.${host251}`, { ...pattern('https', host251), subdomains: true }],
  ['custom scheme', 'capacitor://localhost', pattern('capacitor', 'localhost')],
  ['custom schemes do not decode punycode', 'app://xn--a', pattern('app', 'xn--a')],
  ['punycode', 'https://xn--bcher-kva.example', pattern('https', 'xn--bcher-kva.example')],
  ['IPv4', 'http://10.0.0.1', { ...pattern('http', '10.0.0.1'), kind: 'ipv4' }],
  ['IPv4 with any port', 'http://127.0.0.1:*', { ...pattern('http', '127.0.0.1'), kind: 'ipv4', port: '*' }],
  ['IPv6 with any port', 'http://[::1]:*', { ...pattern('http', '[::1]'), kind: 'ipv6', port: '*' }],
];

const refused: [code: OriginProblemCode, text: unknown, suggestion: string | undefined][] = [
  ['origin-not-a-string', undefined, undefined],
  ['origin-not-a-string', null, undefined],
  ['origin-not-a-string', 42, undefined],
  ['origin-not-a-string', { origin: 'https://a.example' }, undefined],
  ['origin-empty-string', '', undefined],
  ['origin-any', '*', undefined],
  ['origin-null', 'null', undefined],
  ['origin-too-long', `https://${'a.'.repeat(300)}example`, undefined],
  ['origin-white-space', ' https://a.example', 'https://a.example'],
  ['origin-white-space', 'https://a.example\n', 'https://a.example'],
  ['origin-white-space', '   ', undefined],
  ['origin-white-space', 'https://a.example https://b.example', undefined],
  ['origin-control-character', 'https://a\0.example', undefined],
  ['origin-control-character', 'https://a.example\r\nSet-Cookie: x', undefined],
  ['origin-scheme-missing', 'app.example.com', 'https://app.example.com'],
  ['origin-scheme-missing', '//app.example.com', 'https://app.example.com'],
  ['origin-scheme-missing', 'https:app.example.com', 'https://app.example.com'],
  ['origin-scheme-missing', 'http:/app.example.com', 'http://app.example.com'],
  ['origin-scheme-missing', 'app.example.com:8443', 'https://app.example.com:8443'],
  ['origin-scheme-missing', '*.example.com', 'https://*.example.com'],
  ['origin-scheme-missing', 'localhost', 'http://localhost'],
  ['origin-scheme-missing', 'localhost:3000', 'http://localhost:3000'],
  ['origin-scheme-missing', 'localhost:*', 'http://localhost:*'],
  ['origin-scheme-missing', '127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['origin-scheme-missing', '[::1]:3000', 'http://[::1]:3000'],
  ['origin-scheme-missing', 'a:*.//b', 'https://a:*'],
  ['origin-scheme-missing', 'undefined:x', undefined],
  ['origin-scheme-wildcard', '*://a.example', 'https://a.example'],
  ['origin-scheme-wildcard', 'http*://a.example', 'https://a.example'],
  ['origin-scheme-invalid', '://a.example', 'https://a.example'],
  ['origin-scheme-invalid', '1http://a.example', undefined],
  ['origin-scheme-invalid', '"https://a.example"', undefined],
  ['origin-scheme-invalid', 'a.example/?to=https://b.example', undefined],
  ['origin-scheme-opaque', 'file://host', undefined],
  ['origin-scheme-opaque', 'file:///x', undefined],
  ['origin-scheme-opaque', 'data://a', undefined],
  ['origin-trailing-slash', 'https://a.example/', 'https://a.example'],
  ['origin-trailing-slash', 'https://a.example:443/', 'https://a.example'],
  ['origin-path', 'https://a.example/app', 'https://a.example'],
  ['origin-path', 'https://a.example/*', 'https://a.example'],
  ['origin-path', 'https://a.example\\app', 'https://a.example'],
  ['origin-path', 'https://*.a.example:*/app?x#y', 'https://*.a.example:*'],
  ['origin-query', 'https://a.example?x=1', 'https://a.example'],
  ['origin-fragment', 'https://a.example#x', 'https://a.example'],
  ['origin-user-info', 'https://user@a.example', 'https://a.example'],
  ['origin-user-info', 'https://user:p@ss@a.example:8443', 'https://a.example:8443'],
  ['origin-upper-case', 'HTTPS://a.example', 'https://a.example'],
  ['origin-upper-case', 'https://App.Example.com:8443', 'https://app.example.com:8443'],
  ['origin-upper-case', 'http://[::FFFF]', 'http://[::ffff]'],
  ['origin-not-ascii', 'https://bücher.example', 'https://xn--bcher-kva.example'],
  ['origin-not-ascii', 'https://*.bücher.example:*', 'https://*.xn--bcher-kva.example:*'],
  ['origin-not-ascii', 'https://ａ.example', 'https://a.example'],
  ['origin-not-ascii', 'https://a\u202e.example', undefined],
  ['origin-port-default', 'https://a.example:443', 'https://a.example'],
  ['origin-port-default', 'http://localhost:80', 'http://localhost'],
  ['origin-port-default', 'https://*.a.example:443', 'https://*.a.example'],
  ['origin-port-invalid', 'https://a.example:', 'https://a.example'],
  ['origin-port-invalid', 'https://a.example:0', undefined],
  ['origin-port-invalid', 'https://a.example:65536', undefined],
  ['origin-port-invalid', 'https://a.example:08443', 'https://a.example:8443'],
  ['origin-port-invalid', 'https://a.example:0443', 'https://a.example'],
  ['origin-port-invalid', 'https://a.example:http', undefined],
  ['origin-port-invalid', 'https://a.example:1:2', undefined],
  ['origin-port-invalid', 'http://[::1]3000', 'http://[::1]'],
  ['origin-port-wildcard', 'http://localhost:3*', 'http://localhost:*'],
  ['origin-port-wildcard', 'http://localhost:**', 'http://localhost:*'],
  ['origin-port-wildcard', 'http://localhost:3000:*', 'http://localhost:*'],
  ['origin-wildcard-alone', 'https://*', undefined],
  ['origin-wildcard-alone', 'http://*:*', undefined],
  ['origin-wildcard-partial', 'https://foo*.example.com', 'https://*.example.com'],
  ['origin-wildcard-partial', 'https://*example.com', 'https://*.example.com'],
  ['origin-wildcard-partial', 'https://**.example.com', 'https://*.example.com'],
  ['origin-wildcard-partial', 'https://foo*.com', undefined],
  ['origin-wildcard-partial', 'http://localhost*', undefined],
  ['origin-wildcard-position', 'https://app.*.com', undefined],
  ['origin-wildcard-position', 'https://example.*', undefined],
  ['origin-wildcard-position', 'https://*.app.*.com', undefined],
  ['origin-wildcard-position', 'https://*.*.example.com', 'https://*.example.com'],
  ['origin-wildcard-position', 'https://*.*', undefined],
  ['origin-wildcard-ip', 'https://*.10.0.0.1', 'https://10.0.0.1'],
  ['origin-wildcard-ip', 'https://10.0.0.*', undefined],
  ['origin-wildcard-ip', 'https://*.0.0.1', undefined],
  ['origin-wildcard-ip', 'https://*.[::1]', 'https://[::1]'],
  ['origin-host-missing', 'https://', undefined],
  ['origin-host-missing', 'https:///a.example', undefined],
  ['origin-host-missing', 'https://:3000', undefined],
  ['origin-host-character', 'https://a.example,https', undefined],
  ['origin-host-character', 'https://(a|b).example', undefined],
  ['origin-host-character', 'https://%61.example', undefined],
  ['origin-host-empty-label', 'https://a..example', 'https://a.example'],
  ['origin-host-empty-label', 'https://.example.com', 'https://*.example.com'],
  ['origin-host-trailing-dot', 'https://a.example.', 'https://a.example'],
  ['origin-host-trailing-dot', 'https://a.example.:8443', 'https://a.example:8443'],
  ['origin-host-too-long', `https://${label63}a.example`, undefined],
  ['origin-host-too-long', `https://${host251}.cc`, undefined],
  ['origin-host-too-long', `https://*.a${host251}`, undefined],
  ['origin-host-punycode', 'https://xn--a.example', undefined],
  ['origin-host-punycode', 'https://*.xn--.example', undefined],
  ['origin-ipv4-invalid', 'http://127.1', 'http://127.0.0.1'],
  ['origin-ipv4-invalid', 'http://127.0.0.01:3000', 'http://127.0.0.1:3000'],
  ['origin-ipv4-invalid', 'http://0x7f.0.0.1', 'http://127.0.0.1'],
  ['origin-ipv4-invalid', 'http://1.2.3.256', undefined],
  ['origin-ipv4-invalid', 'https://a.example.1', undefined],
  ['origin-ipv4-invalid', 'https://a.0x', undefined],
  ['origin-ipv6-invalid', 'http://[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
  ['origin-ipv6-invalid', 'http://[::ffff:1.2.3.4]', 'http://[::ffff:102:304]'],
  ['origin-ipv6-invalid', 'http://::1', 'http://[::1]'],
  ['origin-ipv6-invalid', 'http://2001:db8::1', 'http://[2001:db8::1]'],
  ['origin-ipv6-invalid', 'http://[fe80::1%25eth0]', undefined],
  ['origin-ipv6-invalid', 'http://[1::2::3]', undefined],
  ['origin-ipv6-invalid', 'http://[::1', undefined],
];

describe('parseOriginPattern', () => {
  it.each(accepted)('reads: %s', (_rule, text, expected) => {
    expect(parseOriginPattern(text)).toEqual({ text, ...expected });
  });

  it.each(refused)('%s: %j', (code, text, suggestion) => {
    const { reason, ...rest } = problemOf(text);
    expect(rest).toEqual({ code, ...(suggestion === undefined ? {} : { suggestion }) });
    expect(reason).toMatch(/^[^\n]{10,400}\.$/);
  });

  it('mends several mistakes at a time', () => {
    expect(problemOf(' HTTPS://User@App.BÜCHER.example.:0443/x?y ').suggestion).toBe(
      'https://app.xn--bcher-kva.example',
    );
  });

  it('shows the text first, escaped and cut', () => {
    expect(problemOf('https://a.example/').reason).toMatch(/^"https:\/\/a\.example\/" ends in a slash/);
    expect(problemOf('https://a\u202e\n.example').reason).toMatch(/^"https:\/\/a\\u202e\\n\.example" /);
    expect(problemOf('x'.repeat(100_000)).reason.length).toBeLessThan(250);
  });

  it('suggests nothing but well-formed patterns, and knows a rule for every mistake', () => {
    fc.assert(
      fc.property(fc.oneof(originLike, patternLike, anyText), (text) => {
        const parsed = parseOriginPattern(text);
        fc.pre('code' in parsed);
        expect(parsed.code).not.toBe('origin-malformed');
        if (parsed.suggestion !== undefined) {
          expect(parseOriginPattern(parsed.suggestion)).not.toHaveProperty('code');
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with the parser of request origins, and the matcher has what it reads', () => {
    fc.assert(
      fc.property(fc.oneof(originLike, patternLike), (text) => {
        const parsed = parseOriginPattern(text);
        if ('code' in parsed) {
          return;
        }
        const { scheme, host, port, kind } = parsed;
        const isExact = !parsed.subdomains && port !== '*';
        expect(parseOrigin(text)).toEqual(isExact ? { scheme, host, port, kind } : undefined);
        expect(buildOriginMatcher([parsed]).has(text)).toBe(isExact);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads every request origin whose punycode can be decoded', () => {
    fc.assert(
      fc.property(originLike, (text) => {
        fc.pre(parseOrigin(text) !== undefined && !text.includes('xn--'));
        expect(parseOriginPattern(text)).not.toHaveProperty('code');
      }),
    );
  });

  it.each(hostile)('answers at once: %s', (_name, make) => {
    const start = performance.now();
    for (let i = 0; i < 20; i++) {
      parseOriginPattern(make(512));
      parseOriginPattern(make(100_000));
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('checkOriginPattern', () => {
  const withCredentials: OriginChecks = {
    credentials: true,
    dangerously: {},
    isPublicSuffix: (name) => ['com', 'github.io', 'localhost'].includes(name),
  };

  it.each<[text: string, codes: OriginProblemCode[], suggestion: string | undefined]>([
    ['https://a.example', [], undefined],
    ['capacitor://localhost', [], undefined],
    ['http://a.example', ['origin-insecure'], 'https://a.example'],
    ['http://a.example:443', ['origin-insecure'], 'https://a.example'],
    ['http://*.a.example:*', ['origin-insecure'], 'https://*.a.example:*'],
    ['http://10.0.0.1', ['origin-insecure'], 'https://10.0.0.1'],
    ['http://localhost.example', ['origin-insecure'], 'https://localhost.example'],
    ['http://localhost:*', [], undefined],
    ['http://127.0.0.1:3000', [], undefined],
    ['http://[::1]', [], undefined],
    ['http://*.localhost:*', [], undefined],
    ['https://*.github.io', ['origin-public-suffix'], undefined],
    ['https://*.com:*', ['origin-public-suffix'], undefined],
    ['http://*.github.io', ['origin-public-suffix', 'origin-insecure'], 'https://*.github.io'],
    ['https://*.acme.github.io', [], undefined],
    ['https://github.io', [], undefined],
  ])('with credentials, %s: %j', (text, codes, suggestion) => {
    const problems = checkOriginPattern(patternOf(text), withCredentials);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems.at(-1)?.suggestion).toBe(suggestion);
    for (const { reason } of problems) {
      expect(reason).toMatch(/^"http.*\.$/);
    }
    expect(checkOriginPattern(patternOf(text), { ...withCredentials, credentials: false })).toEqual([]);
  });

  it('lifts one check a flag', () => {
    const allowInsecureOrigins = { ...withCredentials, dangerously: { allowInsecureOrigins: true } };
    const allowPublicSuffixes = { ...withCredentials, dangerously: { allowPublicSuffixes: true } };
    const codes = (text: string, checks: OriginChecks): string[] =>
      checkOriginPattern(patternOf(text), checks).map(({ code }) => code);
    expect(codes('http://a.example', allowInsecureOrigins)).toEqual([]);
    expect(codes('https://*.github.io', allowPublicSuffixes)).toEqual([]);
    expect(codes('http://a.example', allowPublicSuffixes)).toEqual(['origin-insecure']);
    expect(codes('https://*.com', allowInsecureOrigins)).toEqual(['origin-public-suffix']);
    expect(codes('http://*.com', allowPublicSuffixes)).toEqual(['origin-insecure']);
  });
});

function pattern(scheme: string, host: string): Omit<OriginPattern, 'text'> {
  return { scheme, host, subdomains: false, port: undefined, kind: 'domain' };
}

function patternOf(text: string): OriginPattern {
  const parsed = parseOriginPattern(text);
  if ('code' in parsed) {
    throw new Error(parsed.reason);
  }
  return parsed;
}

function problemOf(text: unknown): OriginProblem {
  const parsed = parseOriginPattern(text);
  if (!('code' in parsed)) {
    throw new Error(`${parsed.text} is well-formed`);
  }
  return parsed;
}

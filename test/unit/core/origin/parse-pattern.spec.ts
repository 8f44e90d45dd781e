import { describe, expect, it } from '@jest/globals';
import fc from '../../../support/fast-check.js';
import type { OriginChecks } from '../../../../lib/core/origin/origin-checks.js';
import { buildOriginMatcher } from '../../../../lib/core/origin/matcher.js';
import {
  checkOriginPattern,
  type OriginPattern,
  parseOriginPattern,
} from '../../../../lib/core/origin/parse-pattern.js';
import { diagnoseOrigin } from '../../../../lib/core/origin/diagnose.js';
import type { OriginProblem, OriginProblemCode } from '../../../../lib/core/origin/problems.js';
import { parseOrigin } from '../../../../lib/core/origin/origin.js';
import { anyText, hostile, originLike, patternLike } from './origin-arbitraries.js';

const label63 = 'a'.repeat(63);
const host253 = `${`${label63}.`.repeat(3)}${'b'.repeat(61)}`;
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
  ['a wildcard at the end of a label', 'https://app-git-*.a.example', labels('app-git-', '')],
  ['a wildcard at the start of a label', 'https://*-3000.a.example', labels('', '-3000')],
  ['a wildcard in the middle of a label', 'https://app-*-acme.a.example', labels('app-', '-acme')],
  ['a wildcard beside letters', 'https://pr*.a.example', labels('pr', '')],
  ['a wildcard inside a label and a port', 'https://a-*.a.example:8443', { ...labels('a-', ''), port: 8443 }],
  ['a wildcard inside a label and any port', 'https://a-*.a.example:*', { ...labels('a-', ''), port: '*' }],
  ['a wildcard inside the longest label', `https://${'a'.repeat(62)}*.a.example`, labels('a'.repeat(62), '')],
  ['a wildcard beside an underscore', 'https://_*_.a.example', labels('_', '_')],
  ['a wildcard inside a label of the rest of a domain', 'https://a*.localhost', labels('a', '', 'localhost')],
  ['a dot at the end', 'https://a.example.', pattern('https', 'a.example.')],
  ['a dot at the end and a port', 'https://a.example.:8443', { ...pattern('https', 'a.example.'), port: 8443 }],
  ['subdomains with a dot at the end', 'https://*.a.example.', { ...pattern('https', 'a.example.'), subdomains: true }],
  ['a wildcard inside a label, a dot at the end', 'https://a-*.b.', labels('a-', '', 'b.')],
  ['custom scheme', 'capacitor://localhost', opaque('capacitor', 'localhost')],
  ['custom scheme with a port', 'ionic://localhost:80', opaque('ionic', 'localhost:80')],
  ['custom scheme, the longest', `app://${'a'.repeat(506)}`, opaque('app', 'a'.repeat(506))],
  ['a scheme that ends like one of the web', 'xhttps://a', opaque('xhttps', 'a')],
  ['a scheme that begins like one of the web', 'httpd://a', opaque('httpd', 'a')],
  ['custom schemes do not decode punycode', 'app://xn--a', opaque('app', 'xn--a')],
  ['an Electron app', 'app://.', opaque('app', '.')],
  ['an extension', 'safari-web-extension://0A1B-F', opaque('safari-web-extension', '0A1B-F')],
  ['a webview', 'vscode-webview://0q8/', opaque('vscode-webview', '0q8/')],
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
  ['origin-null', 'file://', undefined],
  ['origin-too-long', `https://${'a.'.repeat(300)}example`, undefined],
  ['origin-host-too-long', `https://${'a'.repeat(504)}`, undefined],
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
  ['origin-scheme-missing', 'http//a.example', 'http://a.example'],
  ['origin-scheme-missing', 'https//*.a.example:*', 'https://*.a.example:*'],
  ['origin-scheme-missing', 'a:*.//b', undefined],
  ['origin-scheme-missing', 'true', undefined],
  ['origin-scheme-missing', 'FALSE', undefined],
  ['origin-scheme-missing', 'production', undefined],
  ['origin-scheme-missing', '*.com', undefined],
  ['origin-scheme-missing', '.example.com', 'https://*.example.com'],
  ['origin-scheme-missing', '.com', undefined],
  ['origin-scheme-missing', '::1:3000', undefined],
  ['origin-scheme-missing', 'undefined:x', undefined],
  ['origin-scheme-missing', 'https*', undefined],
  ['origin-scheme-wildcard', '*://a.example', 'https://a.example'],
  ['origin-scheme-wildcard', 'http*://a.example', 'https://a.example'],
  ['origin-scheme-invalid', '://a.example', 'https://a.example'],
  ['origin-scheme-invalid', '1http://a.example', undefined],
  ['origin-scheme-invalid', 'htps://a.example', 'https://a.example'],
  ['origin-scheme-invalid', 'htttp://localhost:*', 'http://localhost:*'],
  ['origin-scheme-invalid', 'hptts://a.example', 'https://a.example'],
  ['origin-scheme-invalid', 'ttp://a.example', 'http://a.example'],
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
  ['origin-user-info', 'https://@a.example', 'https://a.example'],
  ['origin-user-info', 'https://user:p@ss@a.example:8443', 'https://a.example:8443'],
  ['origin-upper-case', 'HTTPS://a.example', 'https://a.example'],
  ['origin-upper-case', 'https://App.Example.com:8443', 'https://app.example.com:8443'],
  ['origin-upper-case', 'http://[::FFFF]', 'http://[::ffff]'],
  ['origin-not-ascii', 'https://bücher.example', 'https://xn--bcher-kva.example'],
  ['origin-not-ascii', 'https://*.bücher.example:*', 'https://*.xn--bcher-kva.example:*'],
  ['origin-not-ascii', 'https://ａ.example', 'https://a.example'],
  ['origin-not-ascii', 'https://a\u202e.example', undefined],
  ['origin-white-space', ' app://a(b', 'app://a(b'],
  ['origin-white-space', ' app://a)b+c$d{e}', 'app://a)b+c$d{e}'],
  ['origin-port-default', 'https://a.example:443', 'https://a.example'],
  ['origin-port-default', 'http://localhost:80', 'http://localhost'],
  ['origin-port-default', 'https://*.a.example:443', 'https://*.a.example'],
  ['origin-port-invalid', 'https://a.example:', 'https://a.example'],
  ['origin-port-invalid', 'https://a.example:0', undefined],
  ['origin-port-invalid', 'https://a.example:65536', undefined],
  ['origin-port-invalid', 'https://a.example:08443', 'https://a.example:8443'],
  ['origin-port-invalid', 'https://a.example:008443', 'https://a.example:8443'],
  ['origin-port-invalid', 'https://a.example:0443', 'https://a.example'],
  ['origin-port-invalid', 'https://a.example:0x50', undefined],
  ['origin-port-invalid', 'https://a.example:1e3', undefined],
  ['origin-port-invalid', 'https://a.example:1e080', undefined],
  ['origin-port-invalid', 'https://a.example:080x', undefined],
  ['origin-port-invalid', 'https://a.example:http', undefined],
  ['origin-port-invalid', 'https://a.example:1:2', undefined],
  ['origin-port-invalid', 'http://[::1]3000', undefined],
  ['origin-port-wildcard', 'http://localhost:3*', undefined],
  ['origin-port-wildcard', 'http://localhost:**', 'http://localhost:*'],
  ['origin-port-wildcard', 'http://localhost:***', 'http://localhost:*'],
  ['origin-port-wildcard', 'http://localhost:3000:*', undefined],
  ['origin-wildcard-alone', 'https://*', undefined],
  ['origin-wildcard-alone', 'http://*:*', undefined],
  ['origin-wildcard-alone', 'https://*.', undefined],
  ['origin-wildcard-partial', 'https://**.example.com', 'https://*.example.com'],
  ['origin-wildcard-partial', 'https://a*b*.example.com', undefined],
  ['origin-wildcard-partial', 'http://localhost*', undefined],
  ['origin-wildcard-partial', 'https://*app', undefined],
  ['origin-wildcard-scheme', 'chrome-extension://*', undefined],
  ['origin-wildcard-scheme', 'app://*.example', undefined],
  ['origin-wildcard-scheme', 'ionic://localhost:*', undefined],
  ['origin-wildcard-position', 'https://app.*.com', undefined],
  ['origin-wildcard-position', 'https://example.*', undefined],
  ['origin-wildcard-position', 'https://app1.*', undefined],
  ['origin-wildcard-position', 'https://1password.*', undefined],
  ['origin-wildcard-position', 'https://*.app.*.com', undefined],
  ['origin-wildcard-position', 'https://*.*.example.com', undefined],
  ['origin-wildcard-position', 'https://a-*.*.example.com', undefined],
  ['origin-wildcard-position', 'https://app.a-*.example.com', undefined],
  ['origin-wildcard-position', 'https://*.*', undefined],
  ['origin-wildcard-position', 'https://a.*.1', undefined],
  ['origin-wildcard-ip', 'https://*.10.0.0.1', undefined],
  ['origin-wildcard-ip', 'https://1*.0.0.1', undefined],
  ['origin-wildcard-ip', 'https://a-*.10.0.0.1', undefined],
  ['origin-wildcard-ip', 'https://10.0.0.*', undefined],
  ['origin-wildcard-ip', 'https://*.0.0.1', undefined],
  ['origin-wildcard-ip', 'https://*.[::1]', undefined],
  ['origin-host-missing', 'https://', undefined],
  ['origin-host-missing', 'https:///a.example', undefined],
  ['origin-host-missing', 'https://:3000', undefined],
  ['origin-host-missing', 'capacitor://', undefined],
  ['origin-host-character', 'capacitor://bücher', undefined],
  ['origin-host-character', 'capacitor://a,b', undefined],
  ['origin-host-character', 'https://a.example,https', undefined],
  ['origin-host-character', 'https://(a|b).example', undefined],
  ['origin-host-character', 'https://%61.example', undefined],
  ['origin-host-character', 'https://(*.a.example', undefined],
  ['origin-host-character', 'https://*(.a.example', undefined],
  ['origin-host-empty-label', 'https://a..example', undefined],
  ['origin-host-empty-label', 'https://a.example..', undefined],
  ['origin-host-empty-label', 'https://.', undefined],
  ['origin-host-empty-label', 'https://a*..', undefined],
  ['origin-host-empty-label', 'https://.example.com', 'https://*.example.com'],
  ['origin-host-too-long', `https://${label63}a.example`, undefined],
  ['origin-host-too-long', `https://${host251}.cc`, undefined],
  ['origin-host-too-long', `https://*.a${host251}`, undefined],
  ['origin-host-too-long', `https://a*.${host251}`, undefined],
  ['origin-host-too-long', `https://${label63}*.a.example`, undefined],
  ['origin-host-punycode', 'https://xn--a.example', undefined],
  ['origin-host-punycode', 'https://*.xn--.example', undefined],
  ['origin-host-punycode', 'https://a.xn--a', undefined],
  ['origin-host-punycode', `https://${label63}.xn--a`, undefined],
  ['origin-host-punycode', `https://${'a.'.repeat(122)}aaa.xn--a`, undefined],
  ['origin-ipv4-invalid', 'http://127.1', 'http://127.0.0.1'],
  ['origin-ipv4-invalid', 'http://127.0.0.1.', 'http://127.0.0.1'],
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

describe('diagnoseOrigin', () => {
  it.each([
    ['https://a.example:08443', 'https://a.example:8443'],
    ['https://a.example:0', undefined],
    ['https://a.example:00', undefined],
    ['https://a.example:65536', undefined],
    ['https://a.example:0x50', undefined],
    ['https://a.example:1e3', undefined],
    ['https://a.example:1e080', undefined],
    ['https://a.example:080x', undefined],
    ['https://.example.com', 'https://*.example.com'],
    ['https://a..example', undefined],
    ['https://a.example..', undefined],
  ])('3.7: the error of %s is fixed as %s, and no fix repeats the error', (text, fix) => {
    expect(diagnoseOrigin(text).fix).toBe(fix);
  });
});

describe('parseOriginPattern', () => {
  it('3.7: reads a long list to its end, with the same problem for the same entry', () => {
    // Long enough for the runtime to compile what is called.
    const entries = Array.from({ length: 20_000 }, (_, index) => (index % 2 === 0 ? 'https://Ã¯.a' : 'https://ü.de'));
    const problems = new Set(entries.map((entry) => JSON.stringify(parseOriginPattern(entry))));
    expect([...problems].map((problem) => (JSON.parse(problem) as OriginProblem).suggestion)).toEqual([
      undefined,
      'https://xn--tda.de',
    ]);
  });

  it.each(accepted)('reads: %s', (_rule, text, expected) => {
    expect(parseOriginPattern(text)).toEqual({ text, ...expected });
  });

  it.each(refused)('%s: %j', (code, text, suggestion) => {
    const { reason, ...rest } = problemOf(text);
    expect(rest).toStrictEqual({ code, ...(suggestion === undefined ? {} : { suggestion }) });
    expect(reason).toMatch(/^[^\n]{10,400}\.$/);
  });

  it('suggests a fix for several errors at once', () => {
    expect(problemOf(' HTTPS://User@App.BÜCHER.example:0443/x?y ').suggestion).toBe(
      'https://app.xn--bcher-kva.example',
    );
  });

  it('begins the message with the text, escaped and cut', () => {
    expect(problemOf('https://a.example/').reason).toMatch(/^"https:\/\/a\.example\/" ends in a slash/);
    expect(problemOf('https://a\u202e\n.example').reason).toMatch(/^"https:\/\/a\\u202e\\n\.example" /);
    expect(problemOf('x'.repeat(100_000)).reason.length).toBeLessThan(250);
  });

  it('has a rule for every error', () => {
    fc.assert(
      fc.property(fc.oneof(originLike, patternLike, anyText), (text) => {
        const parsed = parseOriginPattern(text);
        fc.pre('code' in parsed);
        expect(parsed.code).not.toBe('origin-malformed');
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with the parser of request origins and with the matcher', () => {
    fc.assert(
      fc.property(fc.oneof(originLike, patternLike), (text) => {
        const parsed = parseOriginPattern(text);
        if ('code' in parsed) {
          return;
        }
        const { scheme, host, port, kind } = parsed;
        const isExact = !parsed.subdomains && parsed.label === undefined && port !== '*';
        expect(parseOrigin(text)).toEqual(isExact ? { scheme, host, port, kind } : undefined);
        expect(buildOriginMatcher([parsed]).has(text)).toBe(isExact);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads every request origin whose punycode can be decoded', () => {
    fc.assert(
      fc.property(originLike, (text) => {
        // In a list, a `*` in an origin of another scheme is an error, and a misspelled scheme is an error.
        fc.pre(parseOrigin(text) !== undefined && !/xn--|\*|^htps:/.test(text));
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
    isPublicSuffix: (name) => ['com', 'github.io', 'vercel.app', 'localhost'].includes(name),
  };

  it.each<[text: string, codes: OriginProblemCode[]]>([
    ['https://a.example', []],
    ['capacitor://localhost', []],
    ['http://a.example', ['origin-insecure']],
    ['http://*.a.example:*', ['origin-insecure']],
    ['http://192.168.1.10:5173', ['origin-insecure']],
    ['http://localhost.example', ['origin-insecure']],
    ['http://localhost:*', []],
    ['http://localhost.:3000', []],
    ['http://127.0.0.1:3000', []],
    ['http://[::1]', []],
    ['http://*.localhost:*', []],
    ['http://app-*.localhost', []],
    ['https://*.github.io', ['origin-public-suffix']],
    ['https://*.github.io.', ['origin-public-suffix']],
    ['https://*.com:*', ['origin-public-suffix']],
    ['https://x-*.vercel.app', ['origin-public-suffix']],
    ['https://*-acme.vercel.app:*', ['origin-public-suffix']],
    ['https://foo*.com', ['origin-public-suffix']],
    ['http://*.github.io', ['origin-public-suffix', 'origin-insecure']],
    ['https://*.acme.github.io', []],
    ['https://x-*.acme.vercel.app', []],
    ['https://*x.acme.vercel.app', []],
    ['https://github.io', []],
  ])('with credentials, %s: %j', (text, codes) => {
    const problems = checkOriginPattern(patternOf(text), withCredentials);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    for (const { reason } of problems) {
      expect(reason).toMatch(/^"http.*, or set dangerously: \{ allow\w+: true \}\.$/);
    }
    expect(checkOriginPattern(patternOf(text), { ...withCredentials, credentials: false })).toEqual([]);
  });

  it.each([
    ['https://*example.com', 'https://*.example.com'],
    ['https://*acme.vercel.app', 'https://*.acme.vercel.app'],
    // With a dot more, the name would be too long.
    [`https://*${host253.slice(1)}`, undefined],
  ])('in any policy refuses a wildcard attached to a name below a public suffix: %s', (text, suggestion) => {
    const isPublicSuffix = (name: string): boolean =>
      host253.endsWith(`.${name}`) || withCredentials.isPublicSuffix(name);
    const every = { allowInsecureOrigins: true, allowPublicSuffixes: true };
    for (const flags of [{}, { credentials: false, dangerously: every }]) {
      expect(checkOriginPattern(patternOf(text), { ...withCredentials, isPublicSuffix, ...flags })).toStrictEqual([
        {
          code: 'origin-wildcard-partial',
          reason: expect.any(String),
          ...(suggestion === undefined ? {} : { suggestion }),
        },
      ]);
    }
  });

  it('turns off one check for each flag', () => {
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

function labels(prefix: string, suffix: string, host = 'a.example'): Omit<OriginPattern, 'text'> {
  return { ...pattern('https', host), label: { prefix, suffix } };
}

function opaque(scheme: string, host: string): Omit<OriginPattern, 'text'> {
  return { ...pattern(scheme, host), kind: 'opaque' };
}

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

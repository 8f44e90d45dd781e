import { type CorsIssue, type CorsPolicyOptions } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

interface ErrorCase {
  readonly rule: string;
  readonly policy: object;
  readonly field: string;
  readonly value: unknown;
  readonly code: string;
  /** The text of the suggestion; `undefined`: no suggestion. */
  readonly instead?: string | RegExp;
}

const origin = (
  rule: string,
  value: string,
  code: string,
  instead?: string | RegExp,
  more: Omit<CorsPolicyOptions, 'origin'> = {},
): ErrorCase => ({
  rule,
  policy: { origin: value, ...more },
  field: 'origin',
  value,
  code,
  ...(instead && { instead }),
});

const field = (rule: string, name: string, value: unknown, code: string, instead?: string | RegExp): ErrorCase => ({
  rule,
  policy: { origin: APP, [name]: value },
  field: name,
  // An unknown field is reported as a whole. Of a list, only the wrong element is reported.
  value: Array.isArray(value) && value.length === 1 && code !== 'unknown-field' ? value[0] : value,
  code,
  ...(instead && { instead }),
});

const credentials = { credentials: true };
const SUBDOMAINS = 'https://*.example.com';

const ERRORS: readonly ErrorCase[] = [
  // Invalid origins.
  origin('an empty origin', '', 'origin-empty-string'),
  origin('an origin without a scheme', 'app.example', 'origin-scheme-missing', APP),
  origin(
    'an origin without a scheme, on this machine',
    'localhost:3000',
    'origin-scheme-missing',
    'http://localhost:3000',
  ),
  origin('a wildcard for a scheme', '*://app.example', 'origin-scheme-wildcard', APP),
  origin('a scheme with an invalid character', 'ht_tp://app.example', 'origin-scheme-invalid'),
  origin('a scheme whose pages have no origin', 'file://app.example', 'origin-scheme-opaque'),
  origin('a trailing slash', 'https://app.example/', 'origin-trailing-slash', APP),
  origin('a path', 'https://app.example/shop', 'origin-path', APP),
  origin('a query', 'https://app.example?a=1', 'origin-query', APP),
  origin('a fragment', 'https://app.example#top', 'origin-fragment', APP),
  origin('user info', 'https://user:secret@app.example', 'origin-user-info', APP),
  origin('upper case', 'https://App.example', 'origin-upper-case', APP),
  origin('the default port of https', 'https://app.example:443', 'origin-port-default', APP),
  origin('the default port of http', 'http://localhost:80', 'origin-port-default', 'http://localhost'),
  origin('port 0', 'https://app.example:0', 'origin-port-invalid'),
  origin('a port above 65535', 'https://app.example:65536', 'origin-port-invalid'),
  origin('a port that is no number', 'https://app.example:http', 'origin-port-invalid'),
  origin('a part of a port as a wildcard', 'http://localhost:30*', 'origin-port-wildcard'),
  origin(
    'an IDN that is not in its ASCII form',
    'https://bücher.example',
    'origin-not-ascii',
    'https://xn--bcher-kva.example',
  ),
  origin('punycode of nothing', 'https://xn--a.example', 'origin-host-punycode'),
  origin('nothing but a wildcard', 'https://*', 'origin-wildcard-alone'),
  origin('two wildcards in a label', 'https://a*b*.example.com', 'origin-wildcard-partial'),
  origin('a wildcard in an origin that is not of the web', 'chrome-extension://*', 'origin-wildcard-scheme'),
  origin('a misspelled scheme', 'htps://app.example', 'origin-scheme-invalid', APP),
  origin('a colon that is missing', 'http//app.example', 'origin-scheme-missing', 'http://app.example'),
  origin('a word', 'true', 'origin-scheme-missing'),
  origin('a wildcard without its dot', 'https://*example.com', 'origin-wildcard-partial', SUBDOMAINS),
  origin('a wildcard that is not leftmost', 'https://app.*.example', 'origin-wildcard-position'),
  origin('two wildcards', 'https://*.*.example.com', 'origin-wildcard-position'),
  origin('a wildcard on an IPv4 address', 'https://*.192.0.2.1', 'origin-wildcard-ip'),
  origin('a wildcard within an IPv4 address', 'http://192.168.1.*', 'origin-wildcard-ip'),
  origin('a wildcard on an IPv6 address', 'http://*.[::1]', 'origin-wildcard-ip'),
  origin('an IPv4 address in another notation', 'http://127.1', 'origin-ipv4-invalid', 'http://127.0.0.1'),
  origin('an IPv6 address in another notation', 'http://[0:0:0:0:0:0:0:1]', 'origin-ipv6-invalid', 'http://[::1]'),
  origin('an empty label', 'https://app..example', 'origin-host-empty-label'),
  origin('a host with a character that no host has', 'https://app!.example', 'origin-host-character'),
  origin('no host', 'https://', 'origin-host-missing'),
  origin('white space inside', 'https://app.example https://b.example', 'origin-white-space'),
  origin('more than 512 bytes', `https://${'a'.repeat(600)}.example`, 'origin-too-long'),
  {
    rule: 'one bad origin in a list, of which only that is told',
    policy: { origin: [APP, 'https://b.example/', 'https://c.example'] },
    field: 'origin',
    value: 'https://b.example/',
    code: 'origin-trailing-slash',
    instead: 'https://b.example',
  },
  {
    rule: 'one bad origin between commas',
    policy: { origin: `${APP},b.example` },
    field: 'origin',
    value: 'b.example',
    code: 'origin-scheme-missing',
    instead: 'https://b.example',
  },
  { rule: 'an empty list', policy: { origin: [] }, field: 'origin', value: [], code: 'origin-empty', instead: /false/ },
  { rule: 'a number', policy: { origin: 5 }, field: 'origin', value: 5, code: 'not-an-origin' },
  { rule: 'null, the value', policy: { origin: null }, field: 'origin', value: null, code: 'not-an-origin' },
  { rule: 'a list in a list', policy: { origin: [[APP]] }, field: 'origin', value: [APP], code: 'not-an-origin' },
  {
    rule: "'null' without its flag",
    policy: { origin: [APP, 'null'] },
    field: 'origin',
    value: 'null',
    code: 'null-origin',
    instead: /allowNullOrigin/,
  },
  {
    rule: 'no origin at all',
    policy: { origin: undefined },
    field: 'origin',
    value: undefined,
    code: 'origin-missing',
    instead: /origin: /,
  },
  // Expressions.
  ...(
    [
      [/app\.example/, "'https://app.example', 'https://*.app.example'"],
      [/^https:\/\/app\.example/, "'https://app.example'"],
      [/https:\/\/app\.example$/, "'https://app.example'"],
      [/^https:\/\/a\.example|b\.example$/, undefined],
      [/.*/, undefined],
    ] as const
  ).map(([expression, instead]): ErrorCase => ({
    rule: `the expression ${String(expression)}, which is not anchored`,
    policy: { origin: expression },
    field: 'origin',
    value: expression,
    code: 'unanchored-expression',
    ...(instead && { instead }),
  })),
  ...(
    [
      [/^https:\/\/.*example\.com$/, 'lookalike-expression', /'https:\/\/\*\.example\.com'/, {}],
      [/^https:\/\/app.example.com$/, 'lookalike-expression', /'https:\/\/app\.example\.com'/, {}],
      [/^https:\/\/([a-z0-9]+-?)+\.example\.com$/, 'slow-expression', undefined, {}],
      [/^.*$/, 'any-origin-with-credentials', /reflectAnyOriginWithCredentials/, credentials],
      [/^https?:\/\/.*$/, 'any-origin-with-credentials', /reflectAnyOriginWithCredentials/, credentials],
      [/^https:\/\/[a-z]+\.github\.io$/, 'origin-public-suffix', /allowPublicSuffixes/, credentials],
      [/^http:\/\/app\.example\.com$/, 'origin-insecure', /allowInsecureOrigins/, credentials],
    ] as const
  ).map(([expression, code, instead, more]): ErrorCase => ({
    rule: `the expression ${String(expression)}, by what it allows`,
    policy: { origin: expression, ...more },
    field: 'origin',
    value: expression,
    code,
    ...(instead && { instead }),
  })),
  // With credentials.
  origin("'*' with credentials", '*', 'any-origin-with-credentials', /list the origins/, credentials),
  {
    rule: '`true` with credentials',
    policy: { origin: true, credentials: true },
    field: 'origin',
    value: '*',
    code: 'any-origin-with-credentials',
    instead: /list the origins/,
  },
  {
    rule: "'*' in a list with credentials",
    policy: { origin: [APP, '*'], credentials: true },
    field: 'origin',
    value: '*',
    code: 'any-origin-with-credentials',
    instead: /list the origins/,
  },
  {
    rule: "exposed '*' with credentials",
    policy: { origin: APP, exposedHeaders: '*', credentials: true },
    field: 'exposedHeaders',
    value: '*',
    code: 'exposed-any-with-credentials',
    instead: /list the headers/,
  },
  origin('http: with credentials', 'http://app.example', 'origin-insecure', undefined, credentials),
  origin('http: on an address with credentials', 'http://192.0.2.1', 'origin-insecure', undefined, credentials),
  origin('a wildcard above a public suffix', 'https://*.github.io', 'origin-public-suffix', undefined, credentials),
  origin('a wildcard above a suffix of two labels', 'https://*.co.uk', 'origin-public-suffix', undefined, credentials),
  origin('a wildcard above a top-level domain', 'https://*.com:*', 'origin-public-suffix', undefined, credentials),
  // Methods.
  field('a method that is no token', 'methods', ['GE T'], 'not-a-method'),
  field('an empty method', 'methods', [''], 'not-a-method'),
  field('no methods at all', 'methods', [], 'methods-empty', /@NoCors\(\)/),
  field("'*' for methods", 'methods', ['*'], 'not-a-method', /leave `methods` out/),
  ...['CONNECT', 'TRACE', 'TRACK', 'trace'].map((method) =>
    field(`the method ${method}`, 'methods', [method], 'forbidden-method', /leave it out/),
  ),
  field('methods that are no list', 'methods', 5, 'not-a-list'),
  field('methods that are not strings', 'methods', ['GET', 5], 'not-a-list'),
  // Headers.
  field('an allowed header that is no token', 'allowedHeaders', ['X Total'], 'not-a-header-name'),
  field('an exposed header that is no token', 'exposedHeaders', ['X:Total'], 'not-a-header-name'),
  ...['Access-Control-Allow-Origin', 'access-control-allow-headers'].map((name) =>
    field(
      `the response header ${name} among the allowed`,
      'allowedHeaders',
      [name],
      'cors-response-header',
      /leave it out/,
    ),
  ),
  ...['Set-Cookie', 'set-cookie2'].map((name) =>
    field(
      `the header ${name}, which is never exposed`,
      'exposedHeaders',
      [name],
      'never-exposed-header',
      /leave it out/,
    ),
  ),
  field('allowed headers that are no list', 'allowedHeaders', true, 'not-a-list'),
  // Numbers and flags.
  ...[-2, 86_401, 0.5, NaN, Infinity, '600', null].map((value) =>
    field(
      `maxAge ${String(value)}`,
      'maxAge',
      value,
      'out-of-range',
      value === '600' ? /^600, without quotes/ : undefined,
    ),
  ),
  ...[199, 300, 404, 204.5, '204'].map((value) =>
    field(
      `optionsSuccessStatus ${value}`,
      'optionsSuccessStatus',
      value,
      'out-of-range',
      value === '204' ? /^204, without/ : undefined,
    ),
  ),
  ...['credentials', 'privateNetwork'].flatMap((name) =>
    ['true', 1, null].map((value) => field(`${name} ${JSON.stringify(value)}`, name, value, 'not-a-boolean')),
  ),
  ...['true', 1, null, 'fetch'].map((value) =>
    field(`enforce ${JSON.stringify(value)}`, 'enforce', value, 'not-an-enforcement'),
  ),
  field('dangerously that is no object', 'dangerously', true, 'not-an-object'),
  {
    rule: 'an unknown flag, with the nearest one',
    policy: { origin: APP, dangerously: { allowNullOrigins: true } },
    field: 'dangerously',
    value: true,
    code: 'unknown-field',
    instead: 'allowNullOrigin',
  },
  {
    rule: 'a flag that is no boolean',
    policy: { origin: APP, dangerously: { allowNullOrigin: 'yes' } },
    field: 'dangerously',
    value: 'yes',
    code: 'not-a-boolean',
  },
  // Fields.
  field('an unknown field, with the nearest one', 'allowHeaders', ['X-A'], 'unknown-field', 'allowedHeaders'),
  field('a field of another case', 'MaxAge', 5, 'unknown-field', 'maxAge'),
  field('a field that is nothing like a known one', 'quux', 5, 'unknown-field'),
  field('preflightContinue, which `cors` has', 'preflightContinue', true, 'unknown-field', /leave it out/),
];

describe.each(PLATFORMS)('errors in a policy, on %s', (platform) => {
  test.each(ERRORS)('3.7: $rule stops startup', async ({ policy, field: name, value, code, instead }) => {
    const error = await bootError({ cors: { policies: { partner: policy } } }, platform);
    expect(facts(error.issues)).toEqual([{ place: 'policies.partner', field: name, value, code }]);
    const [{ reason, suggestion }] = error.issues as [CorsIssue];
    expect(reason.length).toBeGreaterThan(20);
    expect(reason).toMatch(/[.?]$/);
    if (instead === undefined) {
      expect(suggestion).toBeUndefined();
    } else {
      expect(suggestion).toEqual(
        typeof instead === 'string' ? expect.stringContaining(instead) : expect.stringMatching(instead),
      );
    }
    expect(error.message).toContain(`policies.partner, ${name}: ${reason} [${code}]`);
  });

  test('3.7: the corrected form of each row starts', async () => {
    await startApp(
      {
        cors: {
          policies: {
            one: { origin: APP, maxAge: -1, optionsSuccessStatus: 200, methods: 'get,put', allowedHeaders: 'X-A, X-B' },
            two: { origin: [APP, false], maxAge: 0, optionsSuccessStatus: 299, exposedHeaders: [] },
            three: { origin: '*', maxAge: 86_400, exposedHeaders: '*', allowedHeaders: ['*'], dangerously: {} },
            four: { origin: 'http://app.example' },
            five: { origin: 'https://*.github.io' },
            six: { origin: ['http://localhost:*', 'http://127.0.0.1', 'http://[::1]:3000'], credentials: true },
            seven: { origin: ['http://a.localhost', 'https://*.example.github.io'], credentials: true },
            eight: { origin: [/^(a|b)$/, /^a$|^b$/, /^https:\/\/[^.]+\.example$/gi], credentials: true },
            nine: { origin: 'null', credentials: true, dangerously: { allowNullOrigin: true } },
            ten: { origin: 'http://app.example', credentials: true, dangerously: { allowInsecureOrigins: true } },
            eleven: { origin: 'https://*.github.io', credentials: true, dangerously: { allowPublicSuffixes: true } },
            twelve: { origin: true, credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
          },
        },
      },
      platform,
    );
  });

  test.each<[string, string, string]>([
    ['allowInsecureOrigins', 'https://*.github.io', 'origin-public-suffix'],
    ['allowPublicSuffixes', 'http://app.example', 'origin-insecure'],
    ['allowNullOrigin', '*', 'any-origin-with-credentials'],
    ['reflectAnyOriginWithCredentials', 'null', 'null-origin'],
  ])('3.7: dangerously.%s turns off its own check only', async (flag, value, code) => {
    const policy = { origin: value, credentials: true, dangerously: { [flag]: true } };
    const error = await bootError({ cors: { defaultPolicy: policy } }, platform);
    expect(facts(error.issues)).toEqual([{ place: 'defaultPolicy', field: 'origin', value, code }]);
  });
});

import {
  Controller,
  Get,
  type INestApplication,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Provider,
  Scope,
  UseGuards,
} from '@nestjs/common';
import cors from 'cors';
import { type Express, Router } from 'express';
import {
  CorsConfigurationError,
  type CorsIssue,
  CorsModule,
  type CorsModuleOptions,
  CorsPolicy,
  type CorsPolicyOptions,
  NoCors,
  type OriginAllowlist,
} from '../../lib/index.js';
import { type AppParts, closeApps, corsHeaders, PLATFORMS, type PlatformName, startApp } from '../support/app.js';

const APP = 'https://app.example';

const expressOf = (nest: INestApplication): Express => nest.getHttpAdapter().getInstance() as Express;

afterEach(closeApps);

/** The error that ends the boot. */
async function bootError(parts: AppParts, platform: PlatformName): Promise<CorsConfigurationError> {
  const error: unknown = await startApp(parts, platform).then(
    () => new Error('the app booted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CorsConfigurationError);
  return error as CorsConfigurationError;
}

/** Where and what the mistakes are, without the sentences about them. */
function facts(issues: readonly CorsIssue[]): Pick<CorsIssue, 'place' | 'field' | 'value' | 'code'>[] {
  return issues.map(({ place, field, value, code }) => ({ place, field, value, code }));
}

interface Mistake {
  readonly rule: string;
  /** The policy; an `origin` is added where it has none. */
  readonly policy: object;
  readonly field: string;
  readonly value: unknown;
  readonly code: string;
  /** What the suggestion says; `undefined`: there is none. */
  readonly instead?: string | RegExp;
}

const origin = (
  rule: string,
  value: string,
  code: string,
  instead?: string | RegExp,
  more: Omit<CorsPolicyOptions, 'origin'> = {},
): Mistake => ({
  rule,
  policy: { origin: value, ...more },
  field: 'origin',
  value,
  code,
  ...(instead && { instead }),
});

const field = (rule: string, name: string, value: unknown, code: string, instead?: string | RegExp): Mistake => ({
  rule,
  policy: { [name]: value },
  field: name,
  value: Array.isArray(value) && value.length === 1 ? value[0] : value,
  code,
  ...(instead && { instead }),
});

const credentials = { credentials: true };
const SUBDOMAINS = 'https://*.example.com';

const MISTAKES: readonly Mistake[] = [
  // Origins that are none.
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
  origin('a part of a port as a wildcard', 'http://localhost:30*', 'origin-port-wildcard', 'http://localhost:*'),
  origin(
    'an IDN that is not in its ASCII form',
    'https://bücher.example',
    'origin-not-ascii',
    'https://xn--bcher-kva.example',
  ),
  origin('punycode of nothing', 'https://xn--a.example', 'origin-host-punycode'),
  origin('nothing but a wildcard', 'https://*', 'origin-wildcard-alone'),
  origin('a wildcard in part of a label', 'https://app*.example.com', 'origin-wildcard-partial', SUBDOMAINS),
  origin('a wildcard without its dot', 'https://*example.com', 'origin-wildcard-partial', SUBDOMAINS),
  origin('a wildcard that is not leftmost', 'https://app.*.example', 'origin-wildcard-position'),
  origin('two wildcards', 'https://*.*.example.com', 'origin-wildcard-position', SUBDOMAINS),
  origin('a wildcard on an IPv4 address', 'https://*.192.0.2.1', 'origin-wildcard-ip', 'https://192.0.2.1'),
  origin('a wildcard within an IPv4 address', 'http://192.168.1.*', 'origin-wildcard-ip'),
  origin('a wildcard on an IPv6 address', 'http://*.[::1]', 'origin-wildcard-ip', 'http://[::1]'),
  origin('an IPv4 address in another notation', 'http://127.1', 'origin-ipv4-invalid', 'http://127.0.0.1'),
  origin('an IPv6 address in another notation', 'http://[0:0:0:0:0:0:0:1]', 'origin-ipv6-invalid', 'http://[::1]'),
  origin('a dot at the end of the host', 'https://app.example.', 'origin-host-trailing-dot', APP),
  origin('an empty label', 'https://app..example', 'origin-host-empty-label', APP),
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
  ...[/app\.example/, /^https:\/\/app\.example/, /https:\/\/app\.example$/, /^https:\/\/a\.example|b\.example$/].map(
    (expression): Mistake => ({
      rule: `the expression ${String(expression)}, which is not anchored`,
      policy: { origin: expression },
      field: 'origin',
      value: expression,
      code: 'unanchored-expression',
      instead: `/^(?:${expression.source})$/`,
    }),
  ),
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
    instead: /name the headers/,
  },
  origin('http: with credentials', 'http://app.example', 'origin-insecure', APP, credentials),
  origin(
    'http: on an address with credentials',
    'http://192.0.2.1',
    'origin-insecure',
    'https://192.0.2.1',
    credentials,
  ),
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
  ...['Cookie', 'host', 'Origin', 'Sec-Fetch-Site', 'Proxy-Authorization', 'Access-Control-Request-Method'].map(
    (name) =>
      field(
        `the forbidden request header ${name}`,
        'allowedHeaders',
        [name],
        'forbidden-request-header',
        /leave it out/,
      ),
  ),
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
    field(`maxAge ${String(value)}`, 'maxAge', value, 'out-of-range'),
  ),
  ...[199, 300, 404, 204.5, '204'].map((value) =>
    field(`optionsSuccessStatus ${value}`, 'optionsSuccessStatus', value, 'out-of-range'),
  ),
  ...['credentials', 'enforce', 'privateNetwork'].flatMap((name) =>
    ['true', 1, null].map((value) => field(`${name} ${JSON.stringify(value)}`, name, value, 'not-a-boolean')),
  ),
  field('dangerously that is no object', 'dangerously', true, 'not-an-object'),
  {
    rule: 'an unknown flag, with the nearest one',
    policy: { dangerously: { allowNullOrigins: true } },
    field: 'dangerously',
    value: true,
    code: 'unknown-field',
    instead: 'allowNullOrigin',
  },
  {
    rule: 'a flag that is no boolean',
    policy: { dangerously: { allowNullOrigin: 'yes' } },
    field: 'dangerously',
    value: 'yes',
    code: 'not-a-boolean',
  },
  // Fields.
  field('an unknown field, with the nearest one', 'allowHeaders', ['X-A'], 'unknown-field', 'allowedHeaders'),
  field('a field of another case', 'MaxAge', 5, 'unknown-field', 'maxAge'),
  field('a field that is nothing like a known one', 'quux', 5, 'unknown-field'),
  field('preflightContinue, which `cors` has', 'preflightContinue', true, 'unknown-field', /leave it out/),
]
  .map((mistake) =>
    // What a row is not about must not be wrong, too.
    'origin' in mistake.policy ? mistake : { ...mistake, policy: { origin: APP, ...mistake.policy } },
  )
  .map((mistake) =>
    mistake.field === 'methods' || mistake.field.endsWith('Headers')
      ? {
          ...mistake,
          value:
            mistake.code === 'not-a-list' ? (mistake.policy as Record<string, unknown>)[mistake.field] : mistake.value,
        }
      : mistake,
  )
  .map((mistake) =>
    mistake.code === 'unknown-field' && mistake.field === 'allowHeaders' ? { ...mistake, value: ['X-A'] } : mistake,
  );

describe.each(PLATFORMS)('mistakes on %s', (platform) => {
  test.each(MISTAKES)('3.7: $rule ends the boot', async ({ policy, field: name, value, code, instead }) => {
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

  test('3.7: what these rows hold against is not wrong', async () => {
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
  ])('3.7: dangerously.%s lifts no check but its own', async (flag, value, code) => {
    const policy = { origin: value, credentials: true, dangerously: { [flag]: true } };
    const error = await bootError({ cors: { defaultPolicy: policy } }, platform);
    expect(facts(error.issues)).toEqual([{ place: 'defaultPolicy', field: 'origin', value, code }]);
  });

  describe('places', () => {
    test('3.7: every mistake of the app stands in one error, each at its place', async () => {
      @Controller('orders')
      @CorsPolicy('partnr')
      class OrdersController {
        @Get()
        list(): string {
          return 'list';
        }
        @Get('update')
        @CorsPolicy({ maxAge: 1e9 })
        update(): string {
          return 'update';
        }
        @Get('closed')
        @NoCors()
        @CorsPolicy('partner')
        closed(): string {
          return 'closed';
        }
      }
      @Controller('shops')
      @CorsPolicy({ origin: 'shops.example' })
      class ShopsController {
        @Get()
        @NoCors()
        list(): string {
          return 'list';
        }
      }
      const options = {
        policies: { partner: { origin: 'https://partner.example/' }, other: { origin: APP, credentials: 'yes' } },
        defaultPolicy: { origin: '*', credentials: true },
        routes: [
          { path: '/graphql', policy: 'partner' },
          { path: 'relative', policy: 'nobody' },
          { path: '/files', policy: { origin: APP, methods: ['TRACE'] } },
        ],
        allowlists: { refreshMs: 0 },
        debug: 'yes',
        polices: {},
      };
      const error = await bootError(
        { cors: options as unknown as CorsModuleOptions, controllers: [OrdersController, ShopsController] },
        platform,
      );
      const expected = [
        ['CorsModule.forRoot()', 'polices', 'unknown-field'],
        ['CorsModule.forRoot()', 'debug', 'not-a-boolean'],
        ['CorsModule.forRoot()', 'allowlists.refreshMs', 'allowlist-option'],
        ['policies.partner', 'origin', 'origin-trailing-slash'],
        ['policies.other', 'credentials', 'not-a-boolean'],
        ['defaultPolicy', 'origin', 'any-origin-with-credentials'],
        ['routes[1]', 'path', 'not-a-path'],
        ['routes[1]', '', 'unknown-policy'],
        ['routes[2]', 'methods', 'forbidden-method'],
        ['OrdersController', '', 'unknown-policy'],
        ['OrdersController.update', 'maxAge', 'out-of-range'],
        ['OrdersController.closed', '', 'two-decorators'],
        ['ShopsController', 'origin', 'origin-scheme-missing'],
      ];
      expect(error.issues.map(({ place, field: name, code }) => [place, name, code])).toEqual(expected);
      expect(Object.isFrozen(error.issues)).toBe(true);
      expect(error.name).toBe('CorsConfigurationError');
      const lines = error.message.split('\n');
      expect(lines[0]).toBe('The CORS configuration is wrong: 13 mistakes end the boot.');
      for (const [index, [place, name, code]] of expected.entries()) {
        const where = name === '' ? place! : `${place}, ${name}`;
        expect(
          lines.filter((line) => line.startsWith(`  ${index + 1}. ${where}: `) && line.endsWith(`[${code}]`)),
        ).toHaveLength(1);
      }
    });

    test('3.7: an unknown name is told with the known ones and the nearest', async () => {
      const error = await bootError(
        { cors: { policies: { partner: { origin: APP }, public: { origin: '*' } }, defaultPolicy: 'Partners' } },
        platform,
      );
      expect(error.issues).toEqual([
        {
          place: 'defaultPolicy',
          field: '',
          value: 'Partners',
          code: 'unknown-policy',
          reason: 'No policy is registered as "Partners"; known are: partner, public.',
          suggestion: "'partner'",
        },
      ]);
      const alone = await bootError({ cors: { defaultPolicy: 'constructor' } }, platform);
      expect(facts(alone.issues)).toMatchObject([{ code: 'unknown-policy' }]);
      expect(alone.message).toContain('The CORS configuration is wrong: one mistake ends the boot.');
    });

    test.each<[string, object, object]>([
      [
        'an unknown option, with the nearest one',
        { policys: {} },
        { field: 'policys', code: 'unknown-field', suggestion: 'policies' },
      ],
      ['routes that are no list', { routes: {} }, { field: 'routes', code: 'not-a-list' }],
      ['debug that is no boolean', { debug: 1 }, { field: 'debug', code: 'not-a-boolean' }],
      ['allowlists that are no object', { allowlists: 5 }, { field: 'allowlists', code: 'allowlist-option' }],
      [
        'an unknown option of allowlists',
        { allowlists: { ttl: 5 } },
        { field: 'allowlists.ttl', code: 'allowlist-option' },
      ],
      [
        'a time out of range',
        { allowlists: { timeoutMs: -1 } },
        { field: 'allowlists.timeoutMs', code: 'allowlist-option' },
      ],
      [
        'maxStaleMs within refreshMs',
        { allowlists: { maxStaleMs: 5, refreshMs: 10 } },
        { field: 'allowlists.maxStaleMs', code: 'allowlist-option' },
      ],
    ])('3.7: %s ends the boot', async (_rule, options, issue) => {
      const error = await bootError({ cors: options }, platform);
      expect(error.issues).toMatchObject([{ place: 'CorsModule.forRoot()', ...issue }]);
      expect(error.issues).toHaveLength(1);
    });

    test.each<[string, unknown, object]>([
      ['a path without its slash', { path: 'graphql', policy: 'partner' }, { field: 'path', code: 'not-a-path' }],
      [
        'a path that the platform cannot read',
        { path: '/:a(', policy: 'partner' },
        { field: 'path', code: 'not-a-path' },
      ],
      ['no path', { policy: 'partner' }, { field: 'path', code: 'not-a-path' }],
      ['no policy', { path: '/a' }, { field: '', code: 'not-a-policy' }],
      ['a policy that is neither', { path: '/a', policy: 5 }, { field: '', code: 'not-a-policy' }],
      [
        'an unknown policy',
        { path: '/a', policy: 'partnr' },
        { field: '', code: 'unknown-policy', suggestion: "'partner'" },
      ],
      ['a policy without an origin', { path: '/a', policy: {} }, { field: 'origin', code: 'origin-missing' }],
      [
        'a method that is no token',
        { path: '/a', policy: 'partner', methods: ['GE T'] },
        { field: 'methods', code: 'not-a-method' },
      ],
      ['no methods', { path: '/a', policy: 'partner', methods: [] }, { field: 'methods', code: 'not-a-method' }],
      [
        'a method of no page',
        { path: '/a', policy: 'partner', methods: ['TRACE'] },
        { field: 'methods', code: 'not-a-method' },
      ],
      [
        'an unknown field, with the nearest one',
        { path: '/a', policy: 'partner', method: ['GET'] },
        { field: 'method', code: 'unknown-field', suggestion: 'methods' },
      ],
      ['a route that is null', null, { field: '', code: 'not-a-route' }],
      ['a route that is a string', '/graphql', { field: '', code: 'not-a-route' }],
    ])('3.7: an entry of routes with %s ends the boot', async (_rule, rule, issue) => {
      const routes = [{ path: '/fine', policy: 'partner' }, rule] as CorsModuleOptions['routes'];
      const error = await bootError({ cors: { policies: { partner: { origin: APP } }, routes } }, platform);
      expect(error.issues).toMatchObject([{ place: 'routes[1]', ...issue }]);
      expect(error.issues).toHaveLength(1);
    });

    test('3.7: a policy that is no object is told once, whoever names it', async () => {
      @Controller()
      @CorsPolicy('partner')
      class OneController {
        @Get()
        read(): string {
          return 'read';
        }
      }
      for (const value of ['https://app.example', null, 5, [APP], true]) {
        const policies = { partner: value as unknown as CorsPolicyOptions };
        const error = await bootError({ cors: { policies }, controllers: [OneController] }, platform);
        expect(facts(error.issues)).toEqual([{ place: 'policies.partner', field: '', value, code: 'not-a-policy' }]);
      }
    });

    test('3.7: a decorator with neither a name nor an object is told at its place', async () => {
      @Controller()
      class OneController {
        @Get('list')
        @CorsPolicy([APP] as unknown as string)
        list(): string {
          return 'list';
        }
        @Get('absent')
        @CorsPolicy(undefined as unknown as string)
        absent(): string {
          return 'absent';
        }
        @Get('overrides')
        @CorsPolicy('partner', 'https://app.example' as CorsPolicyOptions)
        overrides(): string {
          return 'overrides';
        }
      }
      const error = await bootError(
        { cors: { policies: { partner: { origin: APP } } }, controllers: [OneController] },
        platform,
      );
      expect(error.issues.map(({ place, code }) => [place, code])).toEqual([
        ['OneController.list', 'not-a-policy'],
        ['OneController.absent', 'unknown-policy'],
        ['OneController.overrides', 'not-a-policy'],
      ]);
    });

    test('3.7: options that a factory left out end the boot with one sentence', async () => {
      for (const options of [undefined, null, 'partner']) {
        const imports = [CorsModule.forRootAsync({ useFactory: () => options as CorsModuleOptions })];
        const error = await bootError({ cors: null, imports }, platform);
        expect(facts(error.issues)).toEqual([
          { place: 'CorsModule.forRoot()', field: '', value: options, code: 'not-an-object' },
        ]);
      }
    });
  });

  describe('one mistake, one entry', () => {
    @Controller('many')
    @CorsPolicy('partner')
    class ManyController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      @CorsPolicy({ maxAge: 5 })
      b(): string {
        return 'b';
      }
      @Get('c')
      @CorsPolicy('partner', { exposedHeaders: ['X-C'] })
      c(): string {
        return 'c';
      }
    }

    test.each<[string, CorsPolicyOptions, object]>([
      ['a bad origin', { origin: `${APP}/` }, { field: 'origin', code: 'origin-trailing-slash' }],
      ['no origin', { maxAge: 7 }, { field: 'origin', code: 'origin-missing' }],
      [
        "'*' with credentials",
        { origin: '*', credentials: true },
        { field: 'origin', code: 'any-origin-with-credentials' },
      ],
      ['an unknown field', { origin: APP, orign: APP } as object, { field: 'orign', code: 'unknown-field' }],
      [
        'an insecure origin',
        { origin: 'http://app.example', credentials: true },
        { field: 'origin', code: 'origin-insecure' },
      ],
    ])('3.7: %s in a shared policy is told once, not for each route', async (_rule, partner, issue) => {
      const error = await bootError(
        {
          cors: {
            policies: { partner },
            defaultPolicy: 'partner',
            routes: [
              { path: '/x', policy: 'partner' },
              { path: '/y', policy: 'partner' },
            ],
          },
          controllers: [ManyController],
        },
        platform,
      );
      expect(error.issues).toMatchObject([{ place: 'policies.partner', ...issue }]);
      expect(error.issues).toHaveLength(1);
    });

    test('3.7: a mistake in the default policy is told once, whoever refines it', async () => {
      @Controller()
      @CorsPolicy({ maxAge: 5 })
      class RefiningController {
        @Get('a')
        a(): string {
          return 'a';
        }
        @Get('b')
        @CorsPolicy({ exposedHeaders: ['X-B'] })
        b(): string {
          return 'b';
        }
      }
      for (const [defaultPolicy, place, code] of [
        [{ maxAge: 7 }, 'defaultPolicy', 'origin-missing'],
        ['nobody', 'defaultPolicy', 'unknown-policy'],
        [5, 'defaultPolicy', 'not-a-policy'],
        [{ origin: '*', credentials: true }, 'defaultPolicy', 'any-origin-with-credentials'],
      ] as const) {
        const error = await bootError(
          { cors: { defaultPolicy: defaultPolicy as string }, controllers: [RefiningController] },
          platform,
        );
        expect(error.issues.map((issue) => [issue.place, issue.code])).toEqual([[place, code]]);
      }
    });

    test('3.7: an unknown name on a class is told once, whatever its handlers refine', async () => {
      @Controller()
      @CorsPolicy('partnr')
      class MistypedController {
        @Get('a')
        a(): string {
          return 'a';
        }
        @Get('b')
        @CorsPolicy({ maxAge: 5 })
        b(): string {
          return 'b';
        }
        @Get('c')
        @CorsPolicy({ exposedHeaders: ['X-C'] })
        c(): string {
          return 'c';
        }
      }
      const error = await bootError({ controllers: [MistypedController] }, platform);
      expect(facts(error.issues)).toEqual([
        { place: 'MistypedController', field: '', value: 'partnr', code: 'unknown-policy' },
      ]);
    });

    test('3.7: fields that do not go together are told where they came together, once', async () => {
      @Controller()
      @CorsPolicy('public', { credentials: true })
      class TogetherController {
        @Get('a')
        a(): string {
          return 'a';
        }
        @Get('b')
        @CorsPolicy({ maxAge: 5 })
        b(): string {
          return 'b';
        }
        @Get('c')
        @CorsPolicy({ origin: 'http://app.example' })
        c(): string {
          return 'c';
        }
      }
      const error = await bootError(
        { cors: { policies: { public: { origin: '*' } } }, controllers: [TogetherController] },
        platform,
      );
      expect(facts(error.issues)).toEqual([
        { place: 'TogetherController', field: 'origin', value: '*', code: 'any-origin-with-credentials' },
        { place: 'TogetherController.c', field: 'origin', value: 'http://app.example', code: 'origin-insecure' },
      ]);
    });

    test('3.7: a handler that both refine is told for each controller that is wrong', async () => {
      class Base {
        @Get('shared')
        @CorsPolicy({ credentials: true })
        shared(): string {
          return 'shared';
        }
      }
      @Controller('open')
      @CorsPolicy({ origin: '*' })
      class OpenController extends Base {}
      @Controller('listed')
      @CorsPolicy({ origin: APP })
      class ListedController extends Base {}
      const error = await bootError({ controllers: [OpenController, ListedController] }, platform);
      expect(facts(error.issues)).toEqual([
        { place: 'OpenController.shared', field: 'origin', value: '*', code: 'any-origin-with-credentials' },
      ]);
    });

    test('3.7: each of several mistakes of one field is told, long ones that differ at their end too', async () => {
      const long = (end: string): string => `https://${'a.'.repeat(60)}example/${end}`;
      const error = await bootError(
        { cors: { policies: { partner: { origin: [long('one'), long('two'), 'b.example', 'b.example'] } } } },
        platform,
      );
      expect(error.issues.map(({ value }) => value)).toEqual([long('one'), long('two'), 'b.example']);
    });

    test('3.7: one wrong field hides no other mistake of its policy', async () => {
      const partner = { credentials: 'yes', maxAge: -5 } as unknown as CorsPolicyOptions;
      const error = await bootError({ cors: { policies: { partner } } }, platform);
      expect(error.issues.map(({ field: name, code }) => [name, code])).toEqual([
        ['credentials', 'not-a-boolean'],
        ['maxAge', 'out-of-range'],
        ['origin', 'origin-missing'],
      ]);
    });
  });

  test('3.7: a mistake is one wherever it stands: on a class without routes, or one that every handler replaces', async () => {
    @Controller('empty')
    @CorsPolicy({ maxAge: -5 })
    class EmptyController {}
    @Controller('replaced')
    @CorsPolicy({ exposedHeaders: 'Set-Cookie' })
    class ReplacedController {
      @Get()
      @CorsPolicy('partner')
      read(): string {
        return 'read';
      }
    }
    const error = await bootError(
      { cors: { policies: { partner: { origin: APP } } }, controllers: [EmptyController, ReplacedController] },
      platform,
    );
    expect(error.issues.map(({ place, field: name }) => [place, name])).toEqual([
      ['EmptyController', 'maxAge'],
      ['ReplacedController', 'exposedHeaders'],
    ]);
  });

  test('3.7: the configuration of one feature module is read with that of the root', async () => {
    const imports = [
      CorsModule.forFeature({ policies: { partner: { origin: APP }, broken: { origin: 'b.example' } } }),
      CorsModule.forFeature({ policies: { partner: { origin: '*' } } }),
    ];
    const error = await bootError({ cors: { policies: { public: { origin: '*' } } }, imports }, platform);
    expect(facts(error.issues)).toEqual([
      { place: 'policies.broken', field: 'origin', value: 'b.example', code: 'origin-scheme-missing' },
      { place: 'policies.partner', field: '', value: 'partner', code: 'name-taken' },
    ]);
    const withRoot = await bootError(
      { cors: { policies: { partner: { origin: '*' } } }, imports: imports.slice(1) },
      platform,
    );
    expect(facts(withRoot.issues)).toEqual([
      { place: 'policies.partner', field: '', value: 'partner', code: 'name-taken' },
    ]);
  });

  test('3.7: a second forRoot() ends the boot', async () => {
    const error = await bootError(
      { cors: { defaultPolicy: { origin: APP } }, imports: [CorsModule.forRoot({ defaultPolicy: { origin: '*' } })] },
      platform,
    );
    expect(error.issues).toMatchObject([{ place: 'CorsModule.forRoot()', field: '', code: 'module-twice' }]);
    const mixed = await bootError(
      { cors: { defaultPolicy: { origin: APP } }, imports: [CorsModule.forRootAsync({ useFactory: () => ({}) })] },
      platform,
    );
    expect(mixed.issues).toMatchObject([{ code: 'module-twice' }]);
  });

  describe('providers', () => {
    @Injectable({ scope: Scope.REQUEST })
    class Requested implements OriginAllowlist {
      isAllowed(): boolean {
        return true;
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient implements OriginAllowlist {
      isAllowed(): boolean {
        return true;
      }
    }
    @Injectable()
    class DependsOnRequest implements OriginAllowlist {
      constructor(readonly requested: Requested) {}
      isAllowed(): boolean {
        return true;
      }
    }
    @Injectable()
    class Unfit {}
    class Missing implements OriginAllowlist {
      isAllowed(): boolean {
        return true;
      }
    }
    const SYMBOL = Symbol('origins');

    test.each<[string, unknown, Provider[], string, RegExp]>([
      ['a class that the app does not provide', Missing, [], 'provider-missing', /no Missing/],
      ['a symbol that the app does not provide', SYMBOL, [], 'provider-missing', /origins/],
      ['a token that the app does not provide', 'ORIGINS', [], 'provider-missing', /ORIGINS/],
      ['a request-scoped provider', Requested, [Requested], 'provider-scoped', /Requested/],
      ['a transient provider', Transient, [Transient], 'provider-scoped', /Transient/],
      [
        'a provider that depends on the request',
        DependsOnRequest,
        [Requested, DependsOnRequest],
        'provider-scoped',
        /DependsOnRequest/,
      ],
      ['a provider that is neither', Unfit, [Unfit], 'provider-unfit', /Unfit/],
      [
        'a provided value that is neither',
        'ORIGINS',
        [{ provide: 'ORIGINS', useValue: [APP] }],
        'provider-unfit',
        /ORIGINS/,
      ],
      ['a provided nothing', 'ORIGINS', [{ provide: 'ORIGINS', useValue: null }], 'provider-unfit', /ORIGINS/],
    ])('3.7: %s ends the boot', async (_rule, token, providers, code, reason) => {
      const policies = { partner: { origin: [APP, { provider: token as symbol }] } };
      const error = await bootError({ cors: { policies }, providers }, platform);
      expect(facts(error.issues)).toEqual([{ place: 'policies.partner', field: 'origin', value: token, code }]);
      expect(error.issues[0]!.reason).toMatch(reason);
    });
  });

  describe('a second CORS layer', () => {
    @Module({})
    class MiddlewareModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(cors({ origin: 'https://second.example' })).forRoutes('*path');
      }
    }

    const layers: [string, AppParts, string][] = [
      ['app.enableCors()', { setUp: (nest) => nest.enableCors() }, "origin: '*'"],
      ['the cors option', { create: { cors: true } }, "origin: '*'"],
      [
        'the cors option with options',
        { create: { cors: { origin: 'https://a.example', credentials: true, exposedHeaders: ['X-A'] } } },
        "origin: 'https://a.example', credentials: true, exposedHeaders: 'X-A'",
      ],
    ];
    const onExpress: [string, AppParts, string][] = [
      ['app.use(cors())', { setUp: (nest) => nest.use(cors({ maxAge: 9 })) }, 'maxAge: 9'],
      ['app.use(path, cors())', { setUp: (nest) => nest.use('/api', cors({ methods: 'PUT' })) }, "methods: 'PUT'"],
      [
        'cors on a nested router',
        {
          setUp: (nest) => {
            const inner = Router();
            inner.use(cors());
            nest.use('/outer', Router().use('/inner', inner));
          },
        },
        "origin: '*'",
      ],
      [
        'cors on one route of a nested router',
        {
          setUp: (nest) => {
            const router = Router();
            router.get('/open', cors(), (_request, response) => void response.send('open'));
            nest.use('/outer', router);
          },
        },
        "origin: '*'",
      ],
      [
        'cors for OPTIONS only',
        {
          setUp: (nest) => expressOf(nest).options('/{*path}', cors()),
        },
        "origin: '*'",
      ],
    ];

    test.each([...layers, ...(platform === 'express' ? onExpress : [])])(
      '3.7: %s ends the boot, with the lines to remove and the policy that says the same',
      async (_layer, parts, samePolicy) => {
        const error = await bootError({ ...parts, cors: {} }, platform);
        expect(facts(error.issues)).toEqual([
          { place: 'the app', field: '', value: undefined, code: 'second-cors-layer' },
        ]);
        expect(error.message).toContain('remove `app.enableCors(…)`, the `cors` option of `NestFactory.create(…)`');
        if (platform === 'express') {
          expect(error.message).toContain('`app.use(cors(…))`');
          expect(error.issues[0]!.suggestion).toContain(samePolicy);
        }
        expect(error.issues[0]!.suggestion).toContain('defaultPolicy: { ');
      },
    );

    test('3.7: it stands in the same error as the other mistakes', async () => {
      const error = await bootError(
        { cors: { defaultPolicy: 'nobody' }, setUp: (nest) => nest.enableCors() },
        platform,
      );
      expect(error.issues.map(({ code }) => code)).toEqual(['unknown-policy', 'second-cors-layer']);
    });

    test('3.7: cors behind consumer.apply() is beyond detection; what holds is that preflights stay ours', async () => {
      @Controller('one')
      @CorsPolicy({ origin: APP })
      class OneController {
        @Get()
        read(): string {
          return 'read';
        }
      }
      const app = await startApp({ controllers: [OneController], imports: [MiddlewareModule] }, platform);
      const preflight = await app.preflight('/one', { origin: APP, method: 'GET' });
      expect(corsHeaders(preflight)).toEqual({
        'access-control-allow-origin': APP,
        'access-control-allow-methods': 'GET, HEAD',
      });
      const response = await app.get('/one', APP);
      expect(response.headers['access-control-allow-origin']).toBe('https://second.example');
    });
  });

  describe('warnings', () => {
    /** What the library warned about. */
    async function warnings(parts: AppParts): Promise<string[]> {
      const { logs } = await startApp(parts, platform);
      return logs.filter((line) => line.startsWith('warn: ')).map((line) => line.slice('warn: '.length));
    }

    @Controller('one')
    @CorsPolicy('partner')
    class OneController {
      @Get()
      read(): string {
        return 'read';
      }
      @Get('two')
      two(): string {
        return 'two';
      }
    }

    test('3.7: there is none where nothing is odd', async () => {
      expect(
        await warnings({
          cors: {
            policies: {
              partner: {
                origin: APP,
                credentials: true,
                maxAge: 7200,
                allowedHeaders: [],
                exposedHeaders: ['X-Total'],
              },
            },
          },
          controllers: [OneController],
        }),
      ).toEqual([]);
    });

    test('3.7: maxAge above Chromium’s cap is told once, at its place', async () => {
      const found = await warnings({
        cors: { policies: { partner: { origin: APP, maxAge: 7201 } }, defaultPolicy: 'partner' },
        controllers: [OneController],
      });
      expect(found).toEqual([expect.stringMatching(/^policies\.partner \(maxAge 7201\): .*7200/)]);
    });

    test('3.7: a policy that nothing uses', async () => {
      const found = await warnings({
        cors: {
          policies: {
            partner: { origin: APP },
            idle: { origin: APP },
            byDefault: { origin: APP },
            byRoute: { origin: APP },
          },
          defaultPolicy: 'byDefault',
          routes: [{ path: '/x', policy: 'byRoute' }],
        },
        controllers: [OneController],
        imports: [CorsModule.forFeature({ policies: { idleToo: { origin: APP } } })],
      });
      expect(found).toEqual([expect.stringMatching(/^policies\.idle; policies\.idleToo: No route uses/)]);
    });

    test('3.7: a decorator on a class that is not a controller', async () => {
      @Injectable()
      @CorsPolicy('partner')
      class OrdersService {}
      @Injectable()
      @NoCors()
      class OrdersGuard {
        canActivate(): boolean {
          return true;
        }
      }
      @Controller('guarded')
      @UseGuards(OrdersGuard)
      class GuardedController {
        @Get()
        read(): string {
          return 'read';
        }
      }
      const found = await warnings({
        cors: { policies: { partner: { origin: APP } } },
        controllers: [OneController, GuardedController],
        providers: [OrdersService],
      });
      expect(found).toEqual([expect.stringMatching(/^OrdersService; OrdersGuard: .*not a controller/)]);
    });

    test('3.7: a decorator on a method that serves no route', async () => {
      @Injectable()
      class OrdersResolver {
        @NoCors()
        resolve(): void {}
      }
      @Controller('helped')
      class HelpedController {
        @Get()
        @NoCors()
        read(): string {
          return this.helper();
        }
        @CorsPolicy({ origin: APP })
        helper(): string {
          return 'read';
        }
      }
      const found = await warnings({
        cors: { policies: { partner: { origin: APP } } },
        controllers: [OneController, HelpedController],
        providers: [OrdersResolver],
      });
      expect(found).toEqual([
        expect.stringMatching(/^HelpedController\.helper; OrdersResolver\.resolve: .*nothing reads it/),
      ]);
    });

    test('2.3: each dangerously flag is named, with its place', async () => {
      const found = await warnings({
        cors: {
          policies: {
            partner: { origin: [APP, 'null'], dangerously: { allowNullOrigin: true, allowPublicSuffixes: false } },
          },
          defaultPolicy: { origin: '*', credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
        },
        controllers: [OneController],
      });
      expect(found).toEqual([
        expect.stringMatching(
          /^policies\.partner \(dangerously\.allowNullOrigin\); defaultPolicy \(dangerously\.reflectAnyOriginWithCredentials\): /,
        ),
      ]);
    });

    test('4: an allowlist that is asked for every request', async () => {
      @Injectable()
      class Tenants implements OriginAllowlist {
        isAllowed(this: void, _origin: string, context: object): boolean {
          return context !== undefined;
        }
      }
      @Injectable()
      class KeyedTenants implements OriginAllowlist {
        cacheKey(): string {
          return 'one';
        }
        isAllowed(_origin: string, context: object): boolean {
          return context !== undefined;
        }
      }
      const found = await warnings({
        cors: { policies: { partner: { origin: [Tenants, KeyedTenants] } } },
        controllers: [OneController],
        providers: [Tenants, KeyedTenants],
      });
      expect(found).toEqual([expect.stringMatching(/^Tenants: isAllowed .*cacheKey/)]);
    });
  });
});

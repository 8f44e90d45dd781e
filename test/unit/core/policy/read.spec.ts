import fc from '../../../support/fast-check.js';
import { IssueCollector, type CorsIssue } from '../../../../lib/core/issues/issues.js';
import type { FieldLayer, OriginTerm, PolicyFields } from '../../../../lib/core/policy/options.js';
import { ENABLE_CORS_FIELDS, POLICY_FIELDS, readFields } from '../../../../lib/core/policy/read.js';

const ANY: OriginTerm = { kind: 'any', place: 'C' };

/** Reads options at the place `C`. The reader of `origin` accepts `ok` and reports any other value. */
function read(written: object): { layer: FieldLayer; issues: readonly CorsIssue[] } {
  const issues = new IssueCollector();
  const layer = readFields(
    written as PolicyFields<unknown>,
    'C',
    (origin, place, report) => {
      if (origin === 'ok') {
        return [ANY];
      }
      report({ value: origin, code: 'reported', reason: `at ${place}` });
      return [];
    },
    issues,
  );
  return { layer, issues: issues.issues };
}

test.each<[rule: string, written: object, fields: object]>([
  ['nothing is given', {}, {}],
  ['undefined counts as not given', { origin: undefined, maxAge: undefined, credentials: undefined }, {}],
  ['an origin is what its reader says', { origin: 'ok' }, { origin: [ANY] }],
  ['a list of methods', { methods: ['GET', 'PUT'] }, { methods: ['GET', 'PUT'] }],
  [
    'methods with commas between, as `cors` takes them',
    { methods: 'GET,PUT, PATCH' },
    { methods: ['GET', 'PUT', 'PATCH'] },
  ],
  ['methods in any case, each once', { methods: ['get', 'Put', 'GET'] }, { methods: ['GET', 'PUT'] }],
  ['a method of one’s own', { methods: ['PURGE', 'M-SEARCH'] }, { methods: ['PURGE', 'M-SEARCH'] }],
  [
    'a list of headers, the first way to write one',
    { allowedHeaders: ['X-A', 'x-a', 'X-B'] },
    { allowedHeaders: ['X-A', 'X-B'] },
  ],
  ['headers with commas between', { exposedHeaders: 'X-A , X-B' }, { exposedHeaders: ['X-A', 'X-B'] }],
  ['any header', { allowedHeaders: '*', exposedHeaders: ['*'] }, { allowedHeaders: '*', exposedHeaders: '*' }],
  ['any header replaces the whole list', { allowedHeaders: ['X-A', '*'] }, { allowedHeaders: '*' }],
  [
    'Authorization is a header like any other',
    { allowedHeaders: 'Authorization' },
    { allowedHeaders: ['Authorization'] },
  ],
  [
    'flags',
    { credentials: true, enforce: false, privateNetwork: true, timing: false },
    { credentials: true, enforce: false, privateNetwork: true, timing: false },
  ],
  ['the least numbers', { maxAge: -1, optionsSuccessStatus: 200 }, { maxAge: -1, optionsSuccessStatus: 200 }],
  [
    'the greatest numbers',
    { maxAge: 86_400, optionsSuccessStatus: 299 },
    { maxAge: 86_400, optionsSuccessStatus: 299 },
  ],
  ['dangerously', { dangerously: { allowNullOrigin: true } }, { dangerously: { allowNullOrigin: true } }],
])('2.3: %s', (_rule, written, fields) => {
  const { layer, issues } = read(written);
  expect(issues).toEqual([]);
  expect(layer.fields).toEqual(fields);
  expect(layer.place).toBe('C');
  expect([...layer.broken]).toEqual([]);
});

test.each<[field: string, value: unknown, code: string]>([
  ['origin', 'broken', 'reported'],
  ['methods', 'G T', 'not-a-method'],
  ['methods', [], 'methods-empty'],
  ['methods', 'GET,', 'not-a-method'],
  ['methods', '*', 'not-a-method'],
  ['methods', ['connect'], 'forbidden-method'],
  ['methods', new Set(['GET']), 'not-a-list'],
  ['allowedHeaders', null, 'not-a-list'],
  ['allowedHeaders', ['X-A', undefined], 'not-a-list'],
  ['allowedHeaders', '', 'list-empty'],
  ['methods', ['DELET'], 'not-a-method'],
  ['allowedHeaders', 'Access-Control-Max-Age', 'cors-response-header'],
  ['allowedHeaders', 'access-control-expose-headers', 'cors-response-header'],
  ['exposedHeaders', 'SET-COOKIE', 'never-exposed-header'],
  ['exposedHeaders', 'X-Ä', 'not-a-header-name'],
  ['credentials', 'false', 'not-a-boolean'],
  ['enforce', 0, 'not-an-enforcement'],
  ['privateNetwork', {}, 'not-a-boolean'],
  ['maxAge', 1.5, 'out-of-range'],
  ['maxAge', -0.5, 'out-of-range'],
  ['maxAge', 10n, 'out-of-range'],
  ['optionsSuccessStatus', 300, 'out-of-range'],
  ['dangerously', [], 'not-an-object'],
  ['dangerously', { allowNullOrigin: 1 }, 'not-a-boolean'],
  ['dangerously', { allowEverything: true }, 'unknown-field'],
  ['maxage', 5, 'unknown-field'],
  ['__proto', 5, 'unknown-field'],
  ['constructor', 5, 'unknown-field'],
  ['toString', 5, 'unknown-field'],
])('3.7: %s: %p is an error, and the field is broken', (field, value, code) => {
  const { layer, issues } = read({ [field]: value });
  expect(issues).toMatchObject([{ place: 'C', field, code }]);
  expect([...layer.broken]).toEqual([field]);
});

test.each<[field: string, value: unknown, ...told: [reason: string, suggestion?: string]]>([
  [
    'methods',
    '',
    'The string is empty. Usually it comes from a variable that is not set.',
    'leave the field out for its default, or write [] for none',
  ],
  ['methods', 5, '5 is neither a list of strings nor one comma-separated string.'],
  [
    'methods',
    [],
    'The list is empty: no method could be used.',
    'leave `methods` out, or close the route with @NoCors()',
  ],
  [
    'methods',
    '*',
    '"*" is not a method: with credentials browsers read it literally.',
    'leave `methods` out to allow the methods that the route has',
  ],
  ['methods', 'G T', '"G T" is not a method (RFC 9110, 9.1).'],
  ['methods', 'DELET', '"DELET" is not a method that servers know.', "'DELETE'"],
  ['methods', 'TRACK', '"TRACK" is a forbidden method of the Fetch Standard: no page can send it.', 'leave it out'],
  ['methods', 'TRACE', '"TRACE" is a forbidden method of the Fetch Standard: no page can send it.', 'leave it out'],
  ['allowedHeaders', 'X A', '"X A" is not a header name (RFC 9110, 5.1).'],
  [
    'allowedHeaders',
    'Access-Control-Max-Age',
    '"Access-Control-Max-Age" is a response header; allowedHeaders lists request headers.',
    'leave it out',
  ],
  [
    'exposedHeaders',
    'Set-Cookie',
    '"Set-Cookie" is never readable for a page, even if it is exposed (Fetch, forbidden response-header name).',
    'leave it out',
  ],
  [
    'maxAge',
    '60',
    '"60" is a string, not a whole number from -1 to 86400.',
    '60, without quotes; convert an environment variable with Number(…)',
  ],
  [
    'maxAge',
    '-1',
    '"-1" is a string, not a whole number from -1 to 86400.',
    '-1, without quotes; convert an environment variable with Number(…)',
  ],
  [
    'maxAge',
    '86400',
    '"86400" is a string, not a whole number from -1 to 86400.',
    '86400, without quotes; convert an environment variable with Number(…)',
  ],
  ['maxAge', '-2', '"-2" is not a whole number from -1 to 86400.'],
  ['maxAge', '86401', '"86401" is not a whole number from -1 to 86400.'],
  ['maxAge', '60s', '"60s" is not a whole number from -1 to 86400.'],
  ['maxAge', ' 60', '" 60" is not a whole number from -1 to 86400.'],
  ['maxAge', '1e3', '"1e3" is not a whole number from -1 to 86400.'],
  ['maxAge', [60], '[60] is not a whole number from -1 to 86400.'],
  ['maxAge', -2, '-2 is not a whole number from -1 to 86400.'],
  ['maxAge', 86_401, '86401 is not a whole number from -1 to 86400.'],
  ['optionsSuccessStatus', 199, '199 is not a whole number from 200 to 299.'],
  ['enforce', 'true', '"true" is not a value of enforce: it is true, false or \'fetch-metadata\'.'],
  [
    'resourcePolicy',
    'same-sight',
    '"same-sight" is not a value of Cross-Origin-Resource-Policy; the known values are same-origin, same-site, cross-origin.',
    "'same-site'",
  ],
  [
    'resourcePolicy',
    5,
    '5 is not a value of Cross-Origin-Resource-Policy; the known values are same-origin, same-site, cross-origin.',
  ],
  [
    'resourcePolicy',
    'quite another',
    '"quite another" is not a value of Cross-Origin-Resource-Policy; the known values are same-origin, same-site, cross-origin.',
  ],
  ['dangerously', true, 'true is not an object of flags.'],
  [
    'dangerously',
    { allowNullOrigins: true },
    '"allowNullOrigins" is not a known field. The known fields are allowInsecureOrigins, allowPublicSuffixes, ' +
      'allowNullOrigin, reflectAnyOriginWithCredentials.',
    'allowNullOrigin',
  ],
  [
    'maxage',
    5,
    '"maxage" is not a known field. The known fields are origin, credentials, privateNetwork, override, timing, ' +
      'methods, allowedHeaders, exposedHeaders, maxAge, enforce, resourcePolicy, optionsSuccessStatus, dangerously, ' +
      'reportOnly.',
    'maxAge',
  ],
  ['reportOnly', 5, '5 is neither the name of a policy nor an object of its fields.'],
  [
    'reportOnly',
    { reportOnly: 'a' },
    'A `reportOnly` policy refuses nothing, so it cannot have a `reportOnly` of its own.',
    'leave the inner `reportOnly` out',
  ],
])('3.7: the error of %s: %j says what to write', (field, value, ...told) => {
  const { issues } = read({ [field]: value });
  expect(issues.map(({ reason, ...more }) => [reason, ...('suggestion' in more ? [more.suggestion] : [])])).toEqual([
    told,
  ]);
});

test('3.7: the value of a nested error is the wrong part', () => {
  expect(read({ reportOnly: { reportOnly: 'a' } }).issues).toMatchObject([
    { place: 'C', field: 'reportOnly', code: 'report-only-nested', value: 'a' },
  ]);
  expect(read({ reportOnly: { reportOnly: undefined, maxAge: 5 } }).issues).toEqual([]);
  expect(read({ reportOnly: 5 }).issues).toMatchObject([{ code: 'not-a-policy', value: 5 }]);
  expect(read({ resourcePolicy: 5 }).issues).toMatchObject([{ code: 'not-a-resource-policy', value: 5 }]);
  expect(read({ methods: ['DELET'] }).issues).toMatchObject([{ value: 'DELET' }]);
  expect(read({ allowedHeaders: ['X A', 'Access-Control-Max-Age'] }).issues).toMatchObject([
    { value: 'X A' },
    { value: 'Access-Control-Max-Age' },
  ]);
  expect(read({ exposedHeaders: ['set-cookie2'] }).issues).toMatchObject([{ value: 'set-cookie2' }]);
  expect(read({ methods: ' ' }).issues).toMatchObject([{ code: 'list-empty', value: ' ' }]);
  expect(read({ maxAge: '5' }).issues).toMatchObject([{ value: '5' }]);
  expect(read({ enforce: 0 }).issues).toMatchObject([{ value: 0 }]);
  expect(read({ dangerously: { allowEverything: undefined, allowNullOrigin: undefined } }).issues).toMatchObject([
    { code: 'unknown-field', value: undefined },
  ]);
});

test.each(['Origin', 'Credentials', 'Methods', 'Headers', 'Private-Network'])(
  '3.7: the response header Access-Control-Allow-%s is an error in `allowedHeaders`',
  (name) => {
    expect(read({ allowedHeaders: [`Access-Control-Allow-${name}`] }).issues).toMatchObject([
      { code: 'cors-response-header' },
    ]);
  },
);

test('6.4: a `reportOnly` policy is a name, or fields that are read at a place of their own', () => {
  expect(read({ reportOnly: 'partner' }).layer.fields.reportOnly).toBe('partner');
  const { layer, issues } = read({ reportOnly: { origin: 'ok', maxAge: 'x' } });
  expect(layer.fields.reportOnly).toMatchObject({ place: 'C.reportOnly', fields: { origin: [ANY] } });
  expect(issues).toMatchObject([{ place: 'C.reportOnly', field: 'maxAge' }]);
  expect([...layer.broken]).toEqual([]);
});

test('2.3: every value of `enforce` and of `resourcePolicy` is read', () => {
  for (const enforce of [true, false, 'fetch-metadata']) {
    expect(read({ enforce }).layer.fields.enforce).toBe(enforce);
  }
  for (const resourcePolicy of ['same-origin', 'same-site', 'cross-origin']) {
    expect(read({ resourcePolicy })).toMatchObject({ issues: [], layer: { fields: { resourcePolicy } } });
  }
});

test('3.7: an option of `enableCors()` that a policy does not have gets advice', () => {
  for (const [field, suggestion] of Object.entries(ENABLE_CORS_FIELDS)) {
    expect(suggestion).toMatch(/^leave it out/);
    expect(read({ [field]: true }).issues).toMatchObject([{ field, code: 'unknown-field', suggestion }]);
  }
  expect(Object.keys(ENABLE_CORS_FIELDS)).toHaveLength(8);
});

test('3.7: what is read is frozen', () => {
  const { fields } = read({ methods: 'GET', allowedHeaders: 'X-A', dangerously: {} }).layer;
  expect([fields.methods, fields.allowedHeaders, fields.dangerously].every(Object.isFrozen)).toBe(true);
});

test('3.7: every error of a list is reported, and every broken field', () => {
  const { layer, issues } = read({
    origin: 'broken',
    methods: ['TRACE', 'G T', 'PUT'],
    allowedHeaders: ['Cookie', 'X A', 'X-B'],
    credentials: true,
  });
  expect(issues.map(({ field, value }) => [field, value])).toEqual([
    ['origin', 'broken'],
    ['methods', 'TRACE'],
    ['methods', 'G T'],
    ['allowedHeaders', 'X A'],
  ]);
  expect([...layer.broken]).toEqual(['origin', 'methods', 'allowedHeaders']);
  expect(layer.fields.credentials).toBe(true);
});

test('3.7: the read policy is a copy, so later changes of the options have no effect', () => {
  const written = { exposedHeaders: ['X-A'], methods: ['GET'], dangerously: { allowNullOrigin: false } };
  const { layer } = read(written);
  written.exposedHeaders.push('X-B');
  written.methods.push('PUT');
  written.dangerously.allowNullOrigin = true;
  expect(layer.fields).toEqual({
    exposedHeaders: ['X-A'],
    methods: ['GET'],
    dangerously: { allowNullOrigin: false },
  });
});

test('3.7: reading never throws, and each field is either read or reported', () => {
  const fields = fc.dictionary(fc.oneof(fc.constantFrom(...POLICY_FIELDS), fc.string({ maxLength: 8 })), fc.anything());
  fc.assert(
    fc.property(fields, (written) => {
      const { layer, issues } = read(written);
      for (const [field, value] of Object.entries(written)) {
        // Issues of the policy in `reportOnly` have the same field names but another place.
        const isTold = issues.some((issue) => issue.field === field && !issue.place.endsWith('.reportOnly'));
        expect(layer.broken.has(field)).toBe(isTold);
        expect(value === undefined || isTold || Object.hasOwn(layer.fields, field)).toBe(true);
        expect(POLICY_FIELDS.includes(field) || isTold || value === undefined).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

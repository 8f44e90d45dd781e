import fc from '../../../support/fast-check.js';
import { IssueCollector, type CorsIssue } from '../../../../lib/core/issues/issues.js';
import type { FieldLayer, OriginTerm, PolicyFields } from '../../../../lib/core/policy/options.js';
import { POLICY_FIELDS, readFields } from '../../../../lib/core/policy/read.js';

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
    { credentials: true, enforce: false, privateNetwork: true },
    { credentials: true, enforce: false, privateNetwork: true },
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

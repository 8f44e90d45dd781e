import fc from 'fast-check';
import { IssueCollector, type CorsIssue } from '../../lib/core/problems/issues.js';
import type { FieldLayer, OriginTerm, PolicyFields } from '../../lib/core/policies/policy-fields.js';
import { POLICY_FIELDS, readFields, reportUnknown } from '../../lib/core/policies/read-fields.js';

const ANY: OriginTerm = { kind: 'any', place: 'C' };

/** Reads what is written at `C`; the `origin` is handed to a reader that takes `ok`, and reports anything else. */
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

test('2.3: the fields of a policy are those of the contract', () => {
  expect([...POLICY_FIELDS].sort()).toEqual(
    [
      'origin',
      'methods',
      'allowedHeaders',
      'exposedHeaders',
      'credentials',
      'maxAge',
      'enforce',
      'privateNetwork',
      'optionsSuccessStatus',
      'reportOnly',
      'dangerously',
    ].sort(),
  );
});

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
  ['any header stands for the whole list', { allowedHeaders: ['X-A', '*'] }, { allowedHeaders: '*' }],
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
  ['allowedHeaders', 'Content-Length', 'forbidden-request-header'],
  ['allowedHeaders', 'sec-anything', 'forbidden-request-header'],
  ['allowedHeaders', 'Access-Control-Max-Age', 'cors-response-header'],
  ['exposedHeaders', 'SET-COOKIE', 'never-exposed-header'],
  ['exposedHeaders', 'X-Ä', 'not-a-header-name'],
  ['credentials', 'false', 'not-a-boolean'],
  ['enforce', 0, 'not-a-boolean'],
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
])('3.7: %s: %p is a mistake, and the field is broken', (field, value, code) => {
  const { layer, issues } = read({ [field]: value });
  expect(issues).toMatchObject([{ place: 'C', field, code }]);
  expect([...layer.broken]).toEqual([field]);
});

test('3.7: every mistake of a list is told, and every broken field', () => {
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
    ['allowedHeaders', 'Cookie'],
    ['allowedHeaders', 'X A'],
  ]);
  expect([...layer.broken]).toEqual(['origin', 'methods', 'allowedHeaders']);
  expect(layer.fields.credentials).toBe(true);
});

test('3.7: what is read is not what was written: a later change of it changes nothing', () => {
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

test('3.7: an unknown field is told with the known ones and, where it is near, the one that was meant', () => {
  const told: object[] = [];
  reportUnknown('colour', 1, ['color', 'size'], (problem) => told.push(problem));
  reportUnknown('quux', 1, ['color', 'size'], (problem) => told.push(problem));
  reportUnknown('preflightContinue', true, ['color'], (problem) => told.push(problem));
  expect(told).toEqual([
    {
      value: 1,
      code: 'unknown-field',
      reason: '"colour" is not a field that is known here; known are color, size.',
      suggestion: 'color',
    },
    { value: 1, code: 'unknown-field', reason: '"quux" is not a field that is known here; known are color, size.' },
    {
      value: true,
      code: 'unknown-field',
      reason: '"preflightContinue" is not a field that is known here; known are color.',
      suggestion: expect.stringContaining('leave it out'),
    },
  ]);
});

test('3.7: whatever is written, reading it never throws, and a field is either read or told', () => {
  const fields = fc.dictionary(fc.oneof(fc.constantFrom(...POLICY_FIELDS), fc.string({ maxLength: 8 })), fc.anything());
  fc.assert(
    fc.property(fields, (written) => {
      const { layer, issues } = read(written);
      for (const [field, value] of Object.entries(written)) {
        // Those of the policy inside `reportOnly` have a place of their own, and fields of the same names.
        const isTold = issues.some((issue) => issue.field === field && !issue.place.endsWith('.reportOnly'));
        expect(layer.broken.has(field)).toBe(isTold);
        expect(value === undefined || isTold || Object.hasOwn(layer.fields, field)).toBe(true);
        expect(POLICY_FIELDS.includes(field) || isTold || value === undefined).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

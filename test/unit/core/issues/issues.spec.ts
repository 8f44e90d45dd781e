import { documentation } from '../../../../lib/core/issues/documentation.js';
import { CorsConfigurationError, type CorsIssue, IssueCollector } from '../../../../lib/core/issues/issues.js';

const issue = (more: Partial<CorsIssue> = {}): CorsIssue => ({
  place: 'policies.partner',
  field: 'origin',
  value: 'https://a.example/',
  code: 'origin-trailing-slash',
  reason: 'It ends in a slash.',
  ...more,
});

/** The collected issues, in order. */
function collected(...issues: CorsIssue[]): readonly CorsIssue[] {
  const collector = new IssueCollector();
  issues.forEach((each) => collector.add(each));
  return collector.issues;
}

test('3.7: one error is one entry, however often it occurs', () => {
  expect(collected(issue(), issue(), issue({ reason: 'In other words.' }))).toEqual([issue()]);
});

test.each<[string, Partial<CorsIssue>]>([
  ['place', { place: 'OrdersController' }],
  ['field', { field: 'exposedHeaders' }],
  ['code', { code: 'origin-path' }],
  ['value', { value: 'https://b.example/' }],
  ['value, by its type', { value: 5 }],
  ['value, at the end of a long one', { value: `${'x'.repeat(300)}` }],
])('3.7: another %s is another error', (_part, other) => {
  expect(collected(issue(), issue(other), issue(other))).toHaveLength(2);
});

test('3.7: long values that differ at their end are two errors', () => {
  const long = (end: string): CorsIssue => issue({ value: `${'x'.repeat(500)}${end}` });
  expect(collected(long('a'), long('b'), long('a'))).toHaveLength(2);
});

test('3.7: entries keep their order and are frozen', () => {
  const [first, second] = collected(issue({ place: 'z' }), issue({ place: 'a' }));
  expect([first!.place, second!.place]).toEqual(['z', 'a']);
  expect(Object.isFrozen(first)).toBe(true);
});

test('3.7: without an error nothing is thrown', () => {
  expect(() => new IssueCollector().throwIfAny()).not.toThrow();
});

test('3.7: all errors are thrown as one error, as data and as text', () => {
  const collector = new IssueCollector();
  collector.add(issue({ suggestion: 'https://a.example' }));
  collector.add(issue({ place: 'routes[0]', field: '', code: 'unknown-policy', reason: 'No policy has this name.' }));
  let error: unknown;
  try {
    collector.throwIfAny();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CorsConfigurationError);
  expect(error).toBeInstanceOf(Error);
  const { name, issues, message } = error as CorsConfigurationError;
  expect(name).toBe('CorsConfigurationError');
  expect(issues).toEqual(collector.issues);
  expect(Object.isFrozen(issues)).toBe(true);
  expect(message).toBe(
    [
      'The CORS configuration is wrong: 2 errors stop startup.',
      '  1. policies.partner, origin: It ends in a slash. [origin-trailing-slash]',
      '     Instead: https://a.example',
      '  2. routes[0]: No policy has this name. [unknown-policy]',
      `Cause and fix of each code: ${documentation('errors')}`,
    ].join('\n'),
  );
});

test('3.7: one error has a text in the singular', () => {
  expect(new CorsConfigurationError([issue()]).message).toMatch(
    /^The CORS configuration is wrong: 1 error stops startup\.\n/,
  );
});

test('3.7: errors of one code end with the address of its entry', () => {
  const { message, issues } = new CorsConfigurationError([issue(), { ...issue(), place: 'policies.other' }]);
  expect(message.split('\n').at(-1)).toBe(`Cause and fix: ${documentation('errors', issues[0]?.code)}`);
});

test('3.7: the list of an error is a copy', () => {
  const issues = [issue()];
  const error = new CorsConfigurationError(issues);
  issues.push(issue());
  expect(error.issues).toHaveLength(1);
});

test('3.7: values of every kind are compared without an exception', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const values = [
    undefined,
    null,
    1n,
    NaN,
    Symbol('a'),
    (): void => undefined,
    class Named {},
    /a/,
    cycle,
    new Proxy({}, {}),
  ];
  const different = collected(...values.map((value) => issue({ value })));
  expect(different.length).toBeGreaterThan(5);
  expect(new CorsConfigurationError(different).message).toContain(`${different.length} errors stop startup.`);
});

import { CorsConfigurationError, type CorsIssue, IssueCollector } from '../../lib/core/problems/issues.js';

const issue = (more: Partial<CorsIssue> = {}): CorsIssue => ({
  place: 'policies.partner',
  field: 'origin',
  value: 'https://a.example/',
  code: 'origin-trailing-slash',
  reason: 'It ends in a slash.',
  ...more,
});

/** What is collected of these, in their order. */
function collected(...issues: CorsIssue[]): readonly CorsIssue[] {
  const collector = new IssueCollector();
  issues.forEach((each) => collector.add(each));
  return collector.issues;
}

test('3.7: one mistake is one entry, however often it is met', () => {
  expect(collected(issue(), issue(), issue({ reason: 'In other words.' }))).toEqual([issue()]);
});

test.each<[string, Partial<CorsIssue>]>([
  ['place', { place: 'OrdersController' }],
  ['field', { field: 'exposedHeaders' }],
  ['code', { code: 'origin-path' }],
  ['value', { value: 'https://b.example/' }],
  ['value, by its type', { value: 5 }],
  ['value, at the end of a long one', { value: `${'x'.repeat(300)}` }],
])('3.7: another %s is another mistake', (_part, other) => {
  expect(collected(issue(), issue(other), issue(other))).toHaveLength(2);
});

test('3.7: long values that differ at their end are two mistakes', () => {
  const long = (end: string): CorsIssue => issue({ value: `${'x'.repeat(500)}${end}` });
  expect(collected(long('a'), long('b'), long('a'))).toHaveLength(2);
});

test('3.7: entries keep their order and are frozen', () => {
  const [first, second] = collected(issue({ place: 'z' }), issue({ place: 'a' }));
  expect([first!.place, second!.place]).toEqual(['z', 'a']);
  expect(Object.isFrozen(first)).toBe(true);
});

test('3.7: without a mistake nothing is thrown', () => {
  expect(() => new IssueCollector().throwIfAny()).not.toThrow();
});

test('3.7: all mistakes are thrown as one error, as data and as text', () => {
  const collector = new IssueCollector();
  collector.add(issue({ suggestion: 'https://a.example' }));
  collector.add(issue({ place: 'routes[0]', field: '', code: 'unknown-policy', reason: 'Nobody knows it.' }));
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
      'The CORS configuration is wrong: 2 mistakes end the boot.',
      '  1. policies.partner, origin: It ends in a slash. [origin-trailing-slash]',
      '     Instead: https://a.example',
      '  2. routes[0]: Nobody knows it. [unknown-policy]',
    ].join('\n'),
  );
});

test('3.7: one mistake is told in the singular', () => {
  expect(new CorsConfigurationError([issue()]).message).toMatch(
    /^The CORS configuration is wrong: one mistake ends the boot\.\n/,
  );
});

test('3.7: the list of an error is its own', () => {
  const issues = [issue()];
  const error = new CorsConfigurationError(issues);
  issues.push(issue());
  expect(error.issues).toHaveLength(1);
});

test('3.7: values of every kind are compared without harm', () => {
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
  expect(new CorsConfigurationError(different).message).toContain(`${different.length} mistakes end the boot.`);
});

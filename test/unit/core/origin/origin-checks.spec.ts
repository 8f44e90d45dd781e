import { type Dangerously, type OriginChecks, sameChecks } from '../../../../lib/core/origin/origin-checks.js';

const checks: OriginChecks = { credentials: true, dangerously: {}, isPublicSuffix: () => false };

function areSame(a: Partial<OriginChecks>, b: Partial<OriginChecks>): boolean {
  return sameChecks({ ...checks, ...a }, { ...checks, ...b });
}

test('3.7: the checks of two policies differ in credentials and in the list of public suffixes', () => {
  expect(areSame({}, {})).toBe(true);
  expect(areSame({}, { credentials: false })).toBe(false);
  expect(areSame({}, { isPublicSuffix: () => true })).toBe(false);
});

test.each<keyof Dangerously>([
  'allowInsecureOrigins',
  'allowPublicSuffixes',
  'allowNullOrigin',
  'reflectAnyOriginWithCredentials',
])('3.7: the checks of two policies differ in %s, and a flag that is not set is false', (flag) => {
  const on = { dangerously: { [flag]: true } };
  const off = { dangerously: { [flag]: false } };
  expect(areSame(on, on)).toBe(true);
  expect(areSame(off, {})).toBe(true);
  expect(areSame({}, off)).toBe(true);
  expect(areSame(on, {})).toBe(false);
  expect(areSame({}, on)).toBe(false);
});

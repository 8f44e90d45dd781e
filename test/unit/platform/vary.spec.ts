import { addVary } from '../../../lib/platform/vary.js';

test.each([
  [undefined, ['Origin'], 'Origin'],
  ['Cookie', ['Origin'], 'Cookie, Origin'],
  ['cookie , ORIGIN', ['Origin'], 'cookie, ORIGIN'],
  [['Cookie', 'Origin'], ['Origin'], 'Cookie, Origin'],
  ['*', ['Origin'], '*'],
  ['Cookie, *', ['Origin'], '*'],
  [' ,\t,', [], undefined],
  // Only spaces and tabs are white space here, so this name is not `Origin`.
  ['Origin\u00a0', ['Origin'], 'Origin\u00a0, Origin'],
] as const)('3.5: %j with %j added is %j', (value, names, expected) => {
  expect(addVary(value as string, names)).toBe(expected);
});

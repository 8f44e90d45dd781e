import { METHODS } from 'node:http';
import { compareMethods, nearMethod } from '../../../../lib/core/http/methods.js';

test.each([
  ['GETT', 'GET'],
  ['TEG', 'GET'],
  ['HAED', 'HEAD'],
  ['HEAT', 'HEAD'],
  ['POTS', 'POST'],
  ['PT', 'PUT'],
  ['PATHC', 'PATCH'],
  ['delet', 'DELETE'],
])('3.7: the method %s is a misspelled %s', (method, meant) => {
  expect(nearMethod(method)).toBe(meant);
});

test.each([...METHODS, 'PRI', 'LABEL', 'UPDATE', 'get', 'PUS', 'PATXHES'])(
  '3.7: the method %s is not a misspelled one',
  (method) => {
    expect(nearMethod(method)).toBeUndefined();
  },
);

test('3.3: the usual methods come first, then the others by name', () => {
  const methods = ['REPORT', 'DELETE', 'COPY', 'PURGE', 'PATCH', 'PUT', 'POST', 'HEAD', 'GET'];
  const sorted = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'COPY', 'PURGE', 'REPORT'];
  expect([...methods].sort(compareMethods)).toEqual(sorted);
  expect([...methods].reverse().sort(compareMethods)).toEqual(sorted);
  expect([compareMethods('PURGE', 'COPY'), compareMethods('COPY', 'COPY')]).toEqual([1, 0]);
});

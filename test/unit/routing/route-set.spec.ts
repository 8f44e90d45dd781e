import { ClaimedVersions, KnownRouteSet } from '../../../lib/routing/route-set.js';
import { routeTo } from '../../support/pure.js';

const toGet = routeTo({ name: 'list' }, /^/, ['GET']);

test('3.3: the methods of a path are those that a route serves, each once', () => {
  const set = new KnownRouteSet(['GET', 'PUT', 'GET'], (method) => (method === 'GET' ? [toGet] : []));
  expect(set.methods).toEqual(['GET']);
  expect([set.reachable('GET'), set.reachable('PUT')]).toEqual([[toGet], []]);
});

test('the routes of a served method are kept, and nothing of a method that a client has invented', () => {
  const searched: string[] = [];
  const set = new KnownRouteSet([], (method) => {
    searched.push(method);
    return method === 'GET' ? [toGet] : [];
  });
  expect(set.reachable('GET')).toBe(set.reachable('GET'));
  expect(set.reachable('MADE-UP')).toBe(set.reachable('MADE-UP'));
  expect(searched).toEqual(['GET', 'MADE-UP', 'MADE-UP']);
});

test('3.4: a route serves no request if earlier ones have all its versions', () => {
  const versions = new ClaimedVersions();
  const claims = [['1', '2'], ['2'], ['2', '3'], ['3'], undefined, undefined, []].map((each) => versions.claim(each));
  expect(claims).toEqual([true, false, true, false, true, true, false]);
});

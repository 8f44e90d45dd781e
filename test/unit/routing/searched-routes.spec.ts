import { USUAL_METHODS } from '../../../lib/core/http/methods.js';
import type { CorsRequest } from '../../../lib/core/request.js';
import type { TargetRoute } from '../../../lib/engine/request-decision.js';
import type { FoundRoute, RoutesFound } from '../../../lib/routing/route-search.js';
import { SearchedRoutes } from '../../../lib/routing/searched-routes.js';
import { requestTo, routeTo } from '../../support/pure.js';

const route = (pattern: unknown, path: RegExp, methods: readonly string[], more: Partial<TargetRoute> = {}) =>
  routeTo({ name: `${methods.join()} ${String(pattern)}` }, path, methods, { pattern, ...more });

/** The routes behind a router that tries them in their order, and what the router was asked. */
function searched(routes: readonly TargetRoute[], constrained = false) {
  const asked: { among: (readonly number[])[]; paths: string[]; registered: number; params: number } = {
    among: [],
    paths: [],
    registered: 0,
    params: 0,
  };
  const known = new Map<string, RoutesFound>();
  const foundBy = (all: readonly number[]): RoutesFound => {
    const key = all.join();
    const found = known.get(key) ?? { all, by: (method) => all.filter((place) => routes[place]!.answers(method)) };
    known.set(key, found);
    return found;
  };
  const all = new SearchedRoutes(
    () => {
      asked.registered++;
      return routes;
    },
    {
      readable: (path) => {
        asked.paths.push(path);
        return path.includes('%ff') ? undefined : decodeURI(path);
      },
      among: (places) => {
        asked.among.push(places);
        return (path) => foundBy(places.filter((place) => routes[place]!.match(path) !== undefined));
      },
      paramsOf: (place, path) => {
        asked.params++;
        return routes[place]!.match(path) ?? {};
      },
      constrained: () => constrained,
      chosen: (native) => ('index' in native ? (native as FoundRoute) : undefined),
    },
  );
  return { all, asked };
}

/** A request that the platform has chosen a route for. */
const chosen = (index: number | undefined, path = '/orders/1', params = { id: '1' }): CorsRequest => ({
  ...requestTo(path),
  native: index === undefined ? {} : { index, params },
});

const namesOf = (routes: readonly TargetRoute[]) => routes.map(({ target }) => target.name);

const ORDERS = /^\/orders\/[^/]+$/;
const [toGet, toList, toPut] = [
  route('/orders/:id', ORDERS, ['GET']),
  route('/orders', /^\/orders$/, ['GET']),
  route('/orders/:id', ORDERS, ['PUT']),
];

describe('3.3: the routes of a path, as the router finds them', () => {
  const at = (routes: readonly TargetRoute[], path: string, method = 'GET', hostname = 'api.example') =>
    namesOf(searched(routes).all.at({ path, hostname }).reachable(method));

  it('are searched among those that may match, in their order', () => {
    const { all, asked } = searched([toGet, toList, route('/:page/:part', /^\/\w+\/\w+$/, ['DELETE']), toPut]);
    const set = all.at({ path: '/orders/1', hostname: '' });
    expect(set.methods).toEqual(['GET', 'DELETE', 'PUT']);
    expect([set.reachable('PUT'), set.reachable('POST')]).toEqual([[toPut], []]);
    expect(asked.among).toEqual([[0, 2, 3]]);
    expect(namesOf(all.at({ path: '/orders', hostname: '' }).reachable('GET'))).toEqual(['GET /orders']);
    // A parameter may be empty.
    expect(asked.among.slice(1)).toEqual([[0, 1, 2, 3]]);
    expect(namesOf(all.at({ path: '/orders/1/2', hostname: '' }).reachable('GET'))).toEqual([]);
    expect(asked.among.slice(2)).toEqual([[]]);
    expect(asked.registered).toBe(1);
  });

  it('are searched once for a path', () => {
    const { all, asked } = searched([toGet, toList]);
    expect(all.at({ path: '/orders', hostname: 'one.example' })).toBe(
      all.at({ path: '/orders', hostname: 'two.example' }),
    );
    expect(asked.paths).toEqual(['/orders']);
  });

  it('are one object for all paths with the same routes', () => {
    const { all } = searched([toGet, toList]);
    const on = (path: string) => all.at({ path, hostname: '' });
    expect(on('/orders/1')).toBe(on('/orders/2'));
    expect(on('/orders/1')).not.toBe(on('/orders'));
  });

  it('are found by the path as the router reads it, and are none if it cannot', () => {
    expect(at([route('/ab', /^\/%61b$/, ['GET'])], '/%61b')).toEqual(['GET /ab']);
    const { all, asked } = searched([route('/:any', /^/, ['GET'])]);
    expect(all.at({ path: '/%ff', hostname: '' }).methods).toEqual([]);
    expect(asked.among).toEqual([[]]);
  });

  it('have the usual methods, if one of them answers all', () => {
    expect(searched([route('/a', /^\/a$/, ['*'])]).all.at({ path: '/a', hostname: '' }).methods).toEqual(USUAL_METHODS);
  });

  it('depend on the host, if one of them does', () => {
    const byHost = { matchesHost: (hostname: string) => hostname === 'api.example' };
    const { all } = searched([route('/a', /^\/a$/, ['GET'], byHost), route('/a', /^\/a$/, ['PUT'])]);
    const methods = (hostname: string) => all.at({ path: '/a', hostname }).methods;
    expect([methods('api.example'), methods('other.example'), methods('api.example')]).toEqual([
      ['GET', 'PUT'],
      ['PUT'],
      ['GET', 'PUT'],
    ]);
  });
});

describe('3.3: a route that answers 404 itself', () => {
  const matching = (parameters: RegExp): Partial<TargetRoute> => ({
    match: (path) => parameters.exec(path)?.groups,
    refuses: (params) => Object.values(params).includes(''),
  });
  const item = route('/:order/items/:item', /^/, ['GET'], matching(/^\/(?<order>[^/]*)\/items\/(?<item>[^/]*)$/));
  const other = route('/:order/items/:item', /^\/[^/]*\/items\/[^/]*$/, ['PUT']);
  const methods = (routes: readonly TargetRoute[], path: string) =>
    searched(routes).all.at({ path, hostname: '' }).methods;

  it.each([
    ['/7/items/8', ['GET', 'PUT']],
    ['/7/items/', ['PUT']],
    ['//items/8', ['PUT']],
  ])('is not on the path %s with an empty parameter: %j', (path, expected) => {
    expect(methods([item, other], path)).toEqual(expected);
    expect(methods([other], path)).toEqual(['PUT']);
  });

  it('is asked for its parameters only on a path that may have an empty one', () => {
    const { all, asked } = searched([item, other]);
    all.at({ path: '/7/items/8', hostname: '' });
    expect(asked.params).toBe(0);
    all.at({ path: '/7/items/', hostname: '' });
    expect(asked.params).toBe(1);
    const plain = searched([other]);
    plain.all.at({ path: '/7/items/', hostname: '' });
    expect(plain.asked.params).toBe(0);
  });

  it('is always asked, if its pattern has more than whole parameters', () => {
    const optional = route('/o/:id?', /^/, ['GET'], matching(/^\/o(?<id>.*)$/));
    expect(methods([optional], '/o')).toEqual([]);
    expect(methods([optional], '/o/1')).toEqual(['GET']);
    const page = route('/:page', /^/, ['PUT'], matching(/^\/(?<page>[^/]+)$/));
    expect(methods([page, optional], '/o')).toEqual(['PUT']);
  });
});

describe('3.5: the route of a request', () => {
  it('is the one that the platform has chosen', () => {
    const { all } = searched([toGet, toList, toPut]);
    expect(all.serving(chosen(2))).toEqual({ route: toPut, reachable: [toPut] });
    expect(all.serving(chosen(2))).toBe(all.serving(chosen(2)));
    expect(all.serving(chosen(undefined))).toEqual({ route: undefined, reachable: [] });
    expect(all.serving(chosen(7))).toEqual({ route: undefined, reachable: [] });
  });

  it('is none, if the chosen one answers 404 itself', () => {
    const serves = (more: Partial<TargetRoute>) =>
      searched([{ ...toGet, ...more }]).all.serving(chosen(0)).route !== undefined;
    expect([true, false].map((matches) => serves({ matchesHost: () => matches }))).toEqual([true, false]);
    expect([true, false].map((refuses) => serves({ refuses: () => refuses }))).toEqual([false, true]);
    expect(serves({ matchesHost: (hostname) => hostname === 'api.example' })).toBe(true);
    expect(serves({ refuses: ({ id }) => id !== '1' })).toBe(true);
  });

  it('3.4: is one of several, if a version or another constraint chooses between them', () => {
    const version = { ...toGet, matchesVersion: () => true };
    const reachable = (routes: readonly TargetRoute[], constrained?: boolean) =>
      searched(routes, constrained).all.serving(chosen(0)).reachable;
    expect(reachable([version, toGet])).toEqual([version, toGet]);
    expect(reachable([toGet, version])).toEqual([toGet, version]);
    expect(reachable([toGet, { ...toGet }], true)).toEqual([toGet, toGet]);
    expect(reachable([toGet, { ...toGet }])).toEqual([toGet]);
    expect(searched([version, toGet]).all.serving(chosen(1)).route).toBe(toGet);
  });

  it('has the parameters that the platform has read, and another one those of its own pattern', () => {
    const named = { ...toPut, match: () => ({ order: '1' }) };
    const { all } = searched([toGet, named]);
    expect(all.paramsOf(toGet, chosen(0))).toEqual({ id: '1' });
    expect(all.paramsOf(named, chosen(0))).toEqual({ order: '1' });
    expect(all.paramsOf(named, chosen(undefined))).toEqual({ order: '1' });
  });
});

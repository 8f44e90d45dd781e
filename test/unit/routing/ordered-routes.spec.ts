import { USUAL_METHODS } from '../../../lib/core/http/methods.js';
import type { TargetRoute } from '../../../lib/engine/request-decision.js';
import { OrderedRoutes } from '../../../lib/routing/ordered-routes.js';
import { requestTo, routeTo } from '../../support/pure.js';

const route = (name: string, path: RegExp, methods: readonly string[], more: Partial<TargetRoute> = {}) =>
  routeTo({ name }, path, methods, more);

const namesOf = (routes: readonly TargetRoute[]) => routes.map(({ target }) => target.name);

/** The names of the routes that a request could reach. */
function reached(routes: readonly TargetRoute[], path: string, method = 'GET', hostname = 'api.example'): string[] {
  return namesOf(new OrderedRoutes(routes).at({ path, hostname }).reachable(method));
}

describe('3.3: the route of a method and a path', () => {
  it('is the first that was registered', () => {
    const routes = [
      route('named', /^\/orders\/mine$/, ['PUT'], { pattern: '/orders/mine' }),
      route('first', /^\/orders\/[^/]+$/, ['GET'], { pattern: '/orders/:id' }),
      route('raw', /^\/orders/, ['GET', 'PUT']),
      route('second', /^\/orders\/[^/]+$/, ['GET', 'PUT'], { pattern: '/orders/:id' }),
    ];
    expect(reached(routes, '/orders/mine')).toEqual(['first']);
    expect(reached(routes, '/orders/mine', 'PUT')).toEqual(['named']);
    expect(reached(routes, '/orders/1', 'PUT')).toEqual(['raw']);
    expect(reached([routes[3]!, ...routes], '/orders/mine', 'PUT')).toEqual(['second']);
    expect(reached(routes, '/orders/1', 'DELETE')).toEqual([]);
    expect(reached(routes, '/none')).toEqual([]);
  });

  it('depends on the host, by whichever kind of filter', () => {
    const on = (name: string, host: readonly (string | RegExp)[] | undefined, matches: (hostname: string) => boolean) =>
      route(name, /^\/a$/, ['GET'], {
        pattern: '/a',
        info: { name, methods: ['GET'], path: '/a', ...(host && { host }) },
        matchesHost: matches,
      });
    const routes = [
      on('text', ['/x/'], () => false),
      on('expression', [/x/], (hostname) => hostname === 'x.example'),
      on('other', ['y.example'], (hostname) => hostname === 'y.example'),
      route('any', /^\/a$/, ['GET'], { pattern: '/a' }),
    ];
    const ordered = new OrderedRoutes(routes);
    const at = (hostname: string) => namesOf(ordered.at({ path: '/a', hostname }).reachable('GET'));
    expect([at('x.example'), at('y.example'), at('z.example')]).toEqual([['expression'], ['other'], ['any']]);
  });

  it('is tried once for all routes with the same pattern, and for no other pattern of text', () => {
    const tried: unknown[] = [];
    const routes = ['/a', '/a', '/b', undefined, '/a'].map((pattern, order) =>
      route(String(order), /^/, [`M${order}`], { pattern, match: () => (tried.push(pattern), {}) }),
    );
    expect(new OrderedRoutes(routes).at({ path: '/a', hostname: '' }).methods).toEqual(['M0', 'M1', 'M3', 'M4']);
    expect(tried).toEqual(['/a', undefined]);
  });

  it('has the parameters of the path', () => {
    const tenant = route('tenant', /^/, ['GET'], { match: (path) => (path === '/t/7' ? { id: '7' } : undefined) });
    const ordered = new OrderedRoutes([tenant]);
    expect(ordered.paramsOf(tenant, requestTo('/t/7'))).toEqual({ id: '7' });
    expect(ordered.paramsOf(tenant, requestTo('/none'))).toEqual({});
  });
});

describe('3.3: the methods of a path', () => {
  const methodsOf = (...routes: TargetRoute[]) => new OrderedRoutes(routes).at({ path: '/a', hostname: '' }).methods;

  it('are those of its routes, with the HEAD that comes with GET', () => {
    const toGet = { ...route('list', /^\/a/, ['GET']), answers: (method: string) => /^(GET|HEAD)$/.test(method) };
    expect(methodsOf(toGet, route('update', /^\/a/, ['PUT', 'GET']), route('other', /^\/b/, ['DELETE']))).toEqual([
      'GET',
      'HEAD',
      'PUT',
    ]);
    expect(methodsOf(route('list', /^\/a/, ['GET']))).toEqual(['GET']);
  });

  it('are the usual ones for a route that answers all', () => {
    expect(methodsOf(route('all', /^\/a/, ['*']))).toEqual(USUAL_METHODS);
  });

  it('are the same object for paths with the same routes', () => {
    const ordered = new OrderedRoutes([route('list', /^\/a/, ['GET']), route('other', /^\/b/, ['GET'])]);
    const at = (path: string) => ordered.at({ path, hostname: '' });
    expect(at('/a/1')).toBe(at('/a/2'));
    expect(at('/a/1')).not.toBe(at('/b/1'));
  });
});

describe('3.4: routes of one path that differ in their version', () => {
  const version = (name: string, versions: readonly string[] | undefined, asked?: string) =>
    route(name, /^\/a/, ['GET'], {
      info: { name, methods: ['GET'], path: '/a', ...(versions && { version: versions }) },
      matchesVersion: versions && (() => asked !== undefined && versions.includes(asked)),
    });
  const routes = (asked?: string) => [
    version('one', ['1'], asked),
    version('again', ['1'], asked),
    version('two', ['2'], asked),
    version('rest', undefined),
    version('late', ['3'], asked),
  ];

  it('are all reachable, up to one that takes every request', () => {
    expect(reached(routes(), '/a')).toEqual(['one', 'two', 'rest']);
    expect(reached(routes().slice(0, 3), '/a')).toEqual(['one', 'two']);
  });

  it.each([
    ['1', 'one'],
    ['2', 'two'],
    ['3', 'rest'],
  ])('serve the request with the version %s: %s', (asked, name) => {
    const { route: serving, reachable } = new OrderedRoutes(routes(asked)).serving(requestTo('/a'));
    expect(serving?.target.name).toBe(name);
    expect(namesOf(reachable)).toEqual(['one', 'two', 'rest']);
  });

  it('serve no request with another version', () => {
    expect(new OrderedRoutes(routes('9').slice(0, 3)).serving(requestTo('/a')).route).toBeUndefined();
    expect(new OrderedRoutes(routes('9').slice(3)).serving(requestTo('/a')).route?.target.name).toBe('rest');
    expect(new OrderedRoutes(routes('9')).serving(requestTo('/none'))).toEqual({ route: undefined, reachable: [] });
  });
});

import { NO_CORS } from '../../../lib/core/policy/policy.js';
import type { CorsRequest } from '../../../lib/core/request.js';
import { RouteRulesIndex } from '../../../lib/engine/route-rules.js';
import { RoutePolicies } from '../../../lib/engine/route-policies.js';
import { OrderedRoutes } from '../../../lib/routing/ordered-routes.js';
import { policyOf, requestTo, routeTo } from '../../support/pure.js';

/* Memory and work that depend on values from clients. */

const entries = Array.from({ length: 13 }, (_, bit) =>
  routeTo({ kind: 'entry', name: `routes[${bit}]`, policy: NO_CORS }, new RegExp(`b${bit}\\b`), ['*']),
);
const rules = new RouteRulesIndex(entries);
const handlers = new OrderedRoutes([
  routeTo({ name: 'update', policy: NO_CORS }, /^\/orders/, ['PUT']),
  ...[NO_CORS, policyOf({ origin: '*' })].map((policy, version) =>
    routeTo({ name: `v${version}`, policy }, /^\/versions/, ['GET'], { matchesVersion: () => true }),
  ),
]);
const policiesOf = (rulesOfApp: RouteRulesIndex | undefined) =>
  new RoutePolicies({ handlers, rules: rulesOfApp, defaultPolicy: undefined, replacing: (policy) => policy });
const policies = policiesOf(rules);

const at = (path: string): CorsRequest => requestTo(path, { method: 'OPTIONS' });

test.each<[string, RouteRulesIndex | undefined]>([
  ['with entries', rules],
  ['without entries', undefined],
])(
  '3.3: the plan of a preflight is kept for methods that the app serves, and the usual ones: %s',
  (_title, entriesOfApp) => {
    const app = policiesOf(entriesOfApp);
    const plan = (method: string) => app.preflight(at('/orders/1'), method);
    const [put, get] = [plan('PUT'), plan('GET')];
    expect(plan('PUT')).toBe(put);
    expect(plan('GET')).toBe(get);
    for (const method of ['PROPFIND', 'MKCOL', 'MADE-UP']) {
      expect(plan(method)).not.toBe(plan(method));
    }
  },
);

test('3.4: routes that differ in their version are compared once', () => {
  const differing = () => {
    const reachable = policies.handlers.at(at('/versions')).reachable('GET');
    return policies.differingAt(reachable, rules.at(at('/versions')), 'GET');
  };
  expect(differing()?.policies).toHaveLength(2);
  expect(differing()).toBe(differing());
});

test('paths with the same entries share one object, and with it one plan', () => {
  expect(rules.at(at('/orders/b1/x'))).toBe(rules.at(at('/orders/b1/y')));
  expect(policies.preflight(at('/orders/b1/x'), 'PUT')).toBe(policies.preflight(at('/orders/b1/y'), 'PUT'));
});

test('no plan is kept for paths that may be read in several ways', () => {
  const plan = () => policies.preflight(at('/x%2fb2/b1%2f..'), 'PUT');
  expect(plan()).not.toBe(plan());
});

test('3.3: the entries are tried a bounded number of times, whatever a client sends', () => {
  let tried = 0;
  const counting = Array.from({ length: 60 }, (_, index) => {
    const each = routeTo({ kind: 'entry', name: `routes[${index}]`, policy: NO_CORS }, new RegExp(`^/e${index}/`), [
      '*',
    ]);
    return { ...each, match: (path: string) => (tried++, each.match(path)) };
  });
  const index = new RouteRulesIndex(counting);
  const worst = index.at(at(`/e1/${'%255c%252e%252e%252fA//./'.repeat(40)}`));
  expect(tried).toBeLessThanOrEqual(2_048);
  // The path may lead to any of the entries, or to no entry.
  expect(worst.readings.length).toBe(62);
  expect(worst.readings.some(({ on }) => on.reachable('GET').length === 0)).toBe(true);
  tried = 0;
  expect(index.at(at('/e1/Logo%20one.png')).readings).toHaveLength(1);
  expect(tried).toBeLessThanOrEqual(60 * 16);
});

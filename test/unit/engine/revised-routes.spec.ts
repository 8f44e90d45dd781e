import { NO_CORS } from '../../../lib/core/policy/policy.js';
import { RevisedRoutes } from '../../../lib/engine/revised-routes.js';
import { OrderedRoutes } from '../../../lib/routing/ordered-routes.js';
import { requestTo, routeTo } from '../../support/pure.js';

const order = {
  ...routeTo({ name: 'Orders.find', policy: undefined }, /^\/orders/, ['GET']),
  match: (path: string) => (path.startsWith('/orders') ? { id: path.slice('/orders/'.length) } : undefined),
};
const routes = new RevisedRoutes(new OrderedRoutes([order]), (target) => ({ ...target, policy: NO_CORS }));
const request = requestTo('/orders/7');

describe('routes with other policies', () => {
  it('have the methods and the matching of the originals', () => {
    const set = routes.at(request);
    expect(set.methods).toEqual(['GET']);
    expect(set.reachable('PUT')).toEqual([]);
    expect(set.reachable('GET')).toEqual([
      { ...order, refuses: undefined, target: { ...order.target, policy: NO_CORS } },
    ]);
  });

  it('serve the same requests, and are the same objects each time', () => {
    const [revised] = routes.at(request).reachable('GET');
    expect(routes.serving(request)).toEqual({ route: revised, reachable: [revised] });
    expect(routes.serving(request).route).toBe(revised);
    expect(routes.serving(requestTo('/none'))).toEqual({ route: undefined, reachable: [] });
  });

  it('have the parameters of the originals', () => {
    const [revised] = routes.at(request).reachable('GET');
    expect(routes.paramsOf(revised!, request)).toEqual({ id: '7' });
    expect(routes.paramsOf(order, request)).toEqual({ id: '7' });
  });
});

import { NO_CORS, type RoutePolicy } from '../../../lib/core/policy/policy.js';
import { CorsEngine } from '../../../lib/engine/engine.js';
import type { RequestDecision, TargetRoute } from '../../../lib/engine/request-decision.js';
import { RouteRulesIndex } from '../../../lib/engine/route-rules.js';
import { RoutePolicies } from '../../../lib/engine/route-policies.js';
import { OrderedRoutes } from '../../../lib/routing/ordered-routes.js';
import { laterProvider, policyOf, preflightTo, requestTo, routeTo } from '../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

function engineOf(
  handlers: readonly TargetRoute[],
  {
    entries,
    defaultPolicy,
    versionsMayChange = false,
  }: {
    entries?: readonly TargetRoute[];
    defaultPolicy?: RoutePolicy;
    versionsMayChange?: boolean;
  } = {},
): CorsEngine {
  return new CorsEngine(
    new RoutePolicies({
      handlers: new OrderedRoutes(handlers),
      rules: entries && new RouteRulesIndex(entries),
      defaultPolicy,
      replacing: (policy) => policy,
    }),
    versionsMayChange,
  );
}

/** The decision of an engine whose providers answer synchronously. */
function decided(decision: ReturnType<CorsEngine['decide']>): RequestDecision {
  if (decision instanceof Promise) {
    throw new Error('This decision has to wait.');
  }
  return decision;
}

const toPut = routeTo({ name: 'Orders.update', policy: policyOf({ origin: APP }) }, /^\/orders/, ['PUT']);
const toGet = routeTo({ name: 'Orders.list', policy: policyOf({ origin: OTHER }) }, /^\/orders/, ['GET']);

describe('an actual request', () => {
  const engine = engineOf([toPut, toGet]);

  it('3.5: is decided by the policy of the route for its method and path', () => {
    expect(decided(engine.decide(requestTo('/orders', { method: 'PUT', origin: APP })))).toMatchObject({
      kind: 'actual',
      route: 'Orders.update',
      target: toPut.target,
      provisional: false,
      decision: { allowed: true, headers: [['Access-Control-Allow-Origin', APP]], vary: ['Origin'] },
    });
    expect(decided(engine.decide(requestTo('/orders', { origin: APP }))).decision).toMatchObject({
      allowed: false,
      reason: 'origin-not-allowed',
      headers: [],
    });
  });

  it('3.2: has no policy without one of its route and without a default', () => {
    const open = engineOf([routeTo({ name: 'Open.list', explicit: false }, /^\/open/, ['GET'])]);
    expect(decided(open.decide(requestTo('/open', { origin: APP }))).decision.reason).toBe('no-policy');
    expect(decided(open.decide(requestTo('/nothing', { origin: APP }))).decision.reason).toBe('no-route');
    const closed = engineOf([routeTo({ name: 'Open.list', explicit: false }, /^\/open/, ['GET'])], {
      defaultPolicy: NO_CORS,
    });
    expect(decided(closed.decide(requestTo('/open', { origin: APP }))).decision.reason).toBe('no-cors');
  });

  it('3.6: is refused by the server itself if its policy enforces', () => {
    const enforcing = engineOf([
      routeTo({ name: 'A.list', policy: policyOf({ origin: APP, enforce: true }) }, /^\/a/, ['GET']),
    ]);
    expect(decided(enforcing.decide(requestTo('/a', { origin: OTHER }))).decision.status).toBe(403);
    expect(decided(enforcing.decide(requestTo('/a', { origin: APP }))).decision.status).toBeUndefined();
    expect(decided(enforcing.decide(requestTo('/a'))).decision.status).toBeUndefined();
  });

  it('3.1: waits only for a provider that waits', async () => {
    const waiting = engineOf([
      routeTo({ name: 'A.list', policy: policyOf({ origin: laterProvider((origin) => origin === APP) }) }, /^\/a/, [
        'GET',
      ]),
    ]);
    const [granted, refused] = [APP, OTHER].map((origin) => waiting.decide(requestTo('/a', { origin })));
    expect(granted).toBeInstanceOf(Promise);
    await expect(granted).resolves.toMatchObject({ decision: { allowed: true } });
    await expect(refused).resolves.toMatchObject({ decision: { reason: 'origin-not-allowed' } });
    expect(waiting.decide(requestTo('/a', { origin: 'null' }))).not.toBeInstanceOf(Promise);
  });
});

describe('a preflight', () => {
  const engine = engineOf([toPut, toGet]);

  it('3.3: is answered for the method that it asks for', () => {
    expect(decided(engine.decide(preflightTo('/orders', 'PUT', APP)))).toMatchObject({
      kind: 'preflight',
      asked: 'PUT',
      route: 'Orders.update',
      decision: { allowed: true, status: 204 },
    });
    expect(decided(engine.decide(preflightTo('/orders', 'GET', APP))).decision).toMatchObject({
      allowed: false,
      reason: 'origin-not-allowed',
    });
  });

  it('3.3: passes on to the app if no policy applies', () => {
    const open = engineOf([routeTo({ name: 'Open.list', explicit: false }, /^\/open/, ['GET'])]);
    const { kind, decision, route } = decided(open.decide(preflightTo('/open', 'GET', APP)));
    expect({ kind, route, status: decision.status }).toEqual({
      kind: 'preflight',
      route: 'Open.list',
      status: undefined,
    });
  });

  it.each([
    ['no Origin', requestTo('/orders', { method: 'OPTIONS', 'access-control-request-method': 'PUT' })],
    ['two origins', preflightTo('/orders', 'PUT', `${APP}, ${OTHER}`)],
    ['no method', requestTo('/orders', { method: 'OPTIONS', origin: APP })],
    ['a method that is no token', preflightTo('/orders', 'P UT', APP)],
    ['a method longer than any', preflightTo('/orders', 'P'.repeat(65), APP)],
  ])('3.3: is not a preflight with %s', (_title, request) => {
    expect(decided(engine.decide(request)).kind).toBe('actual');
  });
});

describe('a route that is known for certain', () => {
  const engine = engineOf([toPut, toGet]);

  it('3.4: decides instead of the expected route', () => {
    const request = requestTo('/orders', { method: 'PUT', origin: OTHER });
    expect(decided(engine.decideAt(toGet, request)).decision.allowed).toBe(true);
    expect(decided(engine.decideAt(toPut, request)).decision.allowed).toBe(false);
  });

  it('3.4: has to grant the request after another route granted its preflight', () => {
    const cookies = policyOf({ origin: APP, credentials: true });
    const request = requestTo('/orders', { method: 'PUT', origin: APP, cookie: 'a=1' });
    const grants = (policies: readonly RoutePolicy[], trusted = false) =>
      decided(engine.decideFor(toPut, request, { policies, trusted })).decision;
    expect(grants([toPut.target.policy])).toMatchObject({ allowed: true });
    expect(grants([cookies])).toMatchObject({ allowed: false, reason: 'beyond-own-grant', status: 403 });
    expect(grants([], true)).toMatchObject({ reason: 'beyond-own-grant', status: 403 });
  });

  it('3.4: is reached unless its host, its version or its parameters do not match', () => {
    const request = requestTo('/orders');
    const with_ = (more: Partial<TargetRoute>) => engine.serves({ ...toGet, ...more }, request);
    expect(with_({})).toBe(true);
    expect(with_({ matchesHost: (hostname) => hostname !== 'api.example' })).toBe(false);
    expect(with_({ matchesVersion: () => false })).toBe(false);
    expect(with_({ refuses: () => true })).toBe(false);
  });
});

describe('versions that only a request itself can tell', () => {
  const version = (name: string, policy: RoutePolicy) =>
    routeTo({ name, policy }, /^\/orders/, ['PUT'], { matchesVersion: () => name === 'V1.update' });
  const handlers = [version('V1.update', policyOf({ origin: APP })), version('V2.update', policyOf({ origin: OTHER }))];

  it('3.4: leave a decision open where code of the app chooses them', () => {
    const request = requestTo('/orders', { method: 'PUT', origin: APP });
    expect(decided(engineOf(handlers, { versionsMayChange: true }).decide(request)).provisional).toBe(true);
    expect(decided(engineOf(handlers).decide(request)).provisional).toBe(false);
    expect(decided(engineOf([toPut], { versionsMayChange: true }).decide(request)).provisional).toBe(false);
  });

  it('3.4: lead to all policies that may have answered the preflight', () => {
    const policies = engineOf(handlers).versionsAt(requestTo('/orders', { method: 'PUT' }));
    expect(policies).toEqual(handlers.map(({ target }) => target.policy));
    expect(engineOf([toPut]).versionsAt(requestTo('/orders', { method: 'PUT' }))).toEqual([]);
  });
});

describe('an entry of `routes`', () => {
  const entry = routeTo({ kind: 'entry', name: 'routes[0]', policy: policyOf({ origin: APP }) }, /^\/(files|orders)/, [
    '*',
  ]);
  const external = routeTo({ kind: 'external', name: 'a route', explicit: false }, /^\/files/, ['GET']);
  const engine = engineOf([external, toGet], { entries: [entry] });

  it('2.4: applies to a route that Nest did not register, and to a path without a route', () => {
    for (const method of ['GET', 'PUT']) {
      expect(decided(engine.decide(requestTo('/files/a', { method, origin: APP })))).toMatchObject({
        route: 'routes[0]',
        decision: { allowed: true },
      });
    }
    expect(engine.locate(requestTo('/files/a'))?.route).toBe(entry);
    expect(engine.locate(requestTo('/orders'))?.route).toBe(toGet);
    expect(engine.locate(requestTo('/none'))).toBeUndefined();
  });

  it('2.4: is found by path alone for a WebSocket', () => {
    expect(engine.entryAt(requestTo('/files/a'))).toEqual({ info: entry.info, policy: entry.target.policy });
    expect(engine.entryAt(requestTo('/none'))).toBeUndefined();
  });

  it('3.3: leaves the methods that handlers serve as they are', () => {
    expect(engine.methodsServedAt(requestTo('/files/a'))).toEqual(['GET']);
  });
});

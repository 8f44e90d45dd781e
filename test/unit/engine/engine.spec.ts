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

  it('3.3: to a route with @NoCors() is answered without a CORS field', () => {
    const closed = engineOf([routeTo({ name: 'A.list', policy: NO_CORS }, /^\/a/, ['GET'])]);
    expect(decided(closed.decide(preflightTo('/a', 'GET', APP)))).toMatchObject({
      kind: 'preflight',
      route: 'A.list',
      policy: NO_CORS,
      decision: { allowed: false, reason: 'no-cors', status: 204, headers: [] },
    });
  });

  it('3.4: allows a private network if one of several policies does', () => {
    const versions = [policyOf({ origin: APP, privateNetwork: true }), policyOf({ origin: OTHER })].map(
      (policy, index) => routeTo({ name: `V${index}`, policy }, /^\/a/, ['GET'], { matchesVersion: () => true }),
    );
    const request = preflightTo('/a', 'GET', APP, { 'access-control-request-private-network': 'true' });
    const { headers } = decided(engineOf(versions).decide(request)).decision;
    expect(Object.fromEntries(headers)).toMatchObject({ 'Access-Control-Allow-Private-Network': 'true' });
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

  it('3.6: is enforced for its own policy alone, if the path does not lead to it', () => {
    const mounted = routeTo({ name: 'Mounted.update', policy: policyOf({ origin: APP }) }, /^\/mounted/, ['PUT']);
    const request = requestTo('/orders', { method: 'PUT', origin: OTHER });
    const { decision } = decided(engine.decideFor(mounted, request, { policies: [], trusted: false }));
    expect([decision.reason, decision.status]).toEqual(['origin-not-allowed', undefined]);
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

  it('3.4: have no policy for a request with another version', () => {
    const request = requestTo('/orders', { method: 'PUT', origin: APP });
    expect(decided(engineOf([handlers[1]!]).decide(request))).toMatchObject({
      target: undefined,
      decision: { reason: 'no-route' },
    });
  });

  it('2.4: have the policy of an entry where they are not decorated', () => {
    const undecorated = routeTo({ name: 'V2.update', explicit: false }, /^\/orders/, ['PUT'], {
      matchesVersion: () => false,
    });
    const entry = (origin: string) => [
      routeTo({ kind: 'entry', name: 'routes[0]', policy: policyOf({ origin }) }, /^\/orders/, ['*']),
    ];
    const request = requestTo('/orders', { method: 'PUT', origin: 'https://third.example' });
    const statuses = (entries: readonly TargetRoute[]) => {
      const engine = engineOf([handlers[0]!, undecorated], { entries });
      const reached = engine.decideFor(handlers[0]!, request, { policies: [], trusted: false });
      return [engine.decide(request), reached].map((each) => decided(each).decision.status);
    };
    expect(statuses(entry(APP))).toEqual([undefined, undefined]);
    expect(statuses(entry(OTHER))).toEqual([403, 403]);
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

  it('2.4: is none where the module has none', () => {
    const without = engineOf([external]);
    expect(without.entryAt(requestTo('/files/a'))).toBeUndefined();
    expect(without.locate(requestTo('/files/a'))?.route).toBe(external);
  });

  it('3.3: has its methods listed where no handler serves', () => {
    const listed = engineOf([], {
      entries: [
        routeTo({ kind: 'entry', name: 'routes[0]', policy: policyOf({ origin: APP }) }, /^\/files/, ['GET', 'PUT']),
      ],
    });
    const { headers } = decided(listed.decide(preflightTo('/files/a', 'PUT', APP))).decision;
    expect(Object.fromEntries(headers)['Access-Control-Allow-Methods']).toBe('GET, PUT');
  });

  it('3.3: leaves the methods that handlers serve as they are', () => {
    expect(engine.methodsServedAt(requestTo('/files/a'))).toEqual(['GET']);
  });
});

describe('3.3: the fields of a preflight', () => {
  const engine = engineOf([
    routeTo(
      { name: 'A.update', policy: policyOf({ origin: APP, privateNetwork: true, allowedHeaders: ['X-A'] }) },
      /^\/a/,
      ['PUT', 'DELETE', 'P'.repeat(64)],
    ),
  ]);
  const fieldsOf = (more: Readonly<Record<string, string>>) => {
    const { headers, reason } = decided(engine.decide(preflightTo('/a', 'PUT', APP, more))).decision;
    return { ...Object.fromEntries(headers), reason };
  };

  it('are read', () => {
    expect(fieldsOf({ 'access-control-request-headers': 'x-b' }).reason).toBe('header-not-allowed');
    expect(fieldsOf({ 'access-control-request-headers': 'x-a' }).reason).toBe('allowed');
    expect(fieldsOf({ 'access-control-request-private-network': 'true' })).toMatchObject({
      'Access-Control-Allow-Private-Network': 'true',
    });
    for (const more of [{}, { 'access-control-request-private-network': 'false' }]) {
      expect(fieldsOf(more)).not.toHaveProperty('Access-Control-Allow-Private-Network');
    }
  });

  it('name a method of at most 64 characters', () => {
    expect(decided(engine.decide(preflightTo('/a', 'P'.repeat(64), APP)))).toMatchObject({
      kind: 'preflight',
      provisional: false,
    });
  });

  it('matter for OPTIONS only', () => {
    const request = requestTo('/a', { method: 'PUT', origin: APP, 'access-control-request-method': 'PUT' });
    expect(decided(engine.decide(request)).kind).toBe('actual');
  });

  it('are answered for all methods of the path', () => {
    const { headers } = decided(engine.decide(preflightTo('/a', 'PUT', APP))).decision;
    expect(Object.fromEntries(headers)['Access-Control-Allow-Methods']).toBe(`PUT, DELETE, ${'P'.repeat(64)}`);
  });
});

describe('3.3: a preflight with a provider that answers later', () => {
  const under = (answer: boolean) => policyOf({ origin: [laterProvider(() => answer)] });
  const route = (method: string, policy: RoutePolicy) => routeTo({ name: method, policy }, /^\/a/, [method]);

  it('waits, also if only one of its policies has to', async () => {
    const engine = engineOf([route('PUT', under(true)), route('GET', policyOf({ origin: APP }))]);
    const decision = engine.decide(preflightTo('/a', 'PUT', APP));
    expect(decision).toBeInstanceOf(Promise);
    expect((await decision).decision.allowed).toBe(true);
    const mixed = engineOf([route('PUT', policyOf({ origin: APP })), route('GET', under(false))]);
    const { headers } = (await mixed.decide(preflightTo('/a', 'PUT', APP))).decision;
    expect(Object.fromEntries(headers)['Access-Control-Allow-Methods']).toBe('PUT');
  });

  it('passes on after a wait if no policy reaches it', async () => {
    const engine = engineOf([
      routeTo({ name: 'A.options', policy: under(true) }, /^\/a/, ['OPTIONS']),
      routeTo({ name: 'A.list', explicit: false }, /^\/a/, ['GET']),
    ]);
    const decision = await engine.decide(preflightTo('/a', 'GET', APP));
    expect(decision).toMatchObject({ kind: 'actual', route: 'A.options', decision: { reason: 'allowed' } });
  });

  it('asks providers as a preflight does', async () => {
    const preflights: boolean[] = [];
    const kept = {
      label: 'kept',
      under: () => ({
        usesContext: true,
        atOnce: true,
        ask: (_origin: string, { preflight }: { readonly preflight: boolean }) => preflights.push(preflight) > 0,
      }),
    };
    await engineOf([route('PUT', policyOf({ origin: kept }))]).decide(preflightTo('/a', 'PUT', APP));
    expect(preflights).toEqual([true]);
  });
});

describe('3.3: a preflight that passes on', () => {
  it('has the reason no-route if no route serves the method', () => {
    const engine = engineOf([routeTo({ name: 'Open.list', explicit: false }, /^\/open/, ['GET'])]);
    const reasonOf = (path: string, method: string) => {
      const { decision, asked, provisional } = decided(engine.decide(preflightTo(path, method, APP)));
      return [decision.reason, asked, provisional];
    };
    expect(reasonOf('/open', 'GET')).toEqual(['no-policy', 'GET', false]);
    expect(reasonOf('/open', 'PUT')).toEqual(['no-route', 'PUT', false]);
    expect(reasonOf('/none', 'GET')).toEqual(['no-route', 'GET', false]);
  });

  it('is answered by the default policy, if there is one and no route serves the method', () => {
    const engine = engineOf([toPut], { defaultPolicy: policyOf({ origin: APP }) });
    for (const path of ['/none', '/orders']) {
      const { kind, route, decision } = decided(engine.decide(preflightTo(path, 'GET', APP)));
      expect([kind, route, decision.allowed]).toEqual(['preflight', undefined, true]);
      expect(Object.fromEntries(decision.headers)['Access-Control-Allow-Methods']).toBe(
        path === '/none' ? 'GET' : 'GET, PUT',
      );
    }
  });

  it('is about the requested route, also where a handler of OPTIONS without a policy gets it', () => {
    const engine = engineOf(
      ['OPTIONS', 'GET'].map((method) => routeTo({ name: `A.${method}`, explicit: false }, /^\/a/, [method])),
    );
    expect(decided(engine.decide(preflightTo('/a', 'GET', APP)))).toMatchObject({ kind: 'preflight', route: 'A.GET' });
  });
});

describe('2.4: an entry of `routes` and a handler', () => {
  const enforced = policyOf({ origin: APP, enforce: true });
  const entryOf = (policy: RoutePolicy, path = /^\/orders/) =>
    routeTo({ kind: 'entry', name: 'routes[0]', policy }, path, ['*']);
  const policyAt = (handler: TargetRoute, entries: readonly TargetRoute[], defaultPolicy?: RoutePolicy) =>
    decided(
      engineOf([handler], { entries, defaultPolicy }).decide(requestTo('/orders', { method: 'PUT', origin: APP })),
    ).policy;
  const undecorated = routeTo({ name: 'Orders.update', explicit: false }, /^\/orders/, ['PUT']);

  it('a decorated handler keeps its policy; an undecorated one has that of the entry, or else the default', () => {
    const byEntry = policyOf({ origin: OTHER });
    const byDefault = policyOf({ origin: '*' });
    expect(policyAt(toPut, [entryOf(byEntry)], byDefault)).toBe(toPut.target.policy);
    expect(policyAt(undecorated, [entryOf(byEntry)], byDefault)).toBe(byEntry);
    expect(policyAt(undecorated, [entryOf(byEntry, /^\/none/)], byDefault)).toBe(byDefault);
    expect(policyAt(undecorated, [], byDefault)).toBe(byDefault);
  });

  it('3.6: the enforcement of an entry reaches a decorated handler', () => {
    const seen: unknown[] = [];
    const policies = new RoutePolicies({
      handlers: new OrderedRoutes([toPut]),
      rules: new RouteRulesIndex([entryOf(enforced)]),
      defaultPolicy: undefined,
      replacing: (policy, replaced) => {
        seen.push(policy, replaced);
        return enforced;
      },
    });
    const { policy, route } = decided(
      new CorsEngine(policies, false).decide(requestTo('/orders', { method: 'PUT', origin: APP })),
    );
    expect([policy, route]).toEqual([enforced, 'Orders.update']);
    expect(seen).toEqual([toPut.target.policy, enforced]);
  });

  it('3.6: an enforced entry refuses on the paths below it that no route serves', () => {
    const info = { name: 'routes[0]', methods: ['*'], path: '/admin' };
    const admin = { ...entryOf(enforced, /^\/admin$/), info };
    const open = engineOf([], { entries: [admin] });
    expect(decided(open.decide(requestTo('/admin/x', { origin: OTHER })))).toMatchObject({
      policy: undefined,
      route: undefined,
      decision: { status: 403 },
    });
    expect(decided(open.decide(requestTo('/admin/x', { origin: APP }))).decision.status).toBeUndefined();
    expect(open.entryAt(requestTo('/admin/x'))).toEqual({
      info: { name: 'routes', methods: ['GET'], path: '/admin/x' },
      policy: enforced,
    });
    const withDefault = engineOf([], { entries: [admin], defaultPolicy: policyOf({ origin: '*' }) });
    expect(decided(withDefault.decide(requestTo('/admin/x', { origin: OTHER }))).decision).toMatchObject({
      reason: 'origin-not-allowed',
      status: 403,
    });
    expect(decided(withDefault.decide(requestTo('/admin/x', { origin: APP }))).decision.allowed).toBe(true);
    expect(decided(withDefault.decide(preflightTo('/admin/x', 'GET', OTHER))).decision.allowed).toBe(false);
    const external = routeTo({ kind: 'external', name: 'a route', explicit: false }, /^\/admin\/x/, ['GET']);
    const served = engineOf([external], { entries: [admin] });
    expect(decided(served.decide(requestTo('/admin/x', { origin: OTHER }))).decision.status).toBeUndefined();
  });

  it('3.6: an enforced entry leaves paths below it to their own entries, and methods to the entry that answers them', () => {
    const at = (path: string, policy: RoutePolicy, methods: readonly string[]) =>
      routeTo({ kind: 'entry', name: path, policy }, /^/, methods, {
        info: { name: path, methods, path },
        match: (asked) => (asked === path ? {} : undefined),
      });
    const statusOf = (method: string, path: string, ...entries: TargetRoute[]) =>
      decided(engineOf([], { entries }).decide(requestTo(path, { method, origin: OTHER }))).decision.status;
    const admin = at('/admin', enforced, ['*']);
    const toPost = at('/admin/reports', enforced, ['POST']);
    expect(statusOf('GET', '/admin/open', admin)).toBe(403);
    expect(statusOf('GET', '/admin/open', admin, at('/admin/open', policyOf({ origin: '*' }), ['*']))).toBeUndefined();
    expect(statusOf('GET', '/admin/reports/1', toPost)).toBeUndefined();
    expect(statusOf('POST', '/admin/reports/1', toPost)).toBe(403);
    expect(statusOf('GET', '/admin/reports/1', toPost, admin)).toBe(403);
  });

  it('3.3: what a router cuts off at a semicolon is read too', () => {
    const engine = engineOf([], {
      entries: [entryOf(policyOf({ origin: APP }), /^\/a$/), entryOf(NO_CORS, /^\/a;b$/)],
    });
    const request = requestTo('/a', { origin: APP });
    expect(decided(engine.decide(request)).decision.reason).toBe('allowed');
    expect(decided(engine.decide({ ...request, wholePath: '/a;b' })).decision.reason).toBe('no-cors');
  });
});

describe('8.1: the entry of `routes` for a WebSocket', () => {
  const entry = (name: string, methods: readonly string[], policy: RoutePolicy, path = /^\/ws/) =>
    routeTo({ kind: 'entry', name, policy }, path, methods);

  it('is one for GET, or else one for other methods', () => {
    const [forGet, forPut] = [entry('get', ['GET'], policyOf({ origin: APP })), entry('put', ['PUT'], NO_CORS)];
    expect(engineOf([], { entries: [forPut, forGet] }).entryAt(requestTo('/ws'))?.info).toBe(forGet.info);
    expect(engineOf([], { entries: [forPut] }).entryAt(requestTo('/ws'))).toEqual({
      info: forPut.info,
      policy: NO_CORS,
    });
  });

  it('2.4: has the parameters of its path', () => {
    const tenant = {
      ...entry('routes[0]', ['*'], NO_CORS),
      match: (path: string) => (path === '/t/7' ? { id: '7' } : undefined),
    };
    expect(engineOf([], { entries: [tenant] }).locate(requestTo('/t/7'))).toEqual({
      route: tenant,
      params: { id: '7' },
    });
  });

  it('is found in each way to read the path, and has then a name of its own', () => {
    const engine = engineOf([], { entries: [entry('routes[0]', ['GET'], NO_CORS)] });
    expect(engine.entryAt(requestTo('/WS'))).toMatchObject({
      info: { name: 'routes[0]', methods: ['GET'], path: '/WS' },
      policy: { kind: 'no-cors' },
    });
  });
});

describe('3.4: the reached route', () => {
  const version = (name: string, policy: RoutePolicy, matches = true) =>
    routeTo({ name, policy }, /^\/orders/, ['PUT', 'GET'], { matchesVersion: () => matches });
  const [one, two] = [version('V1', policyOf({ origin: APP })), version('V2', policyOf({ origin: OTHER }), false)];
  const request = requestTo('/orders', { method: 'PUT', origin: OTHER });

  it('is decided with the policies of the other versions, and is certain', () => {
    const engine = engineOf([one, two], { versionsMayChange: true });
    const grants = { policies: [], trusted: false };
    expect(decided(engine.decideFor(one, request, grants))).toMatchObject({
      provisional: false,
      decision: { reason: 'origin-not-allowed', status: 403 },
    });
    expect(decided(engine.decideAt(one, request))).toMatchObject({ provisional: false, decision: { allowed: false } });
    expect(decided(engine.decideAt(one, request)).decision.status).toBeUndefined();
  });

  it('3.4: has to give earlier grants too, where the request is decided for the first time', () => {
    const engine = engineOf([toPut]);
    const ask = (policies: readonly RoutePolicy[]) =>
      decided(engine.decide(request, { policies, trusted: false })).decision;
    expect(ask([]).status).toBeUndefined();
    expect(ask([policyOf({ origin: OTHER })]).status).toBe(403);
    expect(ask([toPut.target.policy]).status).toBeUndefined();
  });

  it('is open if one of the routes of its path has a version', () => {
    const plain = routeTo({ name: 'Plain', policy: policyOf({ origin: APP }) }, /^\/orders/, ['PUT']);
    const engine = engineOf([version('V9', policyOf({ origin: APP }), false), plain], { versionsMayChange: true });
    expect(decided(engine.decide(request)).provisional).toBe(true);
  });

  it('lists policies of versions only', () => {
    const engine = engineOf([one, version('V3', NO_CORS), version('V4', undefined)]);
    expect(engine.versionsAt(request)).toEqual([one.target.policy]);
    expect(engine.versionsAt(requestTo('/none'))).toEqual([]);
  });

  it('has its parameters passed to providers', async () => {
    const params: unknown[] = [];
    const kept = {
      label: 'kept',
      under: () => ({
        usesContext: true,
        atOnce: true,
        ask: (_origin: string, context: { readonly params: unknown; readonly route: unknown }) =>
          params.push([context.params, context.route]) > 0,
      }),
    };
    const tenant = {
      ...routeTo({ name: 'Tenants.list', policy: policyOf({ origin: kept }) }, /^\/t/, ['GET']),
      match: (path: string) => (path === '/t/7' ? { id: '7' } : undefined),
    };
    const engine = engineOf([tenant]);
    await engine.decide(requestTo('/t/7', { origin: APP }));
    await engine.decideAt(tenant, requestTo('/t/7', { origin: APP }));
    expect(params).toEqual([
      [{ id: '7' }, tenant.info],
      [{ id: '7' }, tenant.info],
    ]);
    expect(engine.locate(requestTo('/t/7'))).toEqual({ route: tenant, params: { id: '7' } });
  });

  it('3.3: the methods of a path are listed in their usual order', () => {
    const engine = engineOf([routeTo({ name: 'A' }, /^\/a/, ['PURGE', 'DELETE', 'GET'])]);
    expect(engine.methodsServedAt(requestTo('/a'))).toEqual(['GET', 'DELETE', 'PURGE']);
  });
});

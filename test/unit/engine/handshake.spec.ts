import { NO_CORS, noCors, type RoutePolicy } from '../../../lib/core/policy/policy.js';
import type { OriginProvider } from '../../../lib/core/policy/origin-provider.js';
import type { CorsContext } from '../../../lib/core/request.js';
import { decideHandshake, decidePollingPreflight, type SocketRoute } from '../../../lib/engine/handshake.js';
import type { RequestDecision } from '../../../lib/engine/request-decision.js';
import { laterProvider, policyOf, preflightTo, requestTo } from '../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const OWN = 'https://api.example';

function gateway(policy: RoutePolicy, name = 'ChatGateway'): SocketRoute {
  return { info: { name, methods: ['GET'], path: '/socket.io' }, policy };
}

async function decided(policy: RoutePolicy, headers: Readonly<Record<string, string>>): Promise<RequestDecision> {
  return decideHandshake(gateway(policy), requestTo('/socket.io', headers));
}

/** A provider that keeps the context of each call. */
function contextProvider() {
  const contexts: CorsContext[] = [];
  const provider: OriginProvider = {
    label: 'kept',
    under: () => ({
      usesContext: true,
      atOnce: true,
      ask: (_origin, context) => contexts.push(context) > 0,
    }),
  };
  return { provider, contexts };
}

describe('8.2: a handshake', () => {
  it('of an allowed origin passes', async () => {
    expect(await decided(policyOf({ origin: APP }), { origin: APP })).toMatchObject({
      kind: 'actual',
      webSocket: true,
      route: 'ChatGateway',
      asked: 'GET',
      provisional: false,
      target: undefined,
      reportOnly: undefined,
      decision: { allowed: true, reason: 'allowed' },
    });
  });

  it('of another origin ends in 403, even without `enforce`', async () => {
    for (const policy of [policyOf({ origin: APP }), NO_CORS]) {
      expect((await decided(policy, { origin: OTHER })).decision).toMatchObject({ allowed: false, status: 403 });
    }
  });

  it('without a policy passes', async () => {
    expect((await decided(undefined, { origin: OTHER })).decision).toMatchObject({ reason: 'no-policy' });
    expect((await decided(undefined, { origin: OTHER })).decision.status).toBeUndefined();
  });

  it('of a page of the own origin passes', async () => {
    const policy = policyOf({ origin: APP });
    const passes = async (headers: Readonly<Record<string, string>>) =>
      (await decided(policy, headers)).decision.status === undefined;
    expect(await passes({ origin: OWN })).toBe(true);
    expect(await passes({ origin: OWN, 'sec-fetch-site': 'cross-site' })).toBe(true);
    expect(await passes({ origin: OTHER, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(await passes({ origin: OTHER, 'sec-fetch-site': 'same-site' })).toBe(false);
  });

  it('without an Origin is refused only under `fetch-metadata`, if it comes from another site', async () => {
    const statusOf = async (policy: RoutePolicy, headers: Readonly<Record<string, string>> = {}) =>
      (await decided(policy, headers)).decision.status;
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    expect(await statusOf(policyOf({ origin: APP, enforce: 'fetch-metadata' }), crossSite)).toBe(403);
    expect(await statusOf(policyOf({ origin: APP, enforce: 'fetch-metadata' }))).toBeUndefined();
    expect(await statusOf(policyOf({ origin: APP, enforce: true }), crossSite)).toBeUndefined();
    expect(await statusOf(noCors('fetch-metadata'), crossSite)).toBe(403);
  });

  it('waits for a provider that answers later', async () => {
    const policy = policyOf({ origin: laterProvider((origin) => origin === APP) });
    expect(decideHandshake(gateway(policy), requestTo('/', { origin: APP }))).toBeInstanceOf(Promise);
    expect(decideHandshake(gateway(policyOf({ origin: APP })), requestTo('/', { origin: APP }))).not.toBeInstanceOf(
      Promise,
    );
    expect((await decided(policy, { origin: APP })).decision.allowed).toBe(true);
    expect((await decided(policy, { origin: OTHER })).decision.status).toBe(403);
  });

  it('tells providers its route, and that it is no preflight', async () => {
    const { provider, contexts } = contextProvider();
    await decided(policyOf({ origin: provider }), { origin: APP });
    expect(contexts).toMatchObject([{ route: { name: 'ChatGateway' }, preflight: false, method: 'GET' }]);
    expect(contexts[0]!.params).toEqual({});
  });

  it('6.4: that is allowed is reported by a `reportOnly` policy', async () => {
    const policy = { ...policyOf({ origin: '*' }), reportOnly: policyOf({ origin: APP }) };
    expect((await decided(policy, { origin: OTHER })).reportOnly).toBe('origin-not-allowed');
    expect((await decided(policy, { origin: APP })).reportOnly).toBeUndefined();
    const refusing = { ...policyOf({ origin: APP }), reportOnly: policyOf({ origin: APP }) };
    expect((await decided(refusing, { origin: OTHER })).reportOnly).toBeUndefined();
  });
});

describe('8.3: a preflight for polling', () => {
  const polling = async (routes: readonly SocketRoute[], method = 'POST') =>
    decidePollingPreflight(routes, preflightTo('/socket.io', method, APP), method);

  it('is granted if the policy of one namespace grants it', async () => {
    const routes = [gateway(policyOf({ origin: OTHER }), 'A'), gateway(policyOf({ origin: APP }), 'B')];
    expect(await polling(routes)).toMatchObject({
      kind: 'preflight',
      webSocket: true,
      route: 'B',
      target: undefined,
      asked: 'POST',
      decision: { allowed: true },
    });
    const fields = new Map((await polling(routes))!.decision.headers);
    expect(fields.get('Access-Control-Allow-Methods')).toBe('GET, POST');
  });

  it('is refused if none does, and has no answer without a policy', async () => {
    expect(await polling([gateway(policyOf({ origin: OTHER }))])).toMatchObject({ decision: { allowed: false } });
    expect(await polling([gateway(undefined)])).toBeUndefined();
  });

  it('tells providers the route of the namespace', async () => {
    const { provider, contexts } = contextProvider();
    await polling([gateway(policyOf({ origin: provider }))]);
    expect(contexts.map(({ method, preflight, route }) => [method, preflight, route?.name])).toEqual([
      ['GET', true, 'ChatGateway'],
      ['POST', true, 'ChatGateway'],
    ]);
  });
});

import { NO_ROUTE_ASKED } from '../../../lib/core/decide/allow-origin.js';
import { differingPolicies } from '../../../lib/core/policy/differing-policies.js';
import { NO_CORS, noCors, type RoutePolicy } from '../../../lib/core/policy/policy.js';
import type { CorsContext } from '../../../lib/core/request.js';
import { type ActualFacts, decideBy, trusts } from '../../../lib/engine/actual-decision.js';
import { laterProvider, policyOf, requestTo } from '../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

const listed = policyOf({ origin: APP });
const enforced = policyOf({ origin: APP, enforce: true });
const later = policyOf({ origin: laterProvider((origin) => origin === APP) });

function decide(
  policy: RoutePolicy,
  headers: Readonly<Record<string, string>> = { origin: APP },
  { enforcing, ...more }: Partial<ActualFacts> & { readonly enforcing?: RoutePolicy } = {},
) {
  return decideBy(
    {
      candidate: { policy, name: 'a route', ...(enforcing && { enforcing }) },
      target: undefined,
      asked: NO_ROUTE_ASKED,
      differing: undefined,
      trusted: false,
      provisional: false,
      ...more,
    },
    requestTo('/', headers),
  );
}

/** Status, reason and Vary of a decision. */
async function answer(...args: Parameters<typeof decide>) {
  const { decision } = await decide(...args);
  return [decision.status, decision.reason, decision.vary.join()];
}

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

describe('3.6: an actual request under its own policy', () => {
  it('is refused by the server only if the policy enforces', async () => {
    expect(await answer(listed, { origin: OTHER })).toEqual([undefined, 'origin-not-allowed', 'Origin']);
    expect(await answer(enforced, { origin: OTHER })).toEqual([403, 'origin-not-allowed', 'Origin,Sec-Fetch-Site']);
    expect(await answer(enforced, { origin: APP })).toEqual([undefined, 'allowed', 'Origin,Sec-Fetch-Site']);
  });

  it('without an Origin is refused only under `fetch-metadata`', async () => {
    expect((await answer(enforced, CROSS_SITE)).slice(0, 2)).toEqual([undefined, 'no-origin']);
    const byMetadata = policyOf({ origin: APP, enforce: 'fetch-metadata' });
    expect((await answer(byMetadata, CROSS_SITE)).slice(0, 2)).toEqual([403, 'cross-site']);
    expect((await answer(byMetadata, {})).slice(0, 2)).toEqual([undefined, 'no-origin']);
    expect((await answer(byMetadata, { origin: APP, ...CROSS_SITE })).slice(0, 2)).toEqual([undefined, 'allowed']);
  });

  it('without a policy has the reason no-route where there is no route', async () => {
    expect((await decide(undefined)).decision.reason).toBe('no-policy');
    const nowhere = { candidate: { policy: undefined, name: undefined } };
    expect((await decide(undefined, { origin: APP }, nowhere)).decision.reason).toBe('no-route');
    expect(
      (await decide(listed, { origin: APP }, { candidate: { policy: listed, name: undefined } })).decision.reason,
    ).toBe('allowed');
  });

  it('tells providers that it is no preflight', async () => {
    const preflights: boolean[] = [];
    const under = () => ({
      usesContext: true,
      atOnce: true,
      ask: (_origin: string, { preflight }: CorsContext) => preflights.push(preflight) > 0,
    });
    await decide(policyOf({ origin: { label: 'kept', under } }));
    expect(preflights).toEqual([false]);
  });
});

describe('3.3: a policy that only enforces', () => {
  it('refuses what it does not allow, after the own policy', async () => {
    expect(await answer(undefined, { origin: OTHER }, { enforcing: enforced })).toEqual([
      403,
      'origin-not-allowed',
      'Origin,Sec-Fetch-Site',
    ]);
    expect(await answer(undefined, { origin: APP }, { enforcing: enforced })).toEqual([
      undefined,
      'no-policy',
      'Origin,Sec-Fetch-Site',
    ]);
    expect(await answer(noCors('fetch-metadata'), { origin: OTHER }, { enforcing: enforced })).toEqual([
      403,
      'no-cors',
      'Origin,Sec-Fetch-Site,Sec-Fetch-Mode,Sec-Fetch-Dest',
    ]);
  });

  it('waits for the providers of both', async () => {
    const enforcingLater = policyOf({ origin: laterProvider((origin) => origin === APP), enforce: true });
    const both = (policy: RoutePolicy, enforcing: RoutePolicy, origin: string) =>
      decide(policy, { origin }, { enforcing });
    expect(both(listed, enforced, APP)).not.toBeInstanceOf(Promise);
    for (const [policy, enforcing] of [
      [later, enforced],
      [listed, enforcingLater],
      [later, enforcingLater],
    ] as const) {
      expect(both(policy, enforcing, APP)).toBeInstanceOf(Promise);
      expect((await both(policy, enforcing, APP)).decision).toMatchObject({ allowed: true, reason: 'allowed' });
      expect((await both(policy, enforcing, OTHER)).decision).toMatchObject({ allowed: false, status: 403 });
    }
    expect((await both(policyOf({ origin: '*' }), enforcingLater, OTHER)).decision.status).toBe(403);
  });
});

describe('3.4: policies that a preflight could not distinguish', () => {
  const cookies = policyOf({ origin: APP, credentials: true });
  const differing = differingPolicies([listed, cookies])!;

  it('have a refusal enforced, whatever the own policy says', async () => {
    expect(await answer(listed, { origin: OTHER }, { differing })).toEqual([
      403,
      'origin-not-allowed',
      'Origin,Sec-Fetch-Site,Cookie,Authorization',
    ]);
    expect((await answer(NO_CORS, { origin: APP }, { differing })).slice(0, 2)).toEqual([403, 'no-cors']);
  });

  it('have a request refused that uses what only another one grants', async () => {
    expect((await answer(listed, { origin: APP, cookie: 'a=1' }, { differing })).slice(0, 2)).toEqual([
      403,
      'beyond-own-grant',
    ]);
    expect((await answer(listed, { origin: APP }, { differing })).slice(0, 2)).toEqual([undefined, 'allowed']);
    const sameOrigin = { origin: APP, cookie: 'a=1', 'sec-fetch-site': 'same-origin' };
    expect((await answer(listed, sameOrigin, { differing })).slice(0, 2)).toEqual([undefined, 'allowed']);
    expect((await answer(listed, { cookie: 'a=1' }, { differing })).slice(0, 2)).toEqual([undefined, 'no-origin']);
  });
});

describe('3.4: a request that was told to be trusted', () => {
  const cookies = policyOf({ origin: APP, credentials: true });

  it('is refused if its route does not trust it', async () => {
    expect(await answer(cookies, { origin: APP }, { trusted: true })).toEqual([undefined, 'allowed', 'Origin']);
    expect(await answer(listed, { origin: APP }, { trusted: true })).toEqual([
      403,
      'beyond-own-grant',
      'Origin,Sec-Fetch-Site',
    ]);
    expect(await answer(listed, { origin: APP }, { trusted: false })).toEqual([undefined, 'allowed', 'Origin']);
  });

  it('is trusted by a policy with credentials that lists its origin', () => {
    const allowed = { allowed: true, reason: 'allowed', headers: [], vary: [] } as const;
    expect(trusts(cookies, allowed)).toBe(true);
    expect(trusts(cookies, { ...allowed, reason: 'no-origin' })).toBe(false);
    expect(trusts(cookies, { ...allowed, allowed: false, reason: 'origin-not-allowed' })).toBe(false);
    const dangerously = { reflectAnyOriginWithCredentials: true };
    expect(trusts(policyOf({ origin: '*', credentials: true, dangerously }), allowed)).toBe(false);
    expect([listed, NO_CORS, undefined].some((policy) => trusts(policy, allowed))).toBe(false);
  });
});

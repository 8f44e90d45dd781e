import { differingPolicies } from '../../../../lib/core/policy/differing-policies.js';
import { GrantKeys } from '../../../../lib/core/policy/grant-keys.js';
import type { PolicyFields } from '../../../../lib/core/policy/options.js';
import { NO_CORS, noCors, type RoutePolicy } from '../../../../lib/core/policy/policy.js';
import { laterProvider, policyOf } from '../../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

const varyOf = (...policies: RoutePolicy[]) => differingPolicies(policies)?.vary;
const withFields = (...all: PolicyFields<string>[]) =>
  varyOf(...all.map((fields) => policyOf({ origin: APP, ...fields })));

describe('3.4: policies that a preflight cannot distinguish', () => {
  it('do not differ if they grant the same', () => {
    expect(withFields({}, { maxAge: 5 })).toBeUndefined();
    expect(varyOf()).toBeUndefined();
    expect(varyOf(policyOf({ origin: APP }))).toBeUndefined();
  });

  it('do not differ if none of them grants anything', () => {
    expect(varyOf(NO_CORS, undefined, noCors(true))).toBeUndefined();
  });

  it('differ by origin, also in the last of them', () => {
    const policies = [policyOf({ origin: APP }), policyOf({ origin: APP }), policyOf({ origin: OTHER })];
    expect(differingPolicies(policies)).toEqual({ policies, vary: ['Origin', 'Sec-Fetch-Site'] });
    expect(varyOf(policyOf({ origin: APP }), NO_CORS)).toEqual(['Origin', 'Sec-Fetch-Site']);
    expect(varyOf(undefined, policyOf({ origin: APP }))).toEqual(['Origin', 'Sec-Fetch-Site']);
    const { vary } = differingPolicies(policies)!;
    expect([differingPolicies(policies), vary].every(Object.isFrozen)).toBe(true);
  });

  it('have the strictest enforcement of all', () => {
    expect(withFields({ origin: OTHER }, { enforce: 'fetch-metadata' })).toEqual([
      'Origin',
      'Sec-Fetch-Site',
      'Sec-Fetch-Mode',
      'Sec-Fetch-Dest',
    ]);
  });

  it('vary by cookies if some of them allow credentials', () => {
    expect(withFields({}, { credentials: true })).toEqual(['Origin', 'Sec-Fetch-Site', 'Cookie', 'Authorization']);
    expect(withFields({ credentials: true }, { credentials: true, methods: ['GET'] })).toEqual([
      'Origin',
      'Sec-Fetch-Site',
    ]);
  });

  it('vary by the headers that some of them list', () => {
    const listing = (...names: string[]) => ({ allowedHeaders: names });
    expect(withFields(listing('X-A', 'X-B'), listing('x-b', 'X-C'), listing('X-B'))).toEqual([
      'Origin',
      'Sec-Fetch-Site',
      'X-A',
      'X-C',
    ]);
    expect(withFields(listing(), listing('X-A'))).toEqual(['Origin', 'Sec-Fetch-Site', 'X-A']);
    expect(withFields({}, listing('X-A'))).toEqual(['Origin', 'Sec-Fetch-Site']);
  });

  it('with providers of two apps always differ: their numbers cannot be compared', () => {
    const provider = laterProvider(() => true);
    const [one, two] = [policyOf({ origin: provider }), policyOf({ origin: provider })];
    expect(varyOf(one, { ...two, grantKey: one.grantKey })).toBeUndefined();
    expect(varyOf(one, { ...two, grantKey: one.grantKey, numbering: new GrantKeys() })).toEqual([
      'Origin',
      'Sec-Fetch-Site',
    ]);
    const listed = policyOf({ origin: APP });
    expect(varyOf(listed, { ...listed, numbering: new GrantKeys() })).toBeUndefined();
  });
});

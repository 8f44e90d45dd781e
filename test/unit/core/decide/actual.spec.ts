import { decideActual, refusalOf } from '../../../../lib/core/decide/actual.js';
import { bareDecision } from '../../../../lib/core/decision.js';
import { NO_CORS, noCors } from '../../../../lib/core/policy/policy.js';
import { policyOf } from '../../../support/pure.js';

const APP = 'https://app.example';

describe('3.5: an actual request', () => {
  it('gets the fields of its policy if the policy allows its origin', () => {
    const policy = policyOf({ origin: APP, credentials: true, exposedHeaders: ['X-Total'] });
    expect(decideActual(policy, APP, 'GET', true)).toEqual({
      allowed: true,
      reason: 'allowed',
      headers: [
        ['Access-Control-Allow-Origin', APP],
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Expose-Headers', 'X-Total'],
      ],
      vary: ['Origin'],
    });
  });

  it('gets Timing-Allow-Origin under `timing`', () => {
    expect(decideActual(policyOf({ origin: APP, timing: true }), APP, 'GET', true).headers).toEqual([
      ['Access-Control-Allow-Origin', APP],
      ['Timing-Allow-Origin', APP],
    ]);
    expect(decideActual(policyOf({ origin: '*', timing: true }), undefined, 'GET', true).headers).toEqual([
      ['Access-Control-Allow-Origin', '*'],
      ['Timing-Allow-Origin', '*'],
    ]);
  });

  it('gets `*` under a policy of any origin without credentials, with and without an Origin', () => {
    const policy = policyOf({ origin: '*' });
    for (const origin of [APP, undefined]) {
      expect(decideActual(policy, origin, 'GET', true)).toEqual({
        allowed: true,
        reason: 'allowed',
        headers: [['Access-Control-Allow-Origin', '*']],
        vary: [],
      });
    }
  });

  it('gets no field if the policy does not allow its origin', () => {
    expect(decideActual(policyOf({ origin: APP }), 'https://other.example', 'GET', false)).toEqual({
      allowed: false,
      reason: 'origin-not-allowed',
      headers: [],
      vary: ['Origin'],
    });
  });

  it('is never refused without an Origin', () => {
    const none = (policy: Parameters<typeof decideActual>[0], method = 'GET') =>
      decideActual(policy, undefined, method, false);
    const noOrigin = { allowed: true, reason: 'no-origin', headers: [] };
    expect(none(policyOf({ origin: APP }))).toEqual({ ...noOrigin, vary: ['Origin'] });
    expect(none(policyOf({ origin: APP, methods: ['GET'] }), 'PUT')).toEqual({ ...noOrigin, vary: ['Origin'] });
    expect(none(NO_CORS)).toEqual({ ...noOrigin, vary: [] });
    expect(none(undefined)).toEqual({ ...noOrigin, vary: [] });
  });

  it('is refused by a method that the policy does not allow, also under any origin', () => {
    const refused = { allowed: false, reason: 'method-not-allowed', headers: [] };
    const listed = policyOf({ origin: APP, methods: ['GET'] });
    expect(decideActual(listed, APP, 'PUT', true)).toEqual({ ...refused, vary: ['Origin'] });
    expect(decideActual(listed, APP, 'HEAD', true).allowed).toBe(true);
    expect(decideActual(policyOf({ origin: '*', methods: ['GET'] }), APP, 'PUT', true)).toEqual({
      ...refused,
      vary: [],
    });
  });

  it('is refused by @NoCors(), and left alone without a policy', () => {
    expect(decideActual(noCors(true), APP, 'GET', true)).toEqual({
      allowed: false,
      reason: 'no-cors',
      headers: [],
      vary: ['Origin', 'Sec-Fetch-Site'],
    });
    expect(decideActual(undefined, APP, 'GET', true)).toEqual(bareDecision('no-policy'));
  });
});

it.each([
  ['null', 'origin-null'],
  ['file://', 'origin-null'],
  ['https://app.example/', 'origin-malformed'],
  ['app.example', 'origin-malformed'],
  [APP, 'origin-not-allowed'],
])('3.5: the refusal of the origin %s has the reason %s', (origin, reason) => {
  expect(refusalOf(origin)).toBe(reason);
});

describe('a decision without CORS fields', () => {
  it('is one frozen object for each reason and each Vary', () => {
    const vary = ['Origin'];
    const decision = bareDecision('no-cors', vary);
    expect(decision).toEqual({ allowed: false, reason: 'no-cors', headers: [], vary: ['Origin'] });
    expect(Object.isFrozen(decision)).toBe(true);
    expect(bareDecision('no-cors', vary)).toBe(decision);
    expect(bareDecision('no-origin', vary)).toEqual({ ...decision, allowed: true, reason: 'no-origin' });
    expect(bareDecision('no-cors', vary)).toBe(decision);
    expect(bareDecision('no-cors')).toEqual({ ...decision, vary: [] });
  });
});

import { reportedOnActual, reportedOnPreflight, troublesOf } from '../../../../lib/core/decide/report-only.js';
import type { Policy } from '../../../../lib/core/policy/policy.js';
import { laterProvider, policyOf, requestTo } from '../../../support/pure.js';

const APP = 'https://app.example';

/** A policy whose provider cannot answer. */
function failing(): Policy {
  const policy = policyOf({ origin: laterProvider(() => false) });
  const [provider] = policy.origin.providers;
  return {
    ...policy,
    origin: { ...policy.origin, providers: [provider!, { ...provider!, trouble: 'The database is down.' }] },
  };
}

describe('6.4: of an actual request a policy reports', () => {
  const reported = (
    policy: Policy,
    { allowed = true, inForce = policyOf({ origin: APP }), ...headers }: Record<string, unknown> = {},
  ) =>
    reportedOnActual(
      policy,
      inForce as Policy,
      requestTo('/', { origin: APP, ...(headers as Record<string, string>) }),
      allowed as boolean,
    );

  it('nothing that it would allow', () => {
    expect(reported(policyOf({ origin: APP }))).toBeUndefined();
    expect(reported(failing())).toBeUndefined();
  });

  it('the reason of its refusal', () => {
    expect(reported(policyOf({ origin: APP }), { allowed: false })).toBe('origin-not-allowed');
    expect(reported(policyOf({ origin: APP, methods: ['GET'] }), { method: 'PUT' })).toBe('method-not-allowed');
  });

  it('a provider that cannot answer, instead of the refused origin', () => {
    expect(reported(failing(), { allowed: false })).toBe('provider-failing');
    expect(reported(failing(), { allowed: false, origin: 'null' })).toBe('origin-null');
  });

  it('cookies that only the policy in force allows', () => {
    const inForce = policyOf({ origin: APP, credentials: true });
    const without = policyOf({ origin: APP });
    expect(reported(without, { inForce, cookie: 'a=1' })).toBe('credentials-not-allowed');
    expect(reported(without, { inForce })).toBeUndefined();
    expect(reported(inForce, { inForce, cookie: 'a=1' })).toBeUndefined();
    expect(reported(without, { inForce: without, cookie: 'a=1' })).toBeUndefined();
  });
});

describe('6.4: of a preflight a policy reports', () => {
  const reported = (policy: Policy, method = 'PUT', allowed = true) =>
    reportedOnPreflight(policy, method, { origin: APP, headers: ['x-key'], privateNetwork: false }, allowed);

  it('nothing that it would grant', () => {
    expect(reported(policyOf({ origin: APP, methods: ['PUT'], allowedHeaders: ['X-Key'] }))).toBeUndefined();
  });

  it('the reason of its refusal', () => {
    expect(reported(policyOf({ origin: APP, methods: ['GET'] }))).toBe('method-not-allowed');
    expect(reported(policyOf({ origin: APP, allowedHeaders: ['X-Other'] }))).toBe('header-not-allowed');
    expect(reported(policyOf({ origin: APP }), 'PUT', false)).toBe('origin-not-allowed');
    expect(reported(failing(), 'PUT', false)).toBe('provider-failing');
  });
});

it('6.4: the troubles of a policy are those of its providers', () => {
  expect(troublesOf(failing())).toEqual(['The database is down.']);
  expect(troublesOf(policyOf({ origin: APP }))).toEqual([]);
});

import {
  allowsMethod,
  enforcementOf,
  grantKeyOf,
  NO_CORS,
  noCors,
  stricter,
  varyOfEnforcement,
  varyOfPolicy,
} from '../../../../lib/core/policy/policy.js';
import { policyOf } from '../../../support/pure.js';

test('2.3: a policy allows the methods that it lists, or all; GET includes HEAD', () => {
  const allows = (methods: string[] | undefined, method: string) =>
    allowsMethod({ methods: methods && new Set(methods) }, method);
  expect([allows(undefined, 'PUT'), allows(['GET'], 'GET'), allows(['GET'], 'HEAD')]).toEqual([true, true, true]);
  expect([allows(['GET'], 'PUT'), allows(['PUT'], 'HEAD'), allows(['HEAD'], 'GET')]).toEqual([false, false, false]);
});

test('3.6: a 403 varies by what its enforcement depends on', () => {
  expect(varyOfEnforcement(false)).toEqual([]);
  expect(varyOfEnforcement(true)).toEqual(['Origin', 'Sec-Fetch-Site']);
  const byMetadata = ['Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Mode', 'Sec-Fetch-Dest'];
  expect(varyOfEnforcement('fetch-metadata')).toEqual(byMetadata);
});

test('3.5: a response varies by what its policy depends on', () => {
  expect(varyOfPolicy(true, false, true)).toEqual([]);
  expect(varyOfPolicy(true, true, true)).toEqual(['Origin', 'Sec-Fetch-Site']);
  expect(varyOfPolicy(true, true, false)).toEqual([]);
  expect(varyOfPolicy(false, false, false)).toEqual(['Origin']);
  expect(varyOfPolicy(false, false, true)).toEqual(['Origin', 'Sec-Fetch-Site']);
});

test('3.6: @NoCors() grants nothing, and enforces what is written', () => {
  const vary = ['Origin', 'Sec-Fetch-Site'];
  expect(noCors(true, 'OrdersController')).toEqual({
    kind: 'no-cors',
    enforce: true,
    statesEnforce: true,
    enforcedBy: 'OrdersController',
    vary,
    grantKey: 'nothing',
  });
  expect(NO_CORS).toEqual({
    kind: 'no-cors',
    enforce: false,
    statesEnforce: false,
    enforcedBy: undefined,
    vary: [],
    grantKey: 'nothing',
  });
  expect(
    [NO_CORS, varyOfEnforcement(false), varyOfEnforcement(true), varyOfEnforcement('fetch-metadata')].every(
      Object.isFrozen,
    ),
  ).toBe(true);
  expect(Object.isFrozen(varyOfPolicy(false, false, false))).toBe(true);
});

test('3.6: a route without a policy enforces nothing', () => {
  expect([undefined, noCors(true), policyOf({ origin: '*', enforce: true })].map(enforcementOf)).toEqual([
    false,
    true,
    true,
  ]);
  expect([undefined, NO_CORS].map(grantKeyOf)).toEqual(['nothing', 'nothing']);
});

test('3.6: the stricter enforcement is that by fetch metadata, then that by origin', () => {
  expect([stricter('fetch-metadata', true), stricter(false, 'fetch-metadata')]).toEqual([
    'fetch-metadata',
    'fetch-metadata',
  ]);
  expect([stricter(true, false), stricter(false, true), stricter(false, false)]).toEqual([true, true, false]);
});

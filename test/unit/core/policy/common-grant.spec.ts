import type { MaybePromise } from '../../../../lib/core/policy/origin-provider.js';
import { allows, NO_ROUTE_ASKED } from '../../../../lib/core/decide/allow-origin.js';
import { commonGrant } from '../../../../lib/core/policy/common-grant.js';
import { noCors, type Policy } from '../../../../lib/core/policy/policy.js';
import type { PolicyFields } from '../../../../lib/core/policy/options.js';
import type { CorsRequest } from '../../../../lib/core/request.js';
import { policyOf } from '../../../support/pure.js';

const A = 'https://a.example';
const B = 'https://b.example';

function common(...fields: PolicyFields<string | boolean>[]): Policy {
  return commonGrant(fields.map(policyOf)) as Policy;
}

function isAllowed({ origin: rule }: Policy, origin: string): MaybePromise<boolean> {
  return allows(rule, { origin } as CorsRequest, 'GET', NO_ROUTE_ASKED, false);
}

test('3.3: the common grant of one policy is that policy', () => {
  const one = policyOf({ origin: A });
  expect(commonGrant([one, one])).toBe(one);
});

test('3.3: the common origins are those that all policies allow', () => {
  const both = common({ origin: `${A}, ${B}` }, { origin: B });
  expect([isAllowed(both, A), isAllowed(both, B)]).toEqual([false, true]);
  const withAny = common({ origin: '*' }, { origin: A });
  expect([withAny.plain, isAllowed(withAny, A), isAllowed(withAny, B)]).toEqual([false, true, false]);
  expect(common({ origin: '*' }, { origin: '*', maxAge: 1 })).toMatchObject({ plain: true, vary: [] });
});

test('3.3: credentials, methods, headers and exposed headers are those that all policies grant', () => {
  const wide = { origin: A, credentials: true, exposedHeaders: 'X-A, X-B', allowedHeaders: 'X-C, X-D', maxAge: 600 };
  const narrow = { origin: A, exposedHeaders: 'x-b', allowedHeaders: 'x-d', methods: ['GET', 'PUT'] };
  const both = common(wide, narrow);
  expect(both).toMatchObject({
    credentials: false,
    responseHeaders: [['Access-Control-Expose-Headers', 'X-B']],
    preflightHeaders: [['Access-Control-Max-Age', '5']],
    allowedHeaders: { kind: 'names', value: 'X-D' },
  });
  expect([...both.methods!]).toEqual(['GET', 'PUT']);
  expect([...common(narrow, { ...narrow, methods: ['HEAD', 'PUT'] }).methods!]).toEqual(['PUT', 'HEAD']);
  expect(common({ origin: A }, { origin: A, allowedHeaders: 'X-A' }).allowedHeaders).toMatchObject({ value: 'X-A' });
  expect(common({ origin: '*', exposedHeaders: '*' }, { origin: A, exposedHeaders: 'X-A' }).responseHeaders).toEqual([
    ['Access-Control-Expose-Headers', 'X-A'],
  ]);
  expect(common({ origin: A, exposedHeaders: 'X-A' }, { origin: A }).responseHeaders).toEqual([]);
});

test('3.3: the common grant enforces if one policy enforces', () => {
  expect(common({ origin: A, enforce: true }, { origin: A }).enforce).toBe(true);
  expect(common({ origin: A, enforce: true }, { origin: A, enforce: 'fetch-metadata' }).enforce).toBe('fetch-metadata');
});

test('3.3: nothing is granted if one policy grants nothing', () => {
  const enforced = policyOf({ origin: A, enforce: true });
  expect(commonGrant([enforced, undefined])).toMatchObject({ kind: 'no-cors', enforce: true });
  expect(commonGrant([policyOf({ origin: A }), noCors()])).toMatchObject({ kind: 'no-cors', enforce: false });
  expect(commonGrant([undefined, undefined])).toBeUndefined();
});

test('2.3: the narrowest resource policy applies', () => {
  const of = (...all: (Policy['resourcePolicy'] | undefined)[]) =>
    common(...all.map((resourcePolicy, index) => ({ origin: A, maxAge: index, resourcePolicy }))).resourcePolicy;
  expect([of('cross-origin', 'same-site'), of('cross-origin', undefined), of('same-origin', undefined)]).toEqual([
    'same-site',
    undefined,
    'same-origin',
  ]);
});

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
  expect(common({ origin: '*' }, { origin: '*', maxAge: 1 })).toMatchObject({
    plain: true,
    origin: { any: true },
    vary: [],
  });
});

test('3.3: the common origins are asked of the providers of all policies', () => {
  const question = { usesContext: true, atOnce: true, ask: () => true };
  const asking = policyOf({ origin: { label: 'a list', under: () => question } });
  expect(commonGrant([policyOf({ origin: A }), asking])).toMatchObject({
    origin: { any: false, providers: [question], usesContext: true },
  });
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
  expect([of('same-site', 'same-origin'), of('same-site', undefined)]).toEqual(['same-origin', 'same-site']);
  expect(of('cross-origin', 'cross-origin')).toBe('cross-origin');
});

test('3.3: a common grant has what all policies grant, and is frozen', () => {
  const both = common({ origin: A, credentials: true, timing: true }, { origin: B, credentials: true, override: true });
  expect(both).toMatchObject({
    kind: 'policy',
    name: 'a place',
    credentials: true,
    timing: false,
    override: true,
    plain: false,
    plainDecision: undefined,
    reportOnly: undefined,
    methods: undefined,
    preflightHeaders: [['Access-Control-Allow-Credentials', 'true']],
    responseHeaders: [['Access-Control-Allow-Credentials', 'true']],
    vary: ['Origin'],
  });
  expect(both.parts).toHaveLength(2);
  const { origin } = both;
  const frozen = [both, origin, origin.providers, both.preflightHeaders, both.responseHeaders];
  expect(frozen.every(Object.isFrozen)).toBe(true);
});

test('3.3: common grants of the same policies have the same key, in any order', () => {
  const [a, b] = [policyOf({ origin: A }), policyOf({ origin: B })];
  const keyOf = (...policies: Policy[]) => (commonGrant(policies) as Policy).grantKey;
  expect(keyOf(a, b)).toBe(keyOf(b, a));
  expect(keyOf(a, b)).not.toBe(keyOf(a, policyOf({ origin: '*' })));
});

test('3.3: a common grant of any origin has its fields prepared', () => {
  const both = common({ origin: '*', timing: true }, { origin: '*', timing: true, exposedHeaders: ['X-A'] });
  expect(both.plainDecision).toMatchObject({
    headers: [
      ['Access-Control-Allow-Origin', '*'],
      ['Timing-Allow-Origin', '*'],
    ],
    vary: [],
  });
  expect(common({ origin: '*', methods: ['GET'], enforce: true }, { origin: '*' }).vary).toEqual([
    'Origin',
    'Sec-Fetch-Site',
  ]);
  expect(common({ origin: '*', enforce: true }, { origin: '*' }).vary).toEqual([]);
});

test('3.3: a common grant names its policies once each', () => {
  const named = (name: string, maxAge: number): Policy => ({ ...policyOf({ origin: A, maxAge }), name });
  expect(commonGrant([named('one', 1), named('two', 2), named('one', 3)])).toMatchObject({ name: 'one and two' });
});

test('3.3: the shortest time is sent, and none if no policy has one', () => {
  const agesOf = (...ages: (number | undefined)[]) =>
    common(...ages.map((maxAge, index) => ({ origin: A, maxAge, methods: ['GET', `M${index}`] }))).preflightHeaders;
  expect(agesOf(600, 60)).toEqual([['Access-Control-Max-Age', '60']]);
  expect(agesOf(2, undefined)).toEqual([['Access-Control-Max-Age', '2']]);
  expect(agesOf(undefined, undefined)).toEqual([]);
});

test('3.3: any header, `*` and names have the narrowest of them in common', () => {
  const kinds: PolicyFields<string>[] = [
    { credentials: true, allowedHeaders: '*' },
    { allowedHeaders: '*' },
    { allowedHeaders: ['X-A'] },
  ];
  const kindOf = (a: number, b: number) =>
    common({ origin: A, ...kinds[a] }, { origin: A, maxAge: 1, ...kinds[b] }).allowedHeaders.kind;
  expect([kindOf(0, 1), kindOf(1, 0), kindOf(0, 0), kindOf(1, 1)]).toEqual(['star', 'star', 'any', 'star']);
  expect([kindOf(0, 2), kindOf(2, 0), kindOf(1, 2), kindOf(2, 1)]).toEqual(['names', 'names', 'names', 'names']);
  const both = common(
    { origin: A, allowedHeaders: ['X-A', 'X-B', 'X-C'] },
    { origin: A, allowedHeaders: ['x-c', 'x-a'] },
  );
  expect(both.allowedHeaders).toEqual({ kind: 'names', names: new Set(['x-a', 'x-c']), value: 'X-A, X-C' });
});

test('3.3: exposed headers in common keep the first spelling, and `*` is all of them', () => {
  const exposed = (...all: PolicyFields<string>['exposedHeaders'][]) =>
    common(...all.map((exposedHeaders, maxAge) => ({ origin: A, exposedHeaders, maxAge }))).responseHeaders;
  expect(exposed(['X-A', 'X-B', 'X-C'], ['x-c', 'x-a'])).toEqual([['Access-Control-Expose-Headers', 'X-A, X-C']]);
  expect(exposed('*', '*')).toEqual([['Access-Control-Expose-Headers', '*']]);
  expect(exposed('*', ['X-A'])).toEqual([['Access-Control-Expose-Headers', 'X-A']]);
  expect(exposed(['X-A'], ['X-B'])).toEqual([]);
});

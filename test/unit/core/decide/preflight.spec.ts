import { NO_ROUTE_ASKED, type RouteAsked } from '../../../../lib/core/decide/allow-origin.js';
import { decidePreflight, type PreflightAsked } from '../../../../lib/core/decide/preflight.js';
import { type MethodPolicy, planPreflight } from '../../../../lib/core/decide/preflight-plan.js';
import type { OriginProvider } from '../../../../lib/core/policy/origin-provider.js';
import { NO_CORS, type RoutePolicy } from '../../../../lib/core/policy/policy.js';
import { policyOf } from '../../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

/** What a method of the path is served under. */
function at(method: string, policy: RoutePolicy, asked: RouteAsked = NO_ROUTE_ASKED): MethodPolicy {
  return { policy, route: 'a route', method, asked };
}

/**
 * The decision for a preflight from `APP`. Its candidates are the policies of the method that is asked for; every policy
 * allows `APP` unless `refusing` has it.
 */
function decide(
  method: string,
  path: readonly MethodPolicy[],
  { refusing = [], ...more }: Partial<PreflightAsked> & { readonly refusing?: readonly RoutePolicy[] } = {},
) {
  const candidates = path.filter((each) => each.method === method);
  const plan = planPreflight(method, candidates, path)!;
  const asked = { origin: APP, headers: [], privateNetwork: false, ...more };
  return decidePreflight(
    plan,
    asked,
    plan.subjects.map(({ policy }) => !refusing.includes(policy)),
  ).decision;
}

describe('3.3: a granted preflight', () => {
  it('lists the methods of the path, the headers of the policy, and the fixed fields', () => {
    const policy = policyOf({ origin: APP, credentials: true, allowedHeaders: ['X-A', 'X-B'], maxAge: 60 });
    expect(decide('PUT', [at('DELETE', policy), at('PUT', policy)], { headers: ['x-b'] })).toEqual({
      allowed: true,
      reason: 'allowed',
      status: 204,
      headers: [
        ['Access-Control-Allow-Origin', APP],
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Max-Age', '60'],
        ['Access-Control-Allow-Methods', 'PUT, DELETE'],
        ['Access-Control-Allow-Headers', 'X-A, X-B'],
      ],
      vary: ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'],
    });
  });

  it('has no Access-Control-Allow-Headers if the policy allows none', () => {
    expect(decide('PUT', [at('PUT', policyOf({ origin: APP, allowedHeaders: [] }))]).headers).toEqual([
      ['Access-Control-Allow-Origin', APP],
      ['Access-Control-Allow-Methods', 'PUT'],
    ]);
  });

  it('has a Max-Age whatever its headers', () => {
    const policy = policyOf({ origin: APP, credentials: true, maxAge: 60 });
    expect(decide('PUT', [at('PUT', policy)]).headers).toEqual([
      ['Access-Control-Allow-Origin', APP],
      ['Access-Control-Allow-Credentials', 'true'],
      ['Access-Control-Max-Age', '60'],
      ['Access-Control-Allow-Methods', 'PUT'],
    ]);
  });

  it('has the status of its policy', () => {
    expect(decide('PUT', [at('PUT', policyOf({ origin: APP, optionsSuccessStatus: 200 }))]).status).toBe(200);
  });

  it('has `*` and does not vary by origin under a policy of any origin without credentials', () => {
    expect(
      decide('PUT', [at('PUT', policyOf({ origin: '*', allowedHeaders: '*' }))], { headers: ['x-a'] }),
    ).toMatchObject({
      headers: [
        ['Access-Control-Allow-Origin', '*'],
        ['Access-Control-Allow-Methods', 'PUT'],
        ['Access-Control-Allow-Headers', '*'],
      ],
      vary: ['Access-Control-Request-Method', 'Access-Control-Request-Headers'],
    });
  });

  it.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ['*', ['x-a']],
    ['*, authorization', ['x-a', 'authorization']],
  ])('3.3: under `allowedHeaders: *` lists %s for %j', (value, headers) => {
    const fields = new Map(
      decide('PUT', [at('PUT', policyOf({ origin: APP, allowedHeaders: '*' }))], { headers }).headers,
    );
    expect(fields.get('Access-Control-Allow-Headers')).toBe(value);
  });

  it('3.3: lists the requested headers if the policy names none', () => {
    const fields = new Map(decide('PUT', [at('PUT', policyOf({ origin: APP }))], { headers: ['x-a', 'x-b'] }).headers);
    expect(fields.get('Access-Control-Allow-Headers')).toBe('x-a, x-b');
  });

  it('3.3: allows a private network only if it is asked for and the policy allows it', () => {
    const isAllowed = (privateNetwork: boolean, asked: boolean) =>
      decide('PUT', [at('PUT', policyOf({ origin: APP, privateNetwork, allowedHeaders: [] }))], {
        privateNetwork: asked,
      })
        .headers.map(([name, value]) => `${name}: ${value}`)
        .includes('Access-Control-Allow-Private-Network: true');
    expect([isAllowed(true, true), isAllowed(true, false), isAllowed(false, true), isAllowed(false, false)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(decide('PUT', [at('PUT', policyOf({ origin: APP, privateNetwork: true }))]).vary).toContain(
      'Access-Control-Request-Private-Network',
    );
    expect(decide('PUT', [at('PUT', policyOf({ origin: APP }))]).vary).not.toContain(
      'Access-Control-Request-Private-Network',
    );
  });

  it('3.3: lists only methods whose own policy allows the origin with the same credentials mode', () => {
    const policy = policyOf({ origin: APP, allowedHeaders: ['X-A'] });
    const withCookies = policyOf({ origin: APP, credentials: true });
    const closed = policyOf({ origin: OTHER });
    const path = [
      at('PUT', policy),
      at('PATCH', withCookies),
      at('DELETE', closed),
      at('GET', policyOf({ origin: APP, methods: ['POST'] })),
      at('POST', NO_CORS),
      at('HEAD', undefined),
      at('PURGE', policy),
      at('PUT', policy),
    ];
    const fields = new Map(decide('PUT', path, { refusing: [closed] }).headers);
    expect(fields.get('Access-Control-Allow-Methods')).toBe('PUT, PURGE');
    expect(new Map(decide('PUT', path).headers).get('Access-Control-Allow-Methods')).toBe('PUT, DELETE, PURGE');
  });

  it('3.3: varies by what any policy of the path depends on', () => {
    const policy = policyOf({ origin: APP });
    const inPrivate = policyOf({ origin: APP, privateNetwork: true });
    expect(decide('PUT', [at('PUT', policy), at('GET', inPrivate)]).vary).toEqual([
      'Origin',
      'Access-Control-Request-Method',
      'Access-Control-Request-Headers',
      'Access-Control-Request-Private-Network',
    ]);
    expect(decide('PUT', [at('PUT', NO_CORS), at('PUT', policy)]).vary).toContain('Origin');
  });

  it('3.3: varies by origin if any policy of the path does', () => {
    expect(decide('PUT', [at('PUT', policyOf({ origin: '*' })), at('GET', policyOf({ origin: APP }))]).vary).toContain(
      'Origin',
    );
    expect(decide('PUT', [at('PUT', policyOf({ origin: '*' })), at('GET', NO_CORS)]).vary).not.toContain('Origin');
  });
});

describe('3.3: a refused preflight', () => {
  const policy = policyOf({
    origin: APP,
    methods: ['PUT', 'GET'],
    allowedHeaders: ['X-A'],
    credentials: true,
    maxAge: 5,
  });
  const path = [at('PUT', policy), at('DELETE', policy), at('POST', policy)];

  it('by its origin has no CORS field', () => {
    expect(decide('PUT', path, { refusing: [policy] })).toMatchObject({
      allowed: false,
      reason: 'origin-not-allowed',
      status: 204,
      headers: [],
    });
    expect(decide('PUT', path, { refusing: [policy], origin: 'null' })).toMatchObject({
      reason: 'origin-null',
      headers: [],
    });
  });

  it('by headers that cannot be read has no CORS field', () => {
    expect(decide('PUT', path, { headers: undefined })).toMatchObject({ reason: 'headers-unreadable', headers: [] });
  });

  it('by its method lists what is allowed instead, without a Max-Age', () => {
    expect(decide('DELETE', path)).toMatchObject({
      allowed: false,
      reason: 'method-not-allowed',
      headers: [
        ['Access-Control-Allow-Origin', APP],
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Allow-Methods', 'PUT'],
        ['Access-Control-Allow-Headers', 'X-A'],
      ],
    });
  });

  it('by a method that browsers do not check has no CORS field', () => {
    expect(decide('POST', path)).toMatchObject({ reason: 'method-not-allowed', headers: [] });
  });

  it('by a header lists what is allowed instead', () => {
    expect(decide('PUT', path, { headers: ['x-a', 'x-b'] })).toMatchObject({
      allowed: false,
      reason: 'header-not-allowed',
      headers: [
        ['Access-Control-Allow-Origin', APP],
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Allow-Methods', 'PUT'],
        ['Access-Control-Allow-Headers', 'X-A'],
      ],
    });
    const without = policyOf({ origin: APP, allowedHeaders: [], privateNetwork: true });
    expect(decide('PUT', [at('PUT', without)], { headers: ['x-b'], privateNetwork: true }).headers).toEqual([
      ['Access-Control-Allow-Origin', APP],
      ['Access-Control-Allow-Methods', 'PUT'],
    ]);
  });

  it('by @NoCors() has no CORS field, and varies by the method only', () => {
    expect(decide('PUT', [at('PUT', NO_CORS), at('GET', policy)])).toEqual({
      allowed: false,
      reason: 'no-cors',
      status: 204,
      headers: [],
      vary: ['Access-Control-Request-Method'],
    });
  });

  it('passes on to the app if no policy reaches a candidate', () => {
    expect(planPreflight('PUT', [at('PUT', undefined)], [at('GET', policy)])).toBeUndefined();
    expect(planPreflight('PUT', [at('PUT', undefined), at('PUT', NO_CORS)], [])?.candidates).toHaveLength(1);
  });
});

describe('3.4: of several policies that a preflight cannot distinguish', () => {
  const cookies = policyOf({ origin: APP, credentials: true, optionsSuccessStatus: 201 });
  const plain = policyOf({ origin: APP, optionsSuccessStatus: 202 });
  const plainToo = policyOf({ origin: APP, optionsSuccessStatus: 203 });
  const otherMethod = policyOf({ origin: APP, methods: ['GET'], optionsSuccessStatus: 205 });
  const otherHeader = policyOf({ origin: APP, allowedHeaders: ['X-Other'], optionsSuccessStatus: 206 });
  const refusing = policyOf({ origin: OTHER, optionsSuccessStatus: 207 });
  const refusingCookies = policyOf({ origin: OTHER, credentials: true, optionsSuccessStatus: 208 });

  it.each<[string, number | undefined, string, readonly RoutePolicy[]]>([
    ['a grant with credentials wins', 201, 'allowed', [plain, cookies]],
    ['the first grant wins', 202, 'allowed', [refusing, plain, plainToo]],
    ['a grant wins over a refusal with credentials', 202, 'allowed', [refusingCookies, plain]],
    ['a refused header is reported before a refused method', 206, 'header-not-allowed', [otherMethod, otherHeader]],
    ['a refused method is reported before a refused origin', 205, 'method-not-allowed', [refusing, otherMethod]],
    ['a policy is reported before @NoCors()', 207, 'origin-not-allowed', [NO_CORS, refusing]],
    ['@NoCors() is reported if there is nothing else', 204, 'no-cors', [NO_CORS, NO_CORS]],
  ])('%s', (_title, status, reason, policies) => {
    const path = policies.map((policy) => at('PUT', policy));
    expect(decide('PUT', path, { headers: ['x-a'], refusing: [refusing, refusingCookies] })).toMatchObject({
      status,
      reason,
    });
  });
});

describe('3.4: the origin of a preflight is checked', () => {
  const subjectsOf = (...path: MethodPolicy[]) =>
    planPreflight('PUT', [at('PUT', NO_CORS)], path)!.subjects.map(({ method }) => method);
  const provider = (usesContext: boolean): OriginProvider => ({
    label: 'a provider',
    under: () => ({ usesContext, atOnce: true, ask: () => true }),
  });
  const route = (name: string, more: object = {}): RouteAsked => ({
    ...NO_ROUTE_ASKED,
    route: { name, methods: ['GET'], path: '/orders', ...more },
  });

  it('once for each policy', () => {
    const policy = policyOf({ origin: APP });
    expect(subjectsOf(at('GET', policy), at('PUT', policy), at('PUT', policyOf({ origin: APP })))).toEqual([
      'GET',
      'PUT',
    ]);
    const simple = policyOf({ origin: provider(false) });
    expect(subjectsOf(at('GET', simple, route('A')), at('PUT', simple, route('B')))).toEqual(['GET']);
  });

  it('once for each method and route if a provider uses the context; HEAD is asked as GET', () => {
    const policy = policyOf({ origin: provider(true) });
    expect(subjectsOf(at('GET', policy, route('A')), at('PUT', policy, route('A')))).toEqual(['GET', 'PUT']);
    expect(subjectsOf(at('GET', policy, route('A')), at('HEAD', policy, route('A')))).toEqual(['GET']);
    expect(subjectsOf(at('HEAD', policy, route('A')), at('GET', policy, route('A')))).toEqual(['HEAD']);
    expect(subjectsOf(at('GET', policy), at('GET', policy))).toEqual(['GET']);
    expect(subjectsOf(at('GET', policy, route('A')), at('GET', policy, route('B')))).toHaveLength(2);
    for (const more of [{ path: '/other' }, { host: ['a.example'] }, { version: ['2'] }]) {
      expect(subjectsOf(at('GET', policy, route('A')), at('GET', policy, route('A', more)))).toHaveLength(2);
      expect(subjectsOf(at('GET', policy, route('A', more)), at('GET', policy, route('A', more)))).toHaveLength(1);
    }
    const hosts = [{ host: [/a/] }, { host: [/b/] }];
    expect(subjectsOf(...hosts.map((more) => at('GET', policy, route('A', more))))).toHaveLength(2);
  });
});

it('3.3: a plan is frozen', () => {
  const plan = planPreflight('PUT', [at('PUT', policyOf({ origin: APP, allowedHeaders: ['X-A'] }))], [])!;
  // The fields of a grant are copied for each answer, and a copy of a frozen array takes twice as long.
  expect([plan, plan.vary].map(Object.isFrozen)).toEqual([true, true]);
});

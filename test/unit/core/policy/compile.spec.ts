import { GrantKeys } from '../../../../lib/core/policy/grant-keys.js';
import { checksOf, compilePolicy } from '../../../../lib/core/policy/compile.js';
import { refine } from '../../../../lib/core/policy/merge.js';
import type { OriginTerm, ReadFields } from '../../../../lib/core/policy/options.js';
import type { OriginChecks } from '../../../../lib/core/origin/origin-checks.js';
import { policyOf } from '../../../support/pure.js';

const APP = 'https://app.example';

function compiled(fields: ReadFields) {
  const merged = refine(undefined, { place: 'policies.a', fields, broken: new Set() });
  return compilePolicy(
    merged,
    checksOf(merged, () => false),
    new GrantKeys(),
  );
}

describe('2.3: a policy as it is applied', () => {
  it('has the defaults of fields that are not written', () => {
    expect(policyOf({ origin: APP })).toMatchObject({
      kind: 'policy',
      name: 'a place',
      plain: false,
      methods: undefined,
      allowedHeaders: { kind: 'any' },
      enforce: false,
      credentials: false,
      privateNetwork: false,
      override: false,
      timing: false,
      resourcePolicy: undefined,
      status: 204,
      preflightHeaders: [],
      responseHeaders: [],
      vary: ['Origin'],
      plainDecision: undefined,
      reportOnly: undefined,
    });
  });

  it('without an origin allows none', () => {
    const { origin } = compiled({});
    expect(origin).toMatchObject({ any: false, expressions: [], providers: [], usesContext: false });
    expect([origin.matcher.has(APP), origin.shared.size]).toEqual([false, 0]);
  });

  it('has each origin in its place', () => {
    const { origin } = policyOf({ origin: `${APP}, null, file://` });
    expect([origin.any, origin.matcher.has(APP), [...origin.shared]]).toEqual([false, true, ['null', 'file://']]);
  });

  it('asks nothing else if it allows any origin', () => {
    const provider = { label: 'a list', under: () => ({ usesContext: true, atOnce: true, ask: () => true }) };
    const { origin, plain } = policyOf({ origin: ['*', APP, provider] });
    expect([origin.any, plain, origin.matcher.has(APP), origin.providers]).toEqual([true, true, false, []]);
  });

  it('matches expressions without their memory', () => {
    const expression: OriginTerm = { kind: 'expression', expression: /^a$/g, effect: {}, place: 'policies.a' };
    const [first] = compiled({ origin: [expression] }).origin.expressions;
    expect([first!.test('a'), first!.test('a')]).toEqual([true, true]);
  });

  it('uses the context if one of its providers does', () => {
    const provider = (usesContext: boolean) => ({
      label: 'a list',
      under: () => ({ usesContext, atOnce: true, ask: () => true }),
    });
    const usesContext = (...all: boolean[]) => policyOf({ origin: all.map(provider) }).origin.usesContext;
    expect([usesContext(true, false), usesContext(false, false)]).toEqual([true, false]);
  });

  it('passes its checks to its providers', () => {
    const seen: OriginChecks[] = [];
    const provider = {
      label: 'a list',
      under(checks: OriginChecks) {
        seen.push(checks);
        return { usesContext: false, atOnce: true, ask: () => true };
      },
    };
    policyOf({ origin: provider, credentials: true, dangerously: { allowNullOrigin: true } });
    policyOf({ origin: provider });
    expect(seen).toMatchObject([
      { credentials: true, dangerously: { allowNullOrigin: true } },
      { credentials: false, dangerously: {} },
    ]);
    expect(seen.every(Object.isFrozen)).toBe(true);
  });

  it('grants headers by name, in any case', () => {
    const { allowedHeaders } = policyOf({ origin: APP, allowedHeaders: ['X-A', 'Content-Type'] });
    expect(allowedHeaders).toEqual({
      kind: 'names',
      names: new Set(['x-a', 'content-type']),
      value: 'X-A, Content-Type',
    });
    expect(policyOf({ origin: APP, allowedHeaders: '*' }).allowedHeaders).toEqual({ kind: 'star' });
    expect(policyOf({ origin: APP, allowedHeaders: '*', credentials: true }).allowedHeaders).toEqual({ kind: 'any' });
  });

  it('has the fields of preflights and of responses', () => {
    const fields = { origin: APP, credentials: true, exposedHeaders: ['X-A', 'X-B'], maxAge: 60 };
    expect(policyOf(fields)).toMatchObject({
      preflightHeaders: [
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Max-Age', '60'],
      ],
      responseHeaders: [
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Expose-Headers', 'X-A, X-B'],
      ],
    });
    expect(policyOf({ origin: APP, exposedHeaders: '*' }).responseHeaders).toEqual([
      ['Access-Control-Expose-Headers', '*'],
    ]);
    expect(policyOf({ origin: APP, exposedHeaders: [] }).responseHeaders).toEqual([]);
  });

  it.each([
    [-1, '0'],
    [0, '0'],
    [5, '5'],
  ])('with `maxAge: %s` sends %s', (maxAge, value) => {
    expect(policyOf({ origin: APP, maxAge }).preflightHeaders).toEqual([['Access-Control-Max-Age', value]]);
  });

  it('is plain for any origin without credentials', () => {
    const dangerously = { reflectAnyOriginWithCredentials: true };
    expect(policyOf({ origin: '*' }).plain).toBe(true);
    expect(policyOf({ origin: '*', credentials: true, dangerously })).toMatchObject({
      plain: false,
      plainDecision: undefined,
    });
    expect(policyOf({ origin: '*', exposedHeaders: ['X-A'], timing: true }).plainDecision).toEqual({
      allowed: true,
      reason: 'allowed',
      headers: [
        ['Access-Control-Allow-Origin', '*'],
        ['Access-Control-Expose-Headers', 'X-A'],
        ['Timing-Allow-Origin', '*'],
      ],
      vary: [],
    });
    expect(policyOf({ origin: '*' }).plainDecision!.headers).toEqual([['Access-Control-Allow-Origin', '*']]);
  });

  it('3.5: varies by the origin for any origin only if the server refuses other methods', () => {
    expect(policyOf({ origin: '*', enforce: true }).vary).toEqual([]);
    expect(policyOf({ origin: '*', methods: ['GET'] }).vary).toEqual([]);
    expect(policyOf({ origin: '*', methods: ['GET'], enforce: true }).vary).toEqual(['Origin', 'Sec-Fetch-Site']);
  });

  it('is frozen', () => {
    const policy = policyOf({ origin: '*', allowedHeaders: ['X-A'] });
    const { origin, plainDecision } = policy;
    const parts = [policy, origin, origin.expressions, origin.providers, policy.allowedHeaders];
    const fields = [policy.preflightHeaders, plainDecision, plainDecision!.headers];
    expect([...parts, ...fields].every(Object.isFrozen)).toBe(true);
    expect(
      [policyOf({ origin: APP }), policyOf({ origin: APP, allowedHeaders: '*' })].map((each) =>
        Object.isFrozen(each.allowedHeaders),
      ),
    ).toEqual([true, true]);
  });
});

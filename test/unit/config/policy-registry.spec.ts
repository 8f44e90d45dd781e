import type { CorsMetadata } from '../../../lib/config/metadata.js';
import type { CorsPolicyOptions, NoCorsOptions } from '../../../lib/config/options.js';
import { PolicyRegistry } from '../../../lib/config/policy-registry.js';
import { IssueCollector } from '../../../lib/core/issues/issues.js';
import { readOriginText } from '../../../lib/core/policy/read-origin.js';

const APP = 'https://app.example';
const at = undefined as unknown as CorsMetadata['at'];
const policy = (name?: string, options?: CorsPolicyOptions): CorsMetadata => ({ kind: 'policy', name, options, at });
const closed = (options?: NoCorsOptions): CorsMetadata => ({ kind: 'no-cors', options, at });

function registry(policies: Record<string, CorsPolicyOptions> = {}) {
  const issues = new IssueCollector();
  const policiesOf = new PolicyRegistry(
    (origin, place, report) => readOriginText(origin as string, place, report),
    () => false,
    issues,
  );
  policiesOf.register(policies);
  return { policies: policiesOf, codes: () => issues.issues.map(({ place, code }) => `${place}: ${code}`) };
}

describe('rule 3.2: the policy of a place', () => {
  it('comes from its decorator: a name replaces, options refine', () => {
    const { policies, codes } = registry({ partner: { origin: APP, credentials: true } });
    const outer = policies.policyAt('defaultPolicy', { origin: 'https://other.example', maxAge: 5 });
    const replaced = policies.effective(outer, [{ name: 'Orders', metadata: [policy('partner')] }]);
    expect(replaced).toMatchObject({ name: 'partner', fields: { credentials: true } });
    expect(replaced).not.toHaveProperty('fields.maxAge');
    expect(policies.effective(outer, [{ name: 'Orders', metadata: [policy(undefined, { maxAge: 9 })] }])).toMatchObject(
      {
        name: 'defaultPolicy',
        fields: { maxAge: 9 },
        provenance: { origin: 'defaultPolicy', maxAge: 'Orders' },
      },
    );
    expect(codes()).toEqual([]);
  });

  it('is read and compiled once, however many routes are under it', () => {
    const { policies } = registry({ partner: { origin: APP } });
    const decorator = policy(undefined, { maxAge: 9 });
    const outer = policies.policyAt('defaultPolicy', 'partner');
    const [one, other] = [0, 1].map(() => policies.effective(outer, [{ name: 'Orders', metadata: [decorator] }]));
    expect(one).toBe(other);
    expect(policies.compile(one)).toBe(policies.compile(other));
    expect(policies.sourceOf(policies.compile(one))).toBe(one);
  });

  it('is absent inside @NoCors(), and without a default', () => {
    const { policies } = registry();
    const outer = policies.policyAt('defaultPolicy', { origin: APP });
    expect(policies.effective(outer, [{ name: 'Orders', metadata: [closed()] }])).toMatchObject({ kind: 'no-cors' });
    expect(policies.effective(undefined, [{ name: 'Orders', metadata: [] }])).toBeUndefined();
    expect(policies.compile(undefined)).toBeUndefined();
  });

  it.each([
    ['an unknown name', policy('partnr'), 'unknown-policy'],
    ['options that are no object', policy(undefined, 5 as never), 'not-a-policy'],
    ['an unknown field of @NoCors()', closed({ enforced: true } as NoCorsOptions), 'unknown-field'],
  ])('is rejected for %s', (_title, decorator, code) => {
    const { policies, codes } = registry({ partner: { origin: APP } });
    policies.readMetadata({ name: 'Orders', metadata: [decorator] });
    expect(codes()).toEqual([`Orders: ${code}`]);
  });

  it('has at most one decorator', () => {
    const { policies, codes } = registry({ partner: { origin: APP } });
    policies.readMetadata({ name: 'Orders', metadata: [policy('partner'), closed()] });
    expect(codes()).toEqual(['Orders: two-decorators']);
  });
});

describe('rule 3.6: enforcement', () => {
  const enforced = { origin: APP, enforce: true } as const;

  it('is kept by a policy that replaces another, and by @NoCors(), unless they set it', () => {
    const { policies } = registry({ open: { origin: APP }, off: { origin: APP, enforce: false } });
    const outer = policies.policyAt('defaultPolicy', enforced);
    const under = (decorator: CorsMetadata) => policies.effective(outer, [{ name: 'Orders', metadata: [decorator] }]);
    expect(under(policy('open'))).toMatchObject({
      fields: { enforce: true },
      provenance: { enforce: 'defaultPolicy' },
    });
    expect(under(policy('off'))).toMatchObject({ fields: { enforce: false } });
    expect(under(closed())).toMatchObject({ enforce: true, enforcedBy: 'defaultPolicy' });
    expect(under(closed({ enforce: false }))).toMatchObject({ enforce: false });
  });

  it('is compiled with the policy that takes the place of another', () => {
    const { policies } = registry();
    const outer = policies.compile(policies.policyAt('defaultPolicy', enforced));
    const own = policies.compile(policies.policyAt('routes[0]', { origin: APP }));
    expect(policies.replacing(own, outer)).toMatchObject({ enforce: true });
    expect(policies.replacing(own, undefined)).toBe(own);
  });
});

describe('rule 3.7: named policies', () => {
  it('have unique names', () => {
    const { policies, codes } = registry({ partner: { origin: APP } });
    policies.register({ partner: { origin: APP } });
    expect(codes()).toEqual(['policies.partner: name-taken']);
  });

  it('are unused until a place uses them, also as a reportOnly policy', () => {
    const { policies, codes } = registry({
      a: { origin: APP, reportOnly: 'b' },
      b: { origin: APP },
      c: { origin: APP },
    });
    expect(policies.unusedNames()).toEqual(['a', 'b', 'c']);
    policies.policyAt('defaultPolicy', 'a');
    policies.checkReportOnly();
    expect(policies.unusedNames()).toEqual(['c']);
    expect(policies.compileNamed().get('a')).toMatchObject({ reportOnly: { name: 'b' } });
    expect(codes()).toEqual([]);
  });
});

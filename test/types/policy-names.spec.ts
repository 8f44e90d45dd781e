import { diagnose } from '../support/diagnose.js';

/* Names that an app declares apply to its whole program, so each test compiles a separate program. */

const names = `
declare module 'nestjs-cors-policy' {
  interface CorsPolicyNames { storefront: true; public: true }
}
`;

function errorsOf(code: string, declared: boolean): readonly string[] {
  const file = 'test/types/names.ts';
  const imports = "import { type CorsInspector, CorsModule, CorsPolicy } from 'nestjs-cors-policy';";
  return diagnose([{ file, code: `${imports}\n${declared ? names : ''}${code}` }]).get(file)!;
}

const right = `
  CorsPolicy('storefront');
  CorsPolicy('public', { maxAge: 60, reportOnly: 'storefront' });
  CorsModule.forRoot({
    policies: { storefront: { origin: 'https://shop.example' } },
    defaultPolicy: 'public',
    routes: [{ path: '/graphql', policy: 'storefront' }],
  });
  CorsModule.forFeature({ policies: { public: { origin: '*' } } });
  export const admits = (inspector: CorsInspector) => inspector.admits('public', 'https://a.example');
`;

describe('CorsPolicyNames', () => {
  it('allows every declared name', () => {
    expect(errorsOf(right, true)).toEqual([]);
  }, 60_000);

  it('makes any other name an error', () => {
    const wrong = right
      .replaceAll(/'(storefront|public)'/g, "'partner'")
      .replaceAll(/\b(storefront|public):/g, 'partner:');

    // The errors are in decorators, `reportOnly`, `policies`, `defaultPolicy`, an entry of `routes` and `admits()`.
    expect(errorsOf(wrong, true).length).toBeGreaterThanOrEqual(6);
  }, 60_000);

  it('allows any string if no name is declared', () => {
    expect(errorsOf(right.replaceAll('storefront', 'partner'), false)).toEqual([]);
  }, 60_000);
});

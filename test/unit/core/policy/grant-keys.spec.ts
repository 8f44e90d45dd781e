import { GrantKeys } from '../../../../lib/core/policy/grant-keys.js';
import type { OriginTerm, ReadFields } from '../../../../lib/core/policy/options.js';
import { readOriginText } from '../../../../lib/core/policy/read-origin.js';
import { laterProvider } from '../../../support/pure.js';

const keys = new GrantKeys();
const place = 'policies.a';
const origin = (text: string): OriginTerm[] => readOriginText(text, place, () => undefined);
const isSame = (a: ReadFields, b: ReadFields): boolean => keys.of(a) === keys.of(b);

const A = 'https://a.example';
const B = 'https://b.example';

describe('3.4: two policies grant the same', () => {
  it('if they allow the same origins, in any order', () => {
    expect(isSame({ origin: origin(`${A}, ${B}`) }, { origin: origin(`${B}, ${A}`) })).toBe(true);
    expect(isSame({ origin: origin(A) }, { origin: origin(B) })).toBe(false);
    expect(isSame({ origin: origin('null') }, { origin: origin('file://') })).toBe(false);
    expect(isSame({ origin: origin(`*, ${A}`) }, { origin: origin('*') })).toBe(true);
    expect(isSame({ origin: origin('*') }, { origin: origin(A) })).toBe(false);
  });

  it('if they allow no origin, whatever else they have', () => {
    expect(keys.of({ origin: [], credentials: true })).toBe('nothing');
    expect(keys.of({})).toBe('nothing');
  });

  it('if their expressions have the same text', () => {
    const of = (expression: RegExp): ReadFields => ({
      origin: [{ kind: 'expression', expression, effect: {}, place }],
    });
    expect(isSame(of(/^a$/), of(/^a$/))).toBe(true);
    expect(isSame(of(/^a$/), of(/^a$/i))).toBe(false);
  });

  it('if their providers are the same objects', () => {
    const [one, two] = [laterProvider(() => true), laterProvider(() => true)];
    const of = (...providers: (typeof one)[]): ReadFields => ({
      origin: providers.map((provider) => ({ kind: 'provider', provider })),
    });
    expect(isSame(of(one), of(one))).toBe(true);
    expect(isSame(of(one), of(two))).toBe(false);
    expect(isSame(of(one, two), of(two, one))).toBe(true);
  });

  it('if they have the same credentials, methods and headers', () => {
    const of = (fields: ReadFields): ReadFields => ({ origin: origin(A), ...fields });
    expect(isSame(of({}), of({ credentials: false }))).toBe(true);
    expect(isSame(of({}), of({ credentials: true }))).toBe(false);
    expect(isSame(of({ methods: ['GET', 'PUT'] }), of({ methods: ['PUT', 'GET'] }))).toBe(true);
    expect(isSame(of({ methods: ['GET'] }), of({ methods: ['PUT'] }))).toBe(false);
    expect(isSame(of({ methods: ['GET'] }), of({}))).toBe(false);
    expect(isSame(of({ methods: [] }), of({}))).toBe(false);
    expect(isSame(of({ allowedHeaders: ['X-A', 'X-B'] }), of({ allowedHeaders: ['x-b', 'x-a'] }))).toBe(true);
    expect(isSame(of({ allowedHeaders: ['X-A'] }), of({ allowedHeaders: ['X-B'] }))).toBe(false);
    expect(isSame(of({ allowedHeaders: '*' }), of({}))).toBe(true);
    expect(isSame(of({ allowedHeaders: [] }), of({}))).toBe(false);
  });
});

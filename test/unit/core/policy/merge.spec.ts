import fc from '../../../support/fast-check.js';
import { type MergedPolicy, missingPolicy, refine, withoutOrigin } from '../../../../lib/core/policy/merge.js';
import type { FieldLayer, FieldName, ReadFields } from '../../../../lib/core/policy/options.js';

const layer = (place: string, fields: ReadFields = {}, broken: readonly FieldName[] = []): FieldLayer => ({
  place,
  fields,
  broken: new Set(broken),
});

const nest = (layers: readonly FieldLayer[]): MergedPolicy =>
  layers.reduce<MergedPolicy | undefined>((outer, inner) => refine(outer, inner), undefined)!;

test('3.2: each given field replaces that field, and lists are not merged', () => {
  const merged = nest([
    layer('policies.partner', { exposedHeaders: ['X-A', 'X-B'], credentials: true, maxAge: 600 }),
    layer('C', { exposedHeaders: ['X-C'] }),
    layer('C.one', { maxAge: 5, credentials: false }),
  ]);
  expect(merged.fields).toEqual({ exposedHeaders: ['X-C'], credentials: false, maxAge: 5 });
  expect(merged.provenance).toEqual({ exposedHeaders: 'C', credentials: 'C.one', maxAge: 'C.one' });
});

test('3.2: it has the name of the outermost policy, and all places that contributed', () => {
  const named = refine(undefined, layer('policies.partner', { maxAge: 1 }), 'partner');
  const merged = refine(refine(named, layer('C')), layer('C.one'));
  expect([merged.name, merged.place, merged.places]).toEqual(['partner', 'C.one', ['policies.partner', 'C', 'C.one']]);
  expect(refine(undefined, layer('defaultPolicy')).name).toBe('defaultPolicy');
});

test('3.7: a field that is corrected by an inner place is not broken there', () => {
  const outer = refine(undefined, layer('C', { credentials: true }, ['maxAge', 'methods']));
  expect([...outer.broken]).toEqual(['maxAge', 'methods']);
  const inner = refine(outer, layer('C.one', { maxAge: 5 }));
  expect([...inner.broken]).toEqual(['methods']);
  expect(inner.provenance).toEqual({ credentials: 'C', maxAge: 'C.one', methods: 'C' });
  expect([...refine(inner, layer('C.two', {}, ['maxAge'])).broken].sort()).toEqual(['maxAge', 'methods']);
});

test('3.7: the placeholder of a missing policy is broken in every field', () => {
  const missing = missingPolicy('C');
  for (const field of ['origin', 'credentials', 'dangerously', 'maxAge', 'methods']) {
    expect([field, missing.broken.has(field)]).toEqual([field, true]);
  }
  expect(missing.fields).toEqual({});
  const lacking = withoutOrigin(refine(undefined, layer('policies.partner', { maxAge: 5 }), 'partner'));
  expect([...lacking.broken]).toEqual(['origin']);
  expect(lacking).toMatchObject({ name: 'partner', place: 'policies.partner', fields: { maxAge: 5 } });
});

test('merging does not change its inputs', () => {
  const outer = refine(undefined, layer('C', { maxAge: 5 }));
  refine(outer, layer('C.one', { maxAge: 6, credentials: true }, ['methods']));
  expect([outer.fields, outer.provenance, [...outer.broken], outer.places]).toEqual([
    { maxAge: 5 },
    { maxAge: 'C' },
    [],
    ['C'],
  ]);
  expect([outer, outer.fields, outer.provenance, outer.places].every(Object.isFrozen)).toBe(true);
});

const list = fc.array(fc.constantFrom('X-A', 'X-B', 'X-C'), { maxLength: 3 });
const fieldsOf = fc.record(
  {
    methods: list,
    allowedHeaders: fc.oneof(fc.constant('*' as const), list),
    exposedHeaders: list,
    credentials: fc.boolean(),
    maxAge: fc.integer({ min: -1, max: 86_400 }),
    enforce: fc.boolean(),
    privateNetwork: fc.boolean(),
    optionsSuccessStatus: fc.integer({ min: 200, max: 299 }),
  },
  { requiredKeys: [] },
);
const layers = fc
  .array(fieldsOf, { minLength: 1, maxLength: 5 })
  .map((all) => all.map((fields, index) => layer(`place ${index}`, fields)));

test('3.2: a given field always replaces the outer one, and a missing field never does', () => {
  fc.assert(
    fc.property(layers, (all) => {
      const { fields, provenance } = nest(all);
      const names = new Set(all.flatMap((each) => Object.keys(each.fields))) as Set<FieldName>;
      for (const name of names) {
        const last = all.findLast((each) => Object.hasOwn(each.fields, name))!;
        expect(fields[name]).toBe(last.fields[name]);
        expect(provenance[name]).toBe(last.place);
      }
      expect(new Set(Object.keys(fields))).toEqual(names);
      expect(new Set(Object.keys(provenance))).toEqual(names);
    }),
  );
});

test('3.2: refining twice is the same as refining once by both', () => {
  fc.assert(
    fc.property(layers, layers, (outside, inside) => {
      const oneByOne = nest([...outside, ...inside]);
      const inner = nest(inside);
      const grouped = refine(nest(outside), { place: inner.place, fields: inner.fields, broken: inner.broken });
      expect(grouped.fields).toEqual(oneByOne.fields);
      expect([...grouped.broken]).toEqual([...oneByOne.broken]);
    }),
  );
});

test('3.2: a policy refined by nothing, or by itself, is unchanged', () => {
  fc.assert(
    fc.property(layers, (all) => {
      const merged = nest(all);
      expect(refine(merged, layer('inside')).fields).toEqual(merged.fields);
      expect(refine(merged, layer('inside')).provenance).toEqual(merged.provenance);
      expect(refine(merged, layer('inside', merged.fields)).fields).toEqual(merged.fields);
    }),
  );
});

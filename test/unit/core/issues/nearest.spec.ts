import fc from '../../../support/fast-check.js';
import { nearest } from '../../../../lib/core/issues/text.js';

const KNOWN = ['partner', 'public', 'internal', 'p', 'webhooks'];

test.each([
  ['partner', 'partner'],
  ['Partner', 'partner'],
  ['partnr', 'partner'],
  ['patrner', 'partner'],
  ['partners', 'partner'],
  ['publc', 'public'],
  ['pubic', 'public'],
  ['intrenal', 'internal'],
  ['webhook', 'webhooks'],
  ['', 'p'],
])('3.7: for %j the nearest name is %j', (typed, meant) => {
  expect(nearest(typed, KNOWN)).toBe(meant);
});

test.each(['tenants-of-the-app', 'zzzzzz', 'x'.repeat(10_000), '\u202e\u202e\u202e\u202e'])(
  '3.7: no name is near to %j',
  (typed) => {
    expect(nearest(typed, ['partner', 'public', 'internal', 'webhooks'])).toBeUndefined();
  },
);

test('3.7: 64 characters of a name are compared', () => {
  const name = 'x'.repeat(64);
  expect(nearest(name + 'y'.repeat(100), [name])).toBe(name);
});

test('3.7: without known names there is no nearest one', () => {
  expect(nearest('partner', [])).toBeUndefined();
});

test('3.7: of two equally near names the first is given, in any order of the rest', () => {
  expect(nearest('cat', ['bat', 'hat', 'cut'])).toBe('bat');
});

test('3.7: the answer is a known name or none, and a known name is nearest to itself', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
      fc.string({ maxLength: 20 }),
      (known, typed) => {
        const found = nearest(typed, known);
        expect(found === undefined || known.includes(found)).toBe(true);
        if (known.includes(typed)) {
          expect(found!.toLowerCase()).toBe(typed.toLowerCase());
        }
      },
    ),
  );
});

test('3.7: one typing error in a name of four letters or more is corrected', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 4, maxLength: 20 });
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('x', ''), (known, at, instead) => {
      const index = at % known.length;
      expect(nearest(known.slice(0, index) + instead + known.slice(index + 1), [known])).toBe(known);
    }),
  );
});

import { expectFields, isObject, notABoolean, unknownFields } from '../../../../lib/core/issues/fields.js';

describe('rule 3.7: an object of options', () => {
  const code = 'unknown-field';

  it('has its unknown fields reported, with the known fields and the nearest one', () => {
    expect(unknownFields({ colour: 1, size: 2, quux: undefined }, ['color', 'size'])).toStrictEqual([
      [
        'colour',
        {
          value: 1,
          code,
          reason: '"colour" is not a known field. The known fields are color, size.',
          suggestion: 'color',
        },
      ],
      ['quux', { value: undefined, code, reason: '"quux" is not a known field. The known fields are color, size.' }],
    ]);
  });

  it('gets advice for a name of another library, instead of the nearest name', () => {
    const [[, problem]] = unknownFields({ colour: true }, ['color'], { colour: 'leave it out' }) as [[string, object]];
    expect(problem).toMatchObject({ suggestion: 'leave it out' });
    expect(unknownFields({ valueOf: 1 }, ['color'], {})).toMatchObject([['valueOf', { value: 1 }]]);
  });

  it('that is read at once is rejected because of its first unknown field', () => {
    const known = ['path', 'from'];
    expect(() => expectFields({ from: 1, pth: 1, frm: 1 }, known, 'toAllowCors()')).toThrow(
      new TypeError('toAllowCors(): "pth" is not a known field. The known fields are path, from. Did you mean "path"?'),
    );
    expect(() => expectFields({ colour: 1 }, known, 'x')).toThrow(/ are path, from\.$/);
    expect(() => expectFields({ path: 1 }, known, 'x')).not.toThrow();
  });
});

test('rule 3.7: a switch is a boolean, and no similar value is accepted', () => {
  expect([true, false].map(notABoolean)).toEqual([undefined, undefined]);
  expect(notABoolean('true')).toEqual({
    value: 'true',
    code: 'not-a-boolean',
    reason: '"true" is neither true nor false.',
  });
});

test('rule 3.7: an object of options is neither null nor a list', () => {
  expect([{}, null, [], 'text', undefined, () => true].map(isObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

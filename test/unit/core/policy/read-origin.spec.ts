import type { FieldProblem } from '../../../../lib/core/issues/fields.js';
import { readOriginExpression, readOriginFlag, readOriginText } from '../../../../lib/core/policy/read-origin.js';

const place = 'policies.a';
const isPublicSuffix = (domain: string): boolean => domain === 'app';

function text(written: string) {
  const problems: object[] = [];
  const terms = readOriginText(written, place, (problem) => problems.push(problem));
  return { terms, problems };
}

/** @param now a clock that a slow expression needs to move */
function expression(written: RegExp, now = () => performance.now()) {
  const problems: FieldProblem[] = [];
  const terms = readOriginExpression(written, place, (problem) => problems.push(problem), { isPublicSuffix, now });
  return { terms, problems };
}

test('3.1: a string is any origin, a shared one, a pattern, or several of them', () => {
  expect(text('*')).toEqual({ terms: [{ kind: 'any', place }], problems: [] });
  expect(text('null').terms).toEqual([{ kind: 'shared', value: 'null', place }]);
  expect(text('https://a.example, file://')).toMatchObject({
    terms: [
      { kind: 'pattern', value: 'https://a.example', place, pattern: { text: 'https://a.example' } },
      { kind: 'shared', value: 'file://', place },
    ],
    problems: [],
  });
});

test('3.7: a string that is no origin is reported, and the others are read', () => {
  const { terms, problems } = text('a.example, https://b.example');
  expect(terms).toMatchObject([{ value: 'https://b.example' }]);
  expect(problems).toMatchObject([{ place, value: 'a.example', code: expect.any(String) }]);
});

test('3.1: `true` is any origin, `false` none', () => {
  expect(readOriginFlag(true, place)).toEqual([{ kind: 'any', place }]);
  expect(readOriginFlag(false, place)).toEqual([]);
});

describe('3.7: a regular expression', () => {
  it('that matches whole origins is read', () => {
    const written = /^https:\/\/[a-z]+\.a\.example$/;
    expect(expression(written)).toMatchObject({
      terms: [{ kind: 'expression', expression: written, place }],
      problems: [],
    });
  });

  it('that is not anchored is an error', () => {
    expect(expression(/https:\/\/a\.example/)).toEqual({
      terms: [],
      problems: [
        {
          value: /https:\/\/a\.example/,
          code: 'unanchored-expression',
          reason:
            '"/https:\\\\/\\\\/a\\\\.example/" also matches inside longer origins: someone else can register one of them. ' +
            'Anchor every alternative by ^ and $.',
          suggestion: expect.stringContaining('https://a.example'),
        },
      ],
    });
  });

  it('that a stranger can match is an error', () => {
    const { terms, problems } = expression(/^https:\/\/a.example\.com$/);
    expect(terms).toEqual([]);
    expect(problems).toMatchObject([{ code: 'lookalike-expression' }]);
    expect(problems[0]!.reason).toMatch(
      /^"\/\^https:.+\$\/" also allows "https:\/\/\S+", which a stranger can register: a dot is not escaped, or nothing separates the variable part from the domain\.$/,
    );
    expect(problems[0]!.suggestion).toEqual(expect.any(String));
  });

  it('that takes too much time is an error without a suggestion', () => {
    const { terms, problems } = expression(/^https:\/\/(?:[a-z]+)+\.example\.com$/);
    expect(terms).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['slow-expression']);
    expect(problems[0]!.reason).toMatch(
      /" takes far too much time for long origins, and any client can send ".+", or longer ones\. Do not repeat a group that itself repeats, or list the origins as strings\.$/,
    );
    expect(Object.keys(problems[0]!)).toEqual(['value', 'code', 'reason']);
  });
});

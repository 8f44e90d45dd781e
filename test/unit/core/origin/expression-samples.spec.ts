import { sampleOf, type SampleStyle } from '../../../../lib/core/origin/expression-samples.js';
import { type ExpressionNode, nodesOf, parseExpression } from '../../../../lib/core/origin/expression-syntax.js';

const LEAST: SampleStyle = { options: 0, times: 'least', filling: 'a' };

test.each<[RegExp, Partial<SampleStyle>, string]>([
  [/^ab$/, {}, 'ab'],
  [/a?b/, {}, 'b'],
  [/a?b/, { times: 'once' }, 'ab'],
  [/a?b/, { times: 'filling', filling: 'xyz' }, 'ab'],
  [/a{2,}b/, {}, 'aab'],
  [/a{2,}b/, { times: 'once' }, 'aab'],
  [/a{2,}b/, { times: 'filling', filling: 'xyz' }, 'aaab'],
  [/a{2,3}b/, { times: 'filling', filling: 'vwxyz' }, 'aaab'],
  // A repeated class has the characters of the filling, or others of its own.
  [/[a-z]+/, { times: 'filling', filling: 'shop' }, 'shop'],
  [/[a-z]{5}/, { filling: 'shop' }, 'shops'],
  [/[a-z-]+/, { times: 'filling', filling: 'a.b' }, 'adb'],
  [/[0-9]+/, { times: 'filling', filling: 'ab' }, '22'],
  [/[ab]+/, { times: 'filling', filling: 'xyz' }, 'bbb'],
  [/.+/, { times: 'filling', filling: 'a.b' }, 'a.b'],
  // A class of few characters that is not repeated lists what is meant; one of many is a variable part.
  [/[zx]/, {}, 'x'],
  [/[b-j]/, { filling: 'd' }, 'b'],
  [/[a-j]/, { filling: 'd' }, 'd'],
  [/[a-j]/, { filling: 'x' }, 'b'],
  [new RegExp('[]?x'), { times: 'once' }, 'x'],
  // A dot that is not repeated is a dot, but for the one that shall be another character.
  [/a.b.c/, {}, 'a.b.c'],
  [/a.b.c/, { otherDot: 0 }, 'axb.c'],
  [/a.b.c/, { otherDot: 1 }, 'a.bxc'],
  [/a.b.c/, { otherDot: 2 }, 'a.b.c'],
  // Options are counted round.
  [/a|b|c/, { options: 1 }, 'b'],
  [/a|b|c/, { options: 5 }, 'c'],
  // What matches nothing ends a repetition, after the least number of times.
  [/(?:\b)*x/, { times: 'filling', filling: 'abc' }, 'x'],
  [/(?:\b){3,}x/, {}, 'x'],
])('the sample of %s with %o is %s', (expression, style, sample) => {
  expect(sampleOf(parseExpression(expression), { ...LEAST, ...style })).toBe(sample);
});

test('a choice has the option that is chosen for it', () => {
  const root = parseExpression(/(?:a|b)-(?:c|d)/);
  const [first, second] = nodesOf(root).filter(({ kind }) => kind === 'choice') as [ExpressionNode, ExpressionNode];
  const options = new Map([
    [first, 1],
    [second, 0],
  ]);
  expect(sampleOf(root, { ...LEAST, options })).toBe('b-c');
});

describe('a repetition goes on', () => {
  const pumped = (expression: RegExp, length: number, style: Partial<SampleStyle> = {}): string => {
    const root = parseExpression(expression);
    const node = nodesOf(root).find(({ kind }) => kind === 'repeat')!;
    return sampleOf(root, { ...LEAST, ...style, pump: { node, length } });
  };

  it.each<[RegExp, number, string]>([
    [/xa*y/, 5, 'xaaaay'],
    [/xa{2}y/, 5, 'xaaaay'],
    [/x(?:ab)*y/, 4, 'xababy'],
    [/xa*y/, 1, 'xy'],
    [/xa*y/, 0, 'xy'],
    // The part that matches nothing does not go on without an end.
    [/x(?:\b)*y/, 5, 'xy'],
    [/x(?:a?){3}y/, 5, 'xy'],
  ])('%s to %i characters: %s', (expression, length, sample) => {
    expect(pumped(expression, length)).toBe(sample);
  });

  it('in which single repetitions may add nothing', () => {
    // The inner one adds nothing where it is left out.
    expect(pumped(/x(?:a?b?){4}y/, 9, { times: 'once' })).toBe('xababababy');
  });
});

test('a sample ends after 600 characters', () => {
  expect(sampleOf(parseExpression(/a{10000}/), LEAST)).toBe('a'.repeat(600));
  expect(sampleOf(parseExpression(new RegExp('b'.repeat(700))), LEAST)).toBe('b'.repeat(600));
  expect(sampleOf(parseExpression(/(?:ab){10000}/), LEAST)).toHaveLength(600);
  expect(sampleOf(parseExpression(/(?:(?:a{100}){100}){100}/), LEAST)).toBe('a'.repeat(600));
});

import { combinationsOf } from '../../../../lib/core/origin/expression-combinations.js';
import { nodesOf, parseExpression } from '../../../../lib/core/origin/expression-syntax.js';

/** The combinations for an expression with so many choices, each of so many options, as lists of numbers. */
function combinationsFor(choices: number, options: number): readonly (readonly number[])[] {
  const choice = `(?:${Array.from({ length: options }, (_, option) => `a${option}`).join('|')})`;
  const root = parseExpression(new RegExp(choice.repeat(choices)));
  const nodes = nodesOf(root).filter((node) => node.kind === 'choice');
  return combinationsOf(root).map((chosen) => nodes.map((node) => chosen.get(node)! % options));
}

test.each([
  [0, 1, 1],
  [1, 2, 2],
  [1, 160, 160],
  [2, 13, 169],
  [7, 2, 128],
])('3.7: of %i choices of %i options, all %i combinations are looked at', (choices, options, count) => {
  const combinations = combinationsFor(choices, options);
  expect(combinations).toHaveLength(count);
  expect(new Set(combinations.map(String)).size).toBe(count);
});

test.each([
  [3, 6],
  [4, 9],
  [4, 12],
  [8, 2],
  [13, 13],
])('3.7: of %i choices of %i options, each pair of options is looked at', (choices, options) => {
  const combinations = combinationsFor(choices, options);
  expect(combinations).toHaveLength(169);
  expect(Math.min(...combinations.flat())).toBe(0);
  for (let first = 0; first < choices; first++) {
    for (let second = first + 1; second < choices; second++) {
      const pairs = new Set(combinations.map((chosen) => `${chosen[first]} ${chosen[second]}`));
      expect([first, second, pairs.size]).toEqual([first, second, options ** 2]);
    }
  }
});

test('3.7: of more options than can be looked at, the first ones are', () => {
  expect(combinationsFor(1, 500).flat()).toEqual(Array.from({ length: 169 }, (_, option) => option));
});

import { type ExpressionNode, nodesOf } from './expression-syntax.js';

/** Enough for each pair of options where the expression has no more than 13 choices, and none of them more than 13. */
const MOST_COMBINATIONS = 169;

/** An option for each choice of an expression, counted round. */
export type ChosenOptions = ReadonlyMap<ExpressionNode, number>;

type ChoiceNode = Extract<ExpressionNode, { kind: 'choice' }>;

/**
 * The combinations of the options of an expression's choices, or else some of them, with each option and as many pairs
 * of options as possible: `(?:app|[a-z]+)\.(?:github\.io|example\.com)` allows strangers by the second option of its
 * first choice together with the first option of the other.
 */
export function combinationsOf(root: ExpressionNode): readonly ChosenOptions[] {
  const choices = nodesOf(root).filter((node) => node.kind === 'choice');
  const count = choices.reduce((product, { options }) => product * options.length, 1);
  return count <= MOST_COMBINATIONS ? allCombinations(choices) : someCombinations(choices);
}

function allCombinations(choices: readonly ChoiceNode[]): readonly ChosenOptions[] {
  return choices.reduce<readonly ChosenOptions[]>(
    (found, choice) =>
      found.flatMap((chosen) => choice.options.map((_, option) => new Map([...chosen, [choice, option]]))),
    [new Map()],
  );
}

/** First each option, then pairs: by a prime number, no two choices have the same pair of numbers twice. */
function someCombinations(choices: readonly ChoiceNode[]): readonly ChosenOptions[] {
  const size = primeFrom(Math.max(choices.length, ...choices.map(({ options }) => options.length)));
  return Array.from(
    { length: MOST_COMBINATIONS },
    (_, index) => new Map(choices.map((choice, place) => [choice, (index + Math.floor(index / size) * place) % size])),
  );
}

function primeFrom(least: number): number {
  let number = least;
  while (hasDivisor(number)) {
    number++;
  }
  return number;
}

function hasDivisor(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) {
      return true;
    }
  }
  return false;
}

import { withoutMemory } from './regexp.js';
import { type SampleStyle, sampleOf } from './expression-samples.js';
import { type ExpressionNode, nodesOf, parseExpression } from './expression-syntax.js';
import { MAX_ORIGIN_LENGTH } from './origin.js';

/** The most that an expression may cost, in times of the reference. More than quadratic time is 100 times and above. */
const MOST_TIMES_REFERENCE = 16;
/** The most that all inputs of a search may cost together, in times of the reference: about 0.1 s. */
const MOST_SEARCH = 400;
/** This far into a repetition an exponential expression is met one character at a time: each can cost 100 times more. */
const SHORT = 64;
const FILLINGS = ['a', '1', '-', '.'];

/**
 * Finds an input on which an expression is slow (rule 3.7): one of at most 512 bytes that costs clearly more than quadratic
 * time. Inputs are made from the expression itself, with one repetition that goes on and a wrong end. They grow step by
 * step, and the search ends as soon as one is slow, so that it never hangs.
 *
 * The measure is the cost of a quadratic expression on the same machine, so the result does not depend on the machine.
 *
 * @param now milliseconds from any start, as `performance.now()`
 * @returns the input; `undefined` where none was found
 */
export function slowInput(expression: RegExp, now: () => number): string | undefined {
  const root = parseExpression(expression);
  if (isHarmless(root)) {
    return undefined;
  }
  const tested = withoutMemory(expression);
  const cost = (text: string): number => {
    const start = now();
    tested.test(text);
    return now() - start;
  };
  const reference = referenceCost(now);
  const limit = reference * MOST_TIMES_REFERENCE;
  // Only the expression's own time counts: a busy machine may stop this process for longer than a search takes.
  let left = reference * MOST_SEARCH;
  for (const [hostile, from] of hostileTexts(root)) {
    for (let length = from; length < MAX_ORIGIN_LENGTH && length <= hostile.length;) {
      const text = `${hostile.slice(0, length)}!`;
      let spent = cost(text);
      // A pause of the process is not a cost of the expression.
      for (let again = spent < 100 * limit ? 4 : 1; again > 0 && spent > limit; again--) {
        spent = Math.min(spent, cost(text));
      }
      if (spent > limit) {
        return text;
      }
      left -= spent;
      length += length < from + SHORT ? 1 : spent < reference / 64 ? Math.ceil(length / 4) : 8;
    }
    if (left < 0) {
      return undefined;
    }
  }
  return undefined;
}

/** Measures an expression of quadratic cost on the longest origin. */
function referenceCost(now: () => number): number {
  const quadratic = /^a*a*!$/;
  const text = 'a'.repeat(MAX_ORIGIN_LENGTH);
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    const start = now();
    quadratic.test(text);
    least = Math.min(least, now() - start);
  }
  return Math.max(least, 0.02);
}

/** Two repetitions of plain characters, and a few choices, cannot cost more than quadratic time. */
function isHarmless(root: ExpressionNode): boolean {
  const all = nodesOf(root);
  const repeats = all.filter((node) => node.kind === 'repeat' && node.max > 1) as Repeat[];
  const choices = all.filter((node) => node.kind === 'choice' || (node.kind === 'repeat' && node.max <= 1));
  const isPlain = (node: ExpressionNode): boolean =>
    nodesOf(node).every(({ kind }) => kind !== 'repeat' && kind !== 'choice');
  return repeats.length <= 2 && choices.length <= 4 && repeats.every(({ item }) => isPlain(item));
}

type Repeat = Extract<ExpressionNode, { kind: 'repeat' }>;

/** Texts, each with the place where its repetition begins. */
function hostileTexts(root: ExpressionNode): ReadonlyMap<string, number> {
  const repeats = nodesOf(root)
    .filter((node) => node.kind === 'repeat')
    .slice(0, 24);
  const texts = new Map<string, number>();
  for (const options of [0, 1]) {
    for (const filling of FILLINGS) {
      for (const times of ['least', 'once'] as const) {
        const style: SampleStyle = { options, filling, times };
        for (const node of repeats) {
          const [none, all] = [0, MAX_ORIGIN_LENGTH].map((length) =>
            sampleOf(root, { ...style, pump: { node, length } }),
          );
          texts.set(all!, sharedStart(none!, all!));
        }
        const filled = sampleOf(root, { ...style, times: 'filling', filling: filling.repeat(20) });
        texts.set(filled, sharedStart(sampleOf(root, style), filled));
      }
      texts.set(`https://${filling.repeat(MAX_ORIGIN_LENGTH)}`, 0);
    }
  }
  return texts;
}

/** The length of the same characters at the start of two texts. */
function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length++;
  }
  return length;
}

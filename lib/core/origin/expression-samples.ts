import type { ChosenOptions } from './expression-combinations.js';
import type { ExpressionNode } from './expression-syntax.js';

/** Options for making a text from an expression. */
export interface SampleStyle {
  /** Which option of a choice, counted round: of all, or of each. */
  readonly options: number | ChosenOptions;
  /** The number of times that a variable repetition repeats: the least, once, or the length of the filling. */
  readonly times: 'least' | 'once' | 'filling';
  /** Characters that replace a class, one each, where the class has them. */
  readonly filling: string;
  /** The number of a `.` that does not repeat; the sample has an `x` for it. All others stay. */
  readonly otherDot?: number;
  /** A repetition that goes on until the text has this many characters. */
  readonly pump?: { readonly node: ExpressionNode; readonly length: number };
}

/** Longest text that is made. */
const MOST = 600;

/** Makes a text that the expression probably matches. The text must be tested by the expression. */
export function sampleOf(root: ExpressionNode, style: SampleStyle): string {
  let text = '';
  let dots = 0;
  const write = (node: ExpressionNode, index: number, isRepeated: boolean): void => {
    switch (node.kind) {
      case 'anchor':
        break;
      case 'text':
        text += node.value;
        break;
      case 'class':
        text += node.isDot && !isRepeated ? dotFor(dots++, style) : charFor(node.chars, index, isRepeated, style);
        break;
      case 'sequence':
        node.items.forEach((item) => write(item, index, isRepeated));
        break;
      case 'choice':
        write(node.options[chosen(node, style) % node.options.length]!, index, isRepeated);
        break;
      case 'repeat': {
        const isPumped = style.pump?.node === node;
        const count = isPumped ? Infinity : timesOf(node, style);
        const until = isPumped ? style.pump.length : MOST;
        for (let i = 0, before = -1; i < count && text.length < until && text.length > before; i++) {
          before = text.length;
          write(node.item, i, true);
        }
      }
    }
  };
  write(root, 0, false);
  return text.slice(0, MOST);
}

function chosen(choice: ExpressionNode, { options }: SampleStyle): number {
  return typeof options === 'number' ? options : options.get(choice)!;
}

function timesOf({ min, max }: Extract<ExpressionNode, { kind: 'repeat' }>, { times, filling }: SampleStyle): number {
  const wanted = times === 'least' ? min : times === 'once' ? 1 : filling.length;
  return Math.min(Math.max(wanted, min), max);
}

function charFor(chars: string, index: number, isRepeated: boolean, { filling }: SampleStyle): string {
  const wanted = filling[index % filling.length]!;
  // A class of a few characters is a list of intended characters, not a variable part.
  if (!isRepeated && chars.length < 10) {
    return chars.charAt(0);
  }
  return chars.includes(wanted) ? wanted : chars.charAt(filling.length % chars.length);
}

function dotFor(index: number, { otherDot }: SampleStyle): string {
  return index === otherDot ? 'x' : '.';
}

import { escapeInvisible } from '../../core/problems/quote.js';

/** Ways to set a text off; each leaves it as it is where there is no colour. */
export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

const CODES: Readonly<Record<keyof Styles, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
};

export function stylesFor(colour: boolean): Styles {
  const style = (name: keyof Styles) => {
    const [on, off] = CODES[name];
    return (text: string): string => (colour && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text);
  };
  return { bold: style('bold'), dim: style('dim'), good: style('good'), bad: style('bad'), warn: style('warn') };
}

/** How much of a text of unknown length is shown. */
const SHOWN = 400;

/**
 * Makes a text that comes from elsewhere (a server's answer, an app's names) harmless to a terminal: on one line, cut
 * after 400 characters, with control, bidi and other invisible characters escaped.
 */
export function harmless(text: string): string {
  return escapeInvisible(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

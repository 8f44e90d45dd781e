import { escapeInvisible } from './quote.js';

/**
 * Makes a client's text fit for a log or a label: cut after `most` characters, with control, bidi and other invisible
 * characters escaped. What is harmless stays as it is.
 */
export function printable(text: string, most: number): string {
  return escapeInvisible(text.length > most ? `${text.slice(0, most)}…` : text);
}

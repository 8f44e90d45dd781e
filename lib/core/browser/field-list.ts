import type { HeaderField } from '../protocol/fields.js';
import { isToken, splitList } from '../protocol/tokens.js';
import { fieldOf } from './browser-request.js';

/**
 * Reads a field that is a list of tokens, as those of the CORS protocol are (Fetch, 2.2.2, extract header list values).
 * Takes a lower-case name; empty elements are ignored (RFC 9110, 5.6.1.2).
 *
 * @returns `undefined` where an element is no token; an empty list where there is no such field
 */
export function listOf(headers: readonly HeaderField[], name: string): readonly string[] | undefined {
  const elements = splitList(fieldOf(headers, name) ?? '').filter((element) => element !== '');
  return elements.every(isToken) ? elements : undefined;
}

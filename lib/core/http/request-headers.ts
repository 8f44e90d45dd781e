import { isOws } from './lists.js';

/** Bounds of `Access-Control-Request-Headers`; a page of any real application stays far below them. */
const MAX_BYTES = 4096;
const MAX_NAMES = 128;

/** `tchar` of RFC 9110, 5.6.2, by character code. */
const TCHAR = new Uint8Array(128);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TCHAR[char.charCodeAt(0)] = 1;
}
const COMMA = 44;

/** The last value that was read, and its names: most preflights of an app ask for the same ones. */
let last: { readonly value: string; readonly names: readonly string[] | undefined } | undefined;

/**
 * Reads a value of `Access-Control-Request-Headers` (https://fetch.spec.whatwg.org/#http-requests) into lower-case
 * names. Empty elements are ignored (RFC 9110, 5.6.1.2), but are part of the limit of 128.
 *
 * @returns `undefined` for a value that no browser sends: over 4096 characters, over 128 elements, or with a name that
 *   is not a token.
 */
export function parseRequestHeaders(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) {
    return [];
  }
  if (value.length > MAX_BYTES) {
    return undefined;
  }
  if (last?.value !== value) {
    last = { value, names: readNames(value) };
  }
  return last.names;
}

/** Reads in one pass. */
function readNames(value: string): readonly string[] | undefined {
  const names: string[] = [];
  let elements = 0;
  let start = 0;
  for (let end = 0; end <= value.length; end++) {
    if (end < value.length && value.charCodeAt(end) !== COMMA) {
      continue;
    }
    if (++elements > MAX_NAMES) {
      return undefined;
    }
    const name = readName(value, start, end);
    if (name === undefined) {
      return undefined;
    }
    if (name !== '') {
      names.push(name);
    }
    start = end + 1;
  }
  return names;
}

function readName(value: string, from: number, to: number): string | undefined {
  while (from < to && isOws(value.charCodeAt(from))) {
    from++;
  }
  while (to > from && isOws(value.charCodeAt(to - 1))) {
    to--;
  }
  for (let i = from; i < to; i++) {
    if (TCHAR[value.charCodeAt(i)] !== 1) {
      return undefined;
    }
  }
  return value.slice(from, to).toLowerCase();
}

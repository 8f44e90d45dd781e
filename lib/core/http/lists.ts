const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reports whether a string is a token of RFC 9110, 5.6.2: what a method or a header name may consist of. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits the value of a header field into its elements (RFC 9110, 5.6.1). Only spaces and tabs around them are dropped. */
export function splitFieldValue(value: string): string[] {
  return value.split(',').map(trimOws);
}

/** Splits a list of the configuration, as the `cors` package takes it. White space of any kind around an element is dropped. */
export function splitList(text: string): string[] {
  return text.split(',').map((element) => element.trim());
}

const SPACE = 32;
const TAB = 9;

/** Reports whether a character code is optional white space: a space or a tab, and nothing else (RFC 9110, 5.6.3). */
export function isOws(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Removes optional white space from both ends, in linear time. `String.trim()` would remove U+00A0 and others too. */
export function trimOws(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isOws(text.charCodeAt(from))) {
    from++;
  }
  while (to > from && isOws(text.charCodeAt(to - 1))) {
    to--;
  }
  return text.slice(from, to);
}

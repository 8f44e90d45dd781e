const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reports whether a string is a token of RFC 9110, 5.6.2: what a method or a header name may consist of. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits a comma-separated list as the `cors` package takes it; white space around an element is dropped. */
export function splitList(text: string): string[] {
  return text.split(',').map((element) => element.trim());
}

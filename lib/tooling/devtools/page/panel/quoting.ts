/** Bytes that a terminal may act on when they are pasted: control and format characters of Unicode. */
const UNSAFE = /\p{C}/u;

/**
 * A text as one word of bash. A terminal that gets the word pasted acts on no character of it.
 *
 * A word cannot contain NUL, so that character is left out.
 */
export function bashWord(text: string): string {
  const written = text.replaceAll('\0', '');
  if (/^[\w%+,./:=@-]+$/.test(written)) {
    return written;
  }
  return UNSAFE.test(written)
    ? `$'${[...written].map(ansiC).join('')}'`
    : `'${written.replaceAll("'", String.raw`'\''`)}'`;
}

/** One character within `$'…'`. History expansion reads `!` before quotes of this kind. */
function ansiC(char: string): string {
  const short = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`, '\\': String.raw`\\` }[char];
  return short ?? (/['!]/.test(char) || UNSAFE.test(char) ? bytesOf(char) : char);
}

function bytesOf(char: string): string {
  return [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** A text as a string of JavaScript. */
export function scriptString(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return `'${json.replace(/\\.|'/g, (part) => (part === String.raw`\"` ? '"' : part === "'" ? String.raw`\'` : part))}'`;
}

import { problem } from './address.js';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
};
const CODE = /^(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8}))/i;

/** The words of the first command of a text, and what comes after it (`| jq`). */
export interface CommandWords {
  readonly words: readonly string[];
  readonly rest: string;
}

/**
 * Splits a command into words, as bash does, and cmd.exe in the form of "Copy as cURL (cmd)". Nothing is expanded:
 * variables and commands inside stay as they are written.
 *
 * @throws Error where a quote is not closed
 */
export function wordsOf(command: string): CommandWords {
  const text = /(?:^|\s)\^"|\^\r?\n/.test(command) ? withoutCarets(command) : command;
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
      // A new line ends a command that has not said that it goes on.
      if (char === '\n' && words.length > 0) {
        return { words, rest: text.slice(at).trim() };
      }
      at += 1;
    } else if (/[|;&<>]/.test(char)) {
      break;
    } else {
      const [part, next] = partAt(text, at);
      // A line that goes on adds nothing to a word, and begins none.
      word = part === undefined ? word : (word ?? '') + part;
      at = next;
    }
  }
  return { words: word === undefined ? words : [...words, word], rest: text.slice(at).trim() };
}

/** The part of a word that begins here, and where the next begins. A line that goes on is no part. */
function partAt(text: string, at: number): [part: string | undefined, next: number] {
  const char = text.charAt(at);
  if (char === '\\') {
    const isBreak = /^\\\r?\n/.exec(text.slice(at, at + 3));
    return isBreak ? [undefined, at + isBreak[0].length] : [text[at + 1] ?? '', at + 2];
  }
  if (char === "'") {
    const end = text.indexOf("'", at + 1);
    return end < 0 ? unclosed(char) : [text.slice(at + 1, end), end + 1];
  }
  if (char === '"') {
    return quoted(text, at + 1, '"', (next) =>
      /["\\$`]/.test(next) ? [next, 1] : next === '\n' ? ['', 1] : ['\\', 0],
    );
  }
  if (char === '$' && text[at + 1] === "'") {
    return quoted(text, at + 2, "'", (next, from) => {
      const code = CODE.exec(text.slice(from, from + 9));
      if (code !== null) {
        const point = parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
        return [point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point), code[0].length];
      }
      return [ESCAPES[next] ?? next, 1];
    });
  }
  return [char, at + 1];
}

/**
 * Reads to the closing quote.
 *
 * @param escape what a backslash and the next character mean, and how many characters the two take
 */
function quoted(
  text: string,
  from: number,
  quote: string,
  escape: (next: string, at: number) => readonly [meaning: string, length: number],
): [part: string, next: number] {
  let read = '';
  let at = from;
  while (at < text.length) {
    if (text[at] === quote) {
      return [read, at + 1];
    }
    if (text[at] === '\\') {
      const [meaning, length] = escape(text[at + 1] ?? '', at + 1);
      read += meaning;
      at += 1 + length;
    } else {
      read += text.charAt(at);
      at += 1;
    }
  }
  return unclosed(quote);
}

function unclosed(quote: string): never {
  problem('The command ends within a quote: the closing ' + quote + ' is missing. Paste the whole command.');
}

/** Removes the caret of cmd.exe. At the end of a line it means that the command goes on, before an empty line a new line. */
function withoutCarets(text: string): string {
  return text.replace(/\^(\r?\n\r?\n|\r?\n|[\s\S])/g, (_all, next: string) =>
    /^\r?\n\r?\n$/.test(next) ? '\n' : /^\r?\n$/.test(next) ? ' ' : next,
  );
}

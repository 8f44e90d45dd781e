// The list of the changes that no test can or should notice: test/mutation-survivors.md.
//
// Below the heading of a file, a code block of the kind `diff` shows each change as a line before (`-`) and after (`+`), and
// the text after the block says why no test notices it.
import { readFile } from 'node:fs/promises';

export const LIST = 'test/mutation-survivors.md';

/** Longer lines are shortened in their middle. */
const LENGTH = 160;

const plain = (text) => text.replace(/\s+/g, ' ').trim();

const short = (text) => (text.length <= LENGTH ? text : `${text.slice(0, LENGTH / 2)} … ${text.slice(-LENGTH / 2)}`);

/**
 * The change as two lines of a diff. A line number would change with each edit above it.
 *
 * @param source the text of the file
 * @param mutant a result of Stryker: lines and columns from 1
 */
export function changeOf(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n');
  const before = lines[start.line - 1].slice(0, start.column - 1);
  const after = lines[end.line - 1].slice(end.column - 1);
  const original = lines.slice(start.line - 1, end.line).join('\n');
  return `-${short(plain(original))}\n+${short(plain(before + replacement + after))}`;
}

/** @returns the changes of each file that the list explains */
export async function explainedChanges() {
  const text = await readFile(LIST, 'utf8');
  const explained = new Map();
  let changes;
  for (const part of text.split(/^(?=## |```)/m)) {
    const [, file] = /^## `?([^`\n]+)`?/.exec(part) ?? [];
    if (file !== undefined) {
      changes = new Set();
      explained.set(file, changes);
    } else if (part.startsWith('```diff\n')) {
      const lines = part.slice('```diff\n'.length).trimEnd().split('\n');
      for (let at = 0; at + 1 < lines.length; at += 2) {
        changes.add(`${lines[at]}\n${lines[at + 1]}`);
      }
    } else if (part.startsWith('```\n') && part.slice(4).trim() === '') {
      throw new Error(`${LIST}: a change of ${[...explained.keys()].at(-1)} has no reason`);
    }
  }
  return explained;
}

import type { StaticValue } from './values.js';

/** Code to be written as it is, in place of a value. */
export class Code {
  constructor(readonly text: string) {}
}

/** A value, or an object of values, to be written as code. */
export type Printed = StaticValue | Code | readonly Printed[] | PrintedObject;

interface PrintedObject {
  readonly [field: string]: Printed;
}

/** Most characters of a line. */
const WIDTH = 100;

/** Writes a value on one line. */
export function codeOf(value: Printed): string {
  if (value instanceof Code) {
    return value.text;
  }
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
  if (Array.isArray(value)) {
    return `[${(value as readonly Printed[]).map(codeOf).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null || value instanceof RegExp) {
    return String(value);
  }
  return `{ ${entriesOf(value as PrintedObject)
    .map(([name, each]) => `${name}: ${codeOf(each)}`)
    .join(', ')} }`;
}

/**
 * Writes a value on as many lines as it needs.
 *
 * @param indent the white space before the line that it begins on
 * @param before characters of that line before and after it
 * @param comments lines to write above a field, by its name
 */
export function layOut(value: Printed, indent: string, before: number, comments: ReadonlyMap<string, string>): string {
  const isObject =
    typeof value === 'object' && value !== null && !(value instanceof RegExp) && !(value instanceof Code);
  const line = codeOf(value);
  const commented = isObject && [...comments.keys()].some((field) => line.includes(`${field}: `));
  if (!isObject || (!commented && indent.length + before + line.length <= WIDTH)) {
    return line;
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = (value as readonly Printed[]).map((each) => `${inner}${layOut(each, inner, 1, comments)},\n`);
    return `[\n${items.join('')}${indent}]`;
  }
  const fields = entriesOf(value as PrintedObject).map(([name, each]) => {
    const comment = comments.get(name);
    const above = comment === undefined ? '' : commentLines(comment, inner);
    return `${above}${inner}${name}: ${layOut(each, inner, name.length + 3, comments)},\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}

function entriesOf(value: PrintedObject): [string, Printed][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

/** A comment as lines of at most 100 characters. */
export function commentLines(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || indent.length + 4 + last.length + word.length > WIDTH) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines.map((line) => `${indent}// ${line}\n`).join('');
}

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const codes: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

// https://no-color.org: if NO_COLOR is set and not empty, there is no colour.
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];

/** Text in a colour, if the terminal shows colours and its user wants them. */
export function paint(colour: Colour, text: string): string {
  const [on, off] = codes[colour];
  return coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** The text in one line of at most `width` characters. */
export function clip(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** The text in lines of at most `width` characters, broken between words; a longer word is on its own line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** Rows below a headline. Each column is as wide as its widest cell. A cell may have several lines. */
export function table(headline: readonly string[], rows: readonly (readonly (string | readonly string[])[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? [cell] : cell)));
  const widths = headline.map((title, column) =>
    Math.max(title.length, ...cells.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  );
  const lineOf = (row: readonly string[]): string =>
    `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  const lines = cells.flatMap((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, index) => lineOf(row.map((cell) => cell[index] ?? '')));
  });
  return [paint('bold', lineOf(headline)), ...lines].join('\n');
}

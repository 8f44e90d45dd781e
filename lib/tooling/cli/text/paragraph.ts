/** Breaks a text into lines of at most `width` characters, each after `indent`; what has no spaces stays whole. */
export function paragraph(text: string, width: number | undefined, indent = ''): string {
  const most = Math.max(40, Math.min(width ?? 100, 100)) - indent.length;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}

/**
 * Two parts of a sentence on one line, or the second part below the first where the line would be wider than the terminal.
 *
 * @param style how the first part is set off; colours do not count as width
 */
export function beside(
  first: string,
  second: string,
  width: number | undefined,
  indent: string,
  style: (text: string) => string = (text) => text,
): string {
  return width === undefined || first.length + 1 + second.length <= width
    ? `${style(first)} ${second}\n`
    : `${style(paragraph(first, width).trimEnd())}\n${paragraph(second, width, indent)}`;
}

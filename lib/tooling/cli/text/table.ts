import { beside, paragraph } from './paragraph.js';
import type { Styles } from './terminal.js';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Narrower than this it is never made. Default: its title's width. */
  readonly least?: number;
  /** The style of a cell, by its text before it was cut. */
  readonly style?: (cell: string, shown: string) => string;
}

const GAP = 2;

/**
 * Lays out rows as lines. Where they are wider than `width` the widest columns give way first, and what no longer fits
 * ends in `…`.
 *
 * @param width `undefined`: as wide as it takes
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  styles: Styles,
): string {
  const natural = columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), title.length),
  );
  const widths = width === undefined ? natural : fit(natural, columns, width);
  const line = (cells: readonly string[], styleOf: (at: number) => Column['style']): string =>
    cells
      .map((cell, at) => {
        const shown = cut(cell, widths[at]!);
        const padding = at === cells.length - 1 ? '' : ' '.repeat(widths[at]! - shown.length + GAP);
        return (styleOf(at)?.(cell, shown) ?? shown) + padding;
      })
      .join('')
      .trimEnd();
  const titles = line(
    columns.map(({ title }) => title.toUpperCase()),
    () => (_cell, shown) => styles.bold(shown),
  );
  return [titles, ...rows.map((row) => line(row, (at) => columns[at]!.style))].map((text) => `${text}\n`).join('');
}

/** Below this, what a row says is easier to read line by line. */
const NARROW = 100;

/** The rows as a table, or on a narrow terminal as records: the first two cells, then a line for each further one. */
export function tableOrRecords(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  styles: Styles,
): string {
  if (width === undefined || width >= NARROW) {
    return table(columns, rows, width, styles);
  }
  const longest = Math.max(...columns.map(({ title }) => title.length));
  return rows
    .map(([first = '', second = '', ...cells]) => {
      const lines = cells.flatMap((cell, at) => {
        const { title, style } = columns[at + 2]!;
        const left = `  ${title.padEnd(longest)}  `;
        const text = paragraph(cell, width, ' '.repeat(left.length)).trimEnd().slice(left.length);
        return cell === '-' ? [] : [`${styles.dim(left)}${style?.(cell, text) ?? text}\n`];
      });
      return beside(first, second, width, '    ', styles.bold) + lines.join('');
    })
    .join('\n');
}

/** Takes from the widest column, one character at a time, until the line fits or no column can give more. */
function fit(natural: readonly number[], columns: readonly Column[], width: number): readonly number[] {
  const widths = [...natural];
  const least = columns.map(({ title, least: given }, at) => Math.min(natural[at]!, given ?? title.length));
  let excess = widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1)) - width;
  for (; excess > 0; excess--) {
    let widest = -1;
    widths.forEach((each, at) => {
      if (each > least[at]! && (widest === -1 || each > widths[widest]!)) {
        widest = at;
      }
    });
    if (widest === -1) {
      break;
    }
    widths[widest]!--;
  }
  return widths;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The same rows as a Markdown table. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map(markdownText))),
  ].join('');
}

/** A text as Markdown and HTML show it, with any content. */
export function markdownText(text: string): string {
  return text.replace(/[\\|`*_[\]<>&#~]/g, (character) =>
    character === '<' || character === '>' || character === '&' ? `&#${character.charCodeAt(0)};` : `\\${character}`,
  );
}

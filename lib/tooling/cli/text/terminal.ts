import { styleText } from 'node:util';
import { escapeInvisible } from '../../../core/issues/text.js';

/** The streams that the command writes to, and their features. All of them are found out here, and nowhere else. */
export interface Terminal {
  /** Writes to the standard output: what was asked for, and nothing else. */
  out(text: string): void;
  /** Writes to the standard error: notes and failures. */
  err(text: string | Uint8Array): void;
  /** Characters of a line; `undefined` for a pipe and a file, where nothing has to be cut. */
  readonly columns: number | undefined;
  /** True if the standard output shows colours. */
  readonly colour: boolean;
  /** True if the standard error does. */
  readonly errorColour?: boolean;
  /** Characters of a line of the standard error, where a line can be written over; missing for a pipe, a file and CI. */
  readonly errorColumns?: number | undefined;
  /** Clears the screen; missing where the standard output is no terminal. */
  clear?(): void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Fewer characters than these are never assumed: no layout fits into less. */
const LEAST_COLUMNS = 60;

/**
 * The terminal of a process. Colour follows `NO_COLOR` and `FORCE_COLOR` (no-color.org, force-color.org). The width is
 * `COLUMNS`, as for `ls` and `git`, or that of the terminal.
 */
export function terminalOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal {
  const errorColumns = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'] ? widthOf(stderr, env) : undefined;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    // The terminal may have another width each time: `--watch` runs for long.
    get columns() {
      return stdout.isTTY ? widthOf(stdout, env) : undefined;
    },
    colour: hasColour(stdout, env),
    errorColour: hasColour(stderr, env),
    errorColumns,
    // What was there before stays where the user can scroll back to it.
    ...(stdout.isTTY && env['TERM'] !== 'dumb' ? { clear: () => void stdout.write('\x1b[2J\x1b[H') } : {}),
    env,
  };
}

function widthOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const given = /^[1-9]\d{0,3}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : undefined;
  // A terminal that does not know its width says 0.
  return Math.max(LEAST_COLUMNS, given ?? (stream.columns || 80));
}

function hasColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  // Node asks a terminal only, and never a pipe.
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  return !env['NO_COLOR'] && (forced || (Boolean(stream.isTTY) && stream.hasColors(env)));
}

/** Ways to set a text off; each leaves it as it is where there is no colour. */
export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

export function stylesFor(colour: boolean): Styles {
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return { bold: style('bold'), dim: style('dim'), good: style('green'), bad: style('red'), warn: style('yellow') };
}

/** Most characters of a text of unknown length that are shown. */
const SHOWN = 400;

/**
 * Makes a text that comes from elsewhere (a server's answer, an app's names) harmless to a terminal: on one line, cut
 * after 400 characters, with control, bidi and other invisible characters escaped.
 */
export function harmless(text: string): string {
  return escapeInvisible(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

/** Data as indented JSON, whose strings cannot control a terminal either. */
export function jsonText(data: unknown): string {
  // Line breaks are between lines only: within a string they are escaped already.
  const lines = JSON.stringify(data, null, 2).split('\n').map(escapeInvisible);
  return `${lines.join('\n')}\n`;
}

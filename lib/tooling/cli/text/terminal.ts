import { styleText } from 'node:util';
import { escapeInvisible } from '../../../core/issues/text.js';

/** The streams that the command writes to, and their features. */
export interface Terminal {
  /** Writes to the standard output: what was asked for, and nothing else. */
  out(text: string): void;
  /** Writes to the standard error: notes and failures. */
  err(text: string): void;
  /** Characters of a line; `undefined` for a pipe and a file, where nothing has to be cut. */
  readonly columns: number | undefined;
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The terminal of a process. Colour follows `NO_COLOR` and `FORCE_COLOR` (no-color.org, force-color.org). */
export function terminalOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal {
  // Node asks a terminal only, and never a pipe.
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? Math.max(60, stdout.columns || 80) : undefined,
    colour: !env['NO_COLOR'] && (forced || (Boolean(stdout.isTTY) && stdout.hasColors(env))),
    env,
  };
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

/** Where the command writes to, and how. */
export interface Terminal {
  /** Writes to the standard output: what was asked for, and nothing else. */
  out(text: string): void;
  /** Writes to the standard error: notes and failures. */
  err(text: string): void;
  /** Characters of a line; `undefined` where nobody looks (a pipe, a file), and nothing has to be cut. */
  readonly columns: number | undefined;
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The terminal of a process. Colour follows `NO_COLOR` and `FORCE_COLOR` (no-color.org, force-color.org). */
export function terminalOf({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? Math.max(60, stdout.columns || 80) : undefined,
    colour: !env['NO_COLOR'] && (forced || (Boolean(stdout.isTTY) && env['TERM'] !== 'dumb')),
    env,
  };
}

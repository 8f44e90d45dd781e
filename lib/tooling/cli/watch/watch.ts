import { relative } from 'node:path';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure } from '../failure.js';
import { reportFailure } from '../text/failure-text.js';
import { harmless, type Terminal } from '../text/terminal.js';
import { nextChange } from './next-change.js';

/**
 * Answers anew whenever a file changes that the app has loaded. Each time the app starts in a process of its own, with
 * nothing left of the one before. It ends with the process.
 *
 * @throws CommandFailure where there is nothing to watch: the app could not even be looked for
 */
export async function watchApp(
  run: (given: CommandArguments, terminal: Terminal) => Promise<number>,
  given: CommandArguments,
  terminal: Terminal,
): Promise<never> {
  if (given.flag('write')) {
    throw new CommandFailure('--watch and --write are given: a snapshot is written when you have read what changes.');
  }
  let known = new Set<string>();
  let entry: string | undefined;
  for (;;) {
    const since = Date.now();
    const files = new Set<string>();
    const watched = { entry, files };
    try {
      await run({ ...given, watched }, terminal);
      known = files;
    } catch (error) {
      // An app that fails has not loaded all that it would.
      known = new Set([...known, ...files]);
      if (!(error instanceof CommandFailure) || known.size === 0) {
        throw error;
      }
      reportFailure(error, terminal);
    }
    ({ entry } = watched);
    terminal.err(`Watching ${known.size} ${known.size === 1 ? 'file' : 'files'}; Ctrl+C ends it.\n`);
    const file = await nextChange({ entry, files: known }, since);
    terminal.clear?.();
    terminal.err(`${harmless(relative(process.cwd(), file))} has changed.\n`);
  }
}

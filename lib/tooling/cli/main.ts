import { helpText } from './arguments/help.js';
import { type CommandArguments, readArguments } from './arguments/read-arguments.js';
import { check } from './check/command.js';
import { explain } from './explain/command.js';
import { completion } from './completion/command.js';
import { CommandFailure, EXIT } from './failure.js';
import { packageVersion } from './own-package.js';
import { migrate } from './migrate/command.js';
import { probe } from './probe/command.js';
import { routes } from './routes/command.js';
import { reportFailure } from './text/failure-text.js';
import type { Terminal } from './text/terminal.js';
import { watchApp } from './watch/watch.js';

type Command = (given: CommandArguments, terminal: Terminal) => Promise<number>;

const RUN: Readonly<Record<string, Command>> = { routes, explain, check, migrate, probe, completion };

const start = (run: Command, given: CommandArguments, terminal: Terminal): Promise<number> =>
  given.flag('watch') ? watchApp(run, given, terminal) : run(given, terminal);

/**
 * Carries out what the arguments of the process ask for.
 *
 * @returns the exit code: 0 yes, 1 no, 2 it could not be answered
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const wanted = readArguments(args);
    switch (wanted.kind) {
      case 'help':
        terminal.out(helpText(wanted.command, terminal));
        return args.length === 0 ? EXIT.failed : EXIT.ok;
      case 'version':
        terminal.out(`${packageVersion()}\n`);
        return EXIT.ok;
      case 'run':
        return await start(RUN[wanted.given.command.name]!, wanted.given, terminal);
    }
  } catch (error) {
    if (!(error instanceof CommandFailure)) {
      throw error;
    }
    return reportFailure(error, terminal);
  }
}

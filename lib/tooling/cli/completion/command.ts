import { nearest, quote } from '../../../core/issues/text.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure, EXIT } from '../failure.js';
import type { Terminal } from '../text/terminal.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const SHELLS = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `cors-policy completion`: prints a script by which a shell completes the command. Answers with the exit code. */
export function completion({ argument }: CommandArguments, terminal: Terminal): Promise<number> {
  const script = SHELLS.get(argument);
  if (script === undefined) {
    const meant = nearest(argument, SHELLS.keys());
    throw new CommandFailure(
      `There is no completion for ${quote(argument)}; the shells are ${[...SHELLS.keys()].join(', ')}.`,
      meant === undefined ? undefined : `Did you mean ${meant}?`,
    );
  }
  terminal.out(script());
  return Promise.resolve(EXIT.ok);
}

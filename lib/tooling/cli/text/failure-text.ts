import { type CommandFailure, EXIT } from '../failure.js';
import { harmless, stylesFor, type Terminal } from './terminal.js';

/** Prints why there is no answer, and what to do. Answers with the exit code. */
export function reportFailure({ message, advice }: CommandFailure, terminal: Terminal): number {
  const { bad } = stylesFor(terminal.errorColour === true);
  terminal.err(`${bad('cors-policy:')} ${lines(message)}\n`);
  if (advice !== undefined) {
    terminal.err(`${lines(advice)}\n`);
  }
  return EXIT.failed;
}

/**
 * Messages of several lines, such as that of a wrong configuration, keep them; nothing else may control the terminal.
 */
function lines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

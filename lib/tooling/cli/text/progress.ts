import type { Terminal } from './terminal.js';

/** A boot that is faster than this shows nothing. */
const QUIET_MS = 1_000;

const EACH_MS = 1_000;

const NEW_LINE = 10;

/** A line at the foot of the terminal that says what is waited for, and for how long. */
export interface Progress {
  /** Sets what the line says from now on: `The app is being created`. */
  say(what: string): void;
  /** Writes a text of others, above the line. */
  above(text: Uint8Array): void;
  /** Takes the line away. */
  end(): void;
}

/**
 * Begins a line of progress. It is there from the second second on.
 *
 * @returns `undefined` where the standard error is no terminal: nothing can be written over there
 */
export function beginProgress(
  { err, errorColumns }: Pick<Terminal, 'err' | 'errorColumns'>,
  now: () => number = Date.now,
): Progress | undefined {
  if (errorColumns === undefined) {
    return undefined;
  }
  const started = now();
  let [what, shown, atStart] = ['', false, true];
  const erase = (): void => {
    if (shown) {
      err('\r\x1b[K');
      shown = false;
    }
  };
  const draw = (): void => {
    const passed = now() - started;
    // A line that others have not ended yet stays whole.
    if (what !== '' && passed >= QUIET_MS && atStart) {
      erase();
      // A line as wide as the terminal would make some terminals begin another one.
      err(`${what} (${Math.floor(passed / 1000)} s)`.slice(0, errorColumns - 1));
      shown = true;
    }
  };
  const timer = setInterval(draw, EACH_MS);
  return {
    say(next) {
      what = next;
      draw();
    },
    above(text) {
      erase();
      err(text);
      atStart = text.at(-1) === NEW_LINE;
      draw();
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}

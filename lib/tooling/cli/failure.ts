/** Exit codes of the command: part of its contract with scripts. */
export const EXIT = {
  /** The answer is yes: routes are listed, the request is allowed, no grant is wider. */
  ok: 0,
  /** `explain`, `probe`: the browser would block. `check`: a grant is wider than the snapshot. */
  refused: 1,
  /** The question could not be answered: wrong arguments, no build, a boot that failed, a server out of reach. */
  failed: 2,
} as const;

/** The reason why the command failed, and what to do about it. Ends it with `EXIT.failed`. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  /**
   * @param message what is wrong, in a sentence
   * @param advice what to do about it
   */
  constructor(
    message: string,
    readonly advice?: string,
  ) {
    super(message);
  }
}

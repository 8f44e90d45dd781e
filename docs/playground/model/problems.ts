/** Something that cannot be read, and where. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** The code of the library's own error, which docs/errors.md explains. */
  readonly issue?: string;
}

/** Stops the reading of a text. */
export class UnreadableError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

import { quote } from '../core/issues/text.js';

/** The log of the providers: the Nest module hands in Nest's `Logger`. A `log` that throws is ignored. */
export interface AllowlistLog {
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** An error of this folder: its message is safe and is shown unchanged. */
export class AllowlistError extends Error {
  override readonly name = 'AllowlistError';
}

/** Writes an error as one bounded line that is safe to print, whatever was thrown. Never throws. */
export function errorText(error: unknown): string {
  try {
    if (error instanceof AllowlistError) {
      return error.message;
    }
    return quote(error instanceof Error ? describe(error) : error);
  } catch {
    return 'an error that cannot be read';
  }
}

/** A log that never throws, because a line is less important than the answer that it is about. */
export function quietly(log: AllowlistLog): AllowlistLog {
  const write = (level: keyof AllowlistLog) => (message: string) => {
    try {
      log[level](message);
    } catch {
      // There is nowhere left to say so.
    }
  };
  return { log: write('log'), warn: write('warn'), error: write('error') };
}

function describe(error: Error): string {
  // A refused connection arrives as an AggregateError without a message of its own; its parts say which and why.
  const part: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = error.message === '' && part instanceof Error ? part.message : error.message;
  return `${error.name}: ${message}`;
}

import { now } from './clock.js';
import { type AllowlistLog, errorText } from './log.js';

/**
 * Whether something works, told to the log once per change and never once per request.
 *
 * It works again only when it succeeds after `quietMs` without a failure: where some questions fail and others do
 * not, requests would otherwise write two lines a pair.
 */
export class Health {
  readonly #log: AllowlistLog;
  readonly #quietMs: number;
  #lastError: string | undefined;
  #failedAt = 0;

  constructor(log: AllowlistLog, quietMs = 0) {
    this.#log = log;
    this.#quietMs = quietMs;
  }

  /** What went wrong last; `undefined` while it works. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** @param line makes the line from the bounded text of the error; called only where one is written */
  failed(error: unknown, line: (text: string) => string): void {
    const first = this.#lastError === undefined;
    this.#lastError = errorText(error);
    this.#failedAt = now();
    if (first) {
      this.#log.error(line(this.#lastError));
    }
  }

  /** @param line makes the line; called only where one is written */
  succeeded(line: () => string): void {
    if (this.#lastError === undefined || now() - this.#failedAt < this.#quietMs) {
      return;
    }
    this.#lastError = undefined;
    this.#log.log(line());
  }
}

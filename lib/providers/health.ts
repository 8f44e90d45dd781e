import { now } from './time.js';
import { type AllowlistLog, errorText } from './log.js';

/**
 * Logs whether something works, once per change and never once per request.
 *
 * It works again only when it succeeds after `quietMs` without a failure: otherwise, if some calls fail and others do
 * not, each pair would write two lines.
 */
export class Health {
  readonly #log: AllowlistLog;
  readonly #quietMs: number;
  #lastError: string | undefined;
  #failedAt = 0;
  #onlyFails = false;

  constructor(log: AllowlistLog, quietMs = 0) {
    this.#log = log;
    this.#quietMs = quietMs;
  }

  /** The last error; `undefined` while it works. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Reports whether nothing has succeeded since it began to fail. */
  get onlyFails(): boolean {
    return this.#onlyFails;
  }

  /** @param line makes the line from the bounded text of the error; called only where one is written */
  failed(error: unknown, line: (text: string) => string): void {
    const first = this.#lastError === undefined;
    this.#lastError = errorText(error);
    this.#failedAt = now();
    if (first) {
      this.#onlyFails = true;
      this.#log.error(line(this.#lastError));
    }
  }

  /** @param line makes the line; called only where one is written */
  succeeded(line: () => string): void {
    this.#onlyFails = false;
    if (this.#lastError === undefined || now() - this.#failedAt < this.#quietMs) {
      return;
    }
    this.#lastError = undefined;
    this.#log.log(line());
  }
}

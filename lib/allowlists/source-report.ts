import { Health } from './health.js';
import { type AllowlistLog, errorText, quietly } from './log.js';
import type { RejectedEntries } from './rejected-entries.js';

/** What a source's allowlist tells the log: one bounded line per change, whatever the source does. */
export class SourceReport {
  readonly #label: string;
  readonly #log: AllowlistLog;
  readonly #health: Health;
  #isLate = false;
  #isStale = false;
  #setAside: string | undefined;

  constructor(label: string, log: AllowlistLog) {
    this.#label = label;
    this.#log = quietly(log);
    this.#health = new Health(this.#log);
  }

  get lastError(): string | undefined {
    return this.#health.lastError;
  }

  /** The boot went on without a list. */
  late(timeoutMs: number): void {
    if (this.lastError !== undefined) {
      return;
    }
    this.#isLate = true;
    this.#log.warn(`${this.#label}: no list after ${timeoutMs} ms; the app starts, and it denies until it is loaded`);
  }

  /** @param entries of the last good list; `undefined` where there is none */
  failed(error: unknown, entries: number | undefined): void {
    const meanwhile =
      entries === undefined ? 'it denies every origin' : `the last good list (${entries} entries) stays`;
    this.#health.failed(error, (text) => `${this.#label}: loading failed: ${text}; ${meanwhile} while it tries again`);
  }

  /** The list is older than it may be. */
  stale(maxStaleMs: number): void {
    if (this.#isStale) {
      return;
    }
    this.#isStale = true;
    this.#log.error(`${this.#label}: its list is older than ${maxStaleMs} ms (maxStaleMs) and denies every origin`);
  }

  succeeded(entries: number, rejected: RejectedEntries): void {
    if (this.#isLate) {
      this.#log.log(`${this.#label}: loaded, ${entries} entries`);
    }
    this.#health.succeeded(() => `${this.#label}: loads again, ${entries} entries`);
    this.#isLate = this.#isStale = false;

    // A row that nobody mends would else be told of at every refresh.
    const setAside = rejected.describe();
    if (setAside !== undefined && setAside !== this.#setAside) {
      this.#log.warn(`${this.#label}: ${setAside}`);
    }
    this.#setAside = setAside;
  }

  watchFailed(what: string, error: unknown): void {
    this.#log.warn(`${this.#label}: ${what} failed: ${errorText(error)}`);
  }
}

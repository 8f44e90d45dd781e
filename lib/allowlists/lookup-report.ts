import { Health } from './health.js';
import { type AllowlistLog, errorText, quietly } from './log.js';
import { quote } from '../core/problems/quote.js';
import type { RejectedEntry } from './status.js';

/** Entries that are kept for the status. */
const KEPT = 100;
/** Entries that are told to the log, until the list has changed. */
const TOLD = 3;

/** What a looked-up list tells the log and the status: entries that admit nothing, and how its change check is doing. */
export class LookupReport {
  readonly #label: string;
  readonly #log: AllowlistLog;
  readonly #health: Health;
  readonly #rejected = new Map<string, RejectedEntry>();
  readonly #told = new Set<string>();

  constructor(label: string, log: AllowlistLog) {
    this.#label = label;
    this.#log = quietly(log);
    this.#health = new Health(this.#log);
  }

  get lastError(): string | undefined {
    return this.#health.lastError;
  }

  get rejected(): readonly RejectedEntry[] {
    return [...this.#rejected.values()];
  }

  /** An entry was found that admits nothing. */
  setAside(value: unknown, reason: string): void {
    if (this.#rejected.size >= KEPT || this.#rejected.has(reason)) {
      return;
    }
    this.#rejected.set(reason, Object.freeze({ value: quote(value), reason }));
    if (this.#told.size < TOLD && !this.#told.has(reason)) {
      this.#told.add(reason);
      this.#log.warn(`${this.#label}: an entry is set aside: ${reason}`);
    }
  }

  /** The list may have changed: what was wrong with it may be mended. */
  forget(): void {
    this.#rejected.clear();
  }

  checkFailed(error: unknown): void {
    this.#health.failed(error, (text) => `${this.#label}: ${text}; a change is seen as its kept answers end`);
  }

  watchFailed(what: string, error: unknown): void {
    this.#log.warn(`${this.#label}: ${what} failed: ${errorText(error)}`);
  }

  checked(): void {
    this.#health.succeeded(() => `${this.#label}: its changes are seen again`);
  }
}

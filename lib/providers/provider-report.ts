import { Health } from './health.js';
import { RejectedEntries } from './list-entry.js';
import { type AllowlistLog, errorText, quietly } from './log.js';
import type { RejectedEntry } from './status.js';

/** The state of a provider for the log and the status: at most one bounded line per change. */
class ProviderReport {
  protected readonly label: string;
  protected readonly log: AllowlistLog;
  protected readonly health: Health;

  constructor(label: string, log: AllowlistLog) {
    this.label = label;
    this.log = quietly(log);
    this.health = new Health(this.log);
  }

  get lastError(): string | undefined {
    return this.health.lastError;
  }

  watchFailed(what: string, error: unknown): void {
    this.log.warn(`${this.label}: ${what} failed: ${errorText(error)}`);
  }
}

/** The state of a source: its loads, the age of its list, and the entries that were rejected. */
export class SourceReport extends ProviderReport {
  #isLate = false;
  #isStale = false;
  #rejected: string | undefined;

  /** Startup went on without a list. */
  late(timeoutMs: number): void {
    if (this.lastError !== undefined) {
      return;
    }
    this.#isLate = true;
    this.log.warn(
      `${this.label}: no list after ${timeoutMs} ms; the app starts, and the list denies every origin until it is loaded`,
    );
  }

  /** @param entries of the last good list; `undefined` where there is none */
  failed(error: unknown, entries: number | undefined): void {
    const meanwhile =
      entries === undefined ? 'it denies every origin' : `the last good list (${entries} entries) stays`;
    this.health.failed(error, (text) => `${this.label}: loading failed: ${text}; ${meanwhile} while it tries again`);
  }

  /** The list is older than it may be. */
  stale(maxStaleMs: number): void {
    if (this.#isStale) {
      return;
    }
    this.#isStale = true;
    this.log.error(`${this.label}: its list is older than ${maxStaleMs} ms (maxStaleMs) and denies every origin`);
  }

  succeeded(entries: number, rejected: RejectedEntries): void {
    if (this.#isLate) {
      this.log.log(`${this.label}: loaded, ${entries} entries`);
    }
    this.health.succeeded(() => `${this.label}: loads again, ${entries} entries`);
    this.#isLate = this.#isStale = false;

    // An entry that is not fixed would otherwise be logged at every refresh.
    const line = rejected.describe();
    if (line !== undefined && line !== this.#rejected) {
      this.log.warn(`${this.label}: ${line}`);
    }
    this.#rejected = line;
  }
}

/** Rejected entries of a looked-up list that are logged, at most. */
const LOGGED = 3;

/** The state of a looked-up list: the entries that were rejected, and the check for changes. */
export class LookupReport extends ProviderReport {
  readonly #rejected = new RejectedEntries();
  readonly #logged = new Set<string>();

  get rejected(): readonly RejectedEntry[] {
    return this.#rejected.kept;
  }

  /** An entry was found that allows nothing. */
  reject(value: unknown, reason: string): void {
    this.#rejected.add(value, new Set([reason]));
    if (this.#logged.size < LOGGED && !this.#logged.has(reason)) {
      this.#logged.add(reason);
      this.log.warn(`${this.label}: an entry is rejected: ${reason}`);
    }
  }

  /** The list may have changed: its rejected entries may have been fixed. */
  forget(): void {
    this.#rejected.clear();
  }

  checkFailed(error: unknown): void {
    this.health.failed(error, (text) => `${this.label}: ${text}; a change is seen when its cached answers expire`);
  }

  checked(): void {
    this.health.succeeded(() => `${this.label}: its changes are seen again`);
  }
}

import { quote } from '../core/problems/quote.js';
import type { RejectedEntry } from './status.js';

/** Entries that are kept for the status. */
const KEPT = 100;
/** Entries that the log line shows. */
const SHOWN = 3;

/** Collects the entries of one load that are set aside: counts all, keeps the first 100. */
export class RejectedEntries {
  readonly #kept: RejectedEntry[] = [];
  #count = 0;

  get kept(): readonly RejectedEntry[] {
    return this.#kept;
  }

  add(value: unknown, reason: string): void {
    this.#count++;
    if (this.#kept.length < KEPT) {
      this.#kept.push(Object.freeze({ value: quote(value), reason }));
    }
  }

  /** One bounded line about them; `undefined` where there are none. */
  describe(): string | undefined {
    if (this.#count === 0) {
      return undefined;
    }
    const shown = this.#kept.slice(0, SHOWN).map(({ reason }) => reason);
    const more = this.#count - shown.length;
    const entries = this.#count === 1 ? '1 entry is' : `${this.#count} entries are`;
    return `${entries} set aside: ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
  }
}

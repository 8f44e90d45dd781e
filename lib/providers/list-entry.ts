import { quote } from '../core/issues/text.js';
import { isSharedOrigin } from '../core/origin/origin.js';
import { type OriginPattern, parseOriginPattern } from '../core/origin/parse-pattern.js';
import type { OriginProblem } from '../core/origin/problems.js';
import { AllowlistError } from './log.js';
import type { RejectedEntry } from './status.js';

/** An entry of a list: its pattern, or the reason why no policy may use it. */
export type ListEntry = { readonly pattern: OriginPattern } | { readonly reason: string };

/** Anyone who can write one row could otherwise open every policy that uses the list. */
const ANY_ORIGIN: ListEntry = { reason: '"*" may be written in a policy only, never in a list that is loaded.' };

/** Reads one entry of a source, which may be of any type. */
export function readListEntry(value: unknown): ListEntry {
  if (value === '*') {
    return ANY_ORIGIN;
  }
  // Pages of strangers share it: only a policy may list it, with its flag.
  if (isSharedOrigin(value)) {
    return { reason: `${quote(value)} may be written in a policy only, never in a list that is loaded.` };
  }
  const read = parseOriginPattern(value);
  return 'code' in read ? { reason: reasonOf(read) } : { pattern: read };
}

/** The sentences of a problem: what is wrong and, where it is known, what to write instead. */
export function reasonOf({ reason, suggestion }: OriginProblem): string {
  return suggestion === undefined ? reason : `${reason} Instead: ${quote(suggestion)}.`;
}

/** Rejected entries that are kept for the status. */
const KEPT = 100;
/** Rejected entries that a log line shows. */
const SHOWN = 3;

/** Collects the rejected entries of a list: counts all, and keeps the first 100 reasons, each once. */
export class RejectedEntries {
  readonly #kept = new Map<string, RejectedEntry>();
  #entries = 0;
  #reasons = 0;

  get kept(): readonly RejectedEntry[] {
    return [...this.#kept.values()];
  }

  /** Adds one entry: several policies may reject it, each for other reasons. */
  add(value: unknown, reasons: ReadonlySet<string>): void {
    this.#entries++;
    this.#reasons += reasons.size;
    for (const reason of reasons) {
      if (this.#kept.size < KEPT && !this.#kept.has(reason)) {
        this.#kept.set(reason, Object.freeze({ value: quote(value), reason }));
      }
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#entries = 0;
    this.#reasons = 0;
  }

  /** One bounded line about them; `undefined` where there are none. */
  describe(): string | undefined {
    if (this.#entries === 0) {
      return undefined;
    }
    const shown = [...this.#kept.keys()].slice(0, SHOWN);
    const more = this.#reasons - shown.length;
    const entries = this.#entries === 1 ? '1 entry is' : `${this.#entries} entries are`;
    return `${entries} rejected: ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
  }
}

/**
 * A list as a provider returned it.
 * @param method that did, for the message
 * @throws AllowlistError where it is no list
 */
export function iterableOf(list: unknown, method: string): Iterable<unknown> {
  // A string is iterable too, by its characters; that is never intended.
  const isIterable =
    typeof list === 'object' && list !== null && typeof Reflect.get(list, Symbol.iterator) === 'function';
  if (!isIterable) {
    throw new AllowlistError(`${method} must return an iterable of strings, not ${quote(list)}`);
  }
  return list as Iterable<unknown>;
}

import type { OriginChecks } from '../../core/origin/origin-checks.js';
import { type OriginMatcher, OriginMatcherBuilder } from '../../core/origin/matcher.js';
import { checkOriginPattern, type OriginPattern } from '../../core/origin/parse-pattern.js';
import { OriginSet } from '../../core/origin/origin-set.js';
import { iterableOf, readListEntry, reasonOf, RejectedEntries } from '../list-entry.js';
import { AllowlistError } from '../log.js';
import { now } from '../time.js';

/** One load of a list, compiled. */
export interface ListSnapshot {
  /** One for each of the checks that it was built under, in their order. */
  readonly matchers: readonly OriginMatcher[];
  /** Distinct entries that pass at least one of the checks; well-formed ones if there are no checks. */
  readonly entries: number;
  readonly rejected: RejectedEntries;
}

/** Milliseconds of work after which the event loop gets its turn: requests are answered in between. */
const SLICE_MS = 0.5;
/** Entries between two readings of the clock. */
const CLOCK_EVERY = 32;

/**
 * Compiles a list with each of the given checks, in slices that yield to the event loop.
 *
 * @throws AllowlistError where `list` is not iterable or has more than `maxEntries` entries; the reason of `signal`
 *   where that is aborted in between; and what iterating throws
 */
export async function buildSnapshot(
  list: unknown,
  checks: readonly OriginChecks[],
  maxEntries: number,
  signal: AbortSignal,
): Promise<ListSnapshot> {
  const snapshot = new SnapshotBuilder(checks);
  let count = 0;
  let sliceStart = now();
  for (const value of iterableOf(list, 'load()')) {
    // Repeated entries are included: an endless list may repeat itself.
    if (++count > maxEntries) {
      throw tooLong(maxEntries);
    }
    snapshot.add(value);
    if (count % CLOCK_EVERY === 0 && now() - sliceStart >= SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      sliceStart = now();
    }
  }
  return snapshot.build();
}

class SnapshotBuilder {
  readonly #views: readonly { readonly checks: OriginChecks; readonly matcher: OriginMatcherBuilder }[];
  /** Counts the entries of a list that no policy uses. */
  readonly #uncheckedEntries = new OriginMatcherBuilder();
  readonly #rejected = new RejectedEntries();
  /** The entries that were reported. Good entries, which may be a million, are known to the matchers. */
  readonly #told = new OriginSet();
  #entries = 0;

  constructor(checks: readonly OriginChecks[]) {
    this.#views = checks.map((each) => ({ checks: each, matcher: new OriginMatcherBuilder() }));
  }

  add(value: unknown): void {
    const entry = readListEntry(value);
    if ('reason' in entry) {
      this.#reject(value, [entry.reason]);
    } else {
      this.#addPattern(entry.pattern);
    }
  }

  build(): ListSnapshot {
    const matchers = this.#views.map(({ matcher }) => matcher.build());
    return { matchers, entries: this.#entries, rejected: this.#rejected };
  }

  #addPattern(pattern: OriginPattern): void {
    if (this.#views.length === 0) {
      this.#entries += this.#uncheckedEntries.add(pattern) ? 1 : 0;
      return;
    }
    const reasons: string[] = [];
    let isNew = false;
    for (const { checks, matcher } of this.#views) {
      const problems = checkOriginPattern(pattern, checks);
      if (problems.length === 0) {
        isNew = matcher.add(pattern) || isNew;
      }
      reasons.push(...problems.map(reasonOf));
    }
    if (isNew) {
      this.#entries++;
    }
    if (reasons.length > 0) {
      this.#reject(pattern.text, reasons);
    }
  }

  /** Reports a text once, and each reason once, even if several policies reject it for the same reason. */
  #reject(value: unknown, reasons: readonly string[]): void {
    if (typeof value === 'string' && !this.#told.add(value)) {
      return;
    }
    this.#rejected.add(value, new Set(reasons));
  }
}

function tooLong(maxEntries: number): AllowlistError {
  return new AllowlistError(
    `the list has more than ${maxEntries} entries: raise "maxEntries", or answer one origin at a time (OriginAllowlist)`,
  );
}

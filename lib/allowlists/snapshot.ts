import type { OriginChecks } from '../core/origins/origin-checks.js';
import { type OriginMatcher, OriginMatcherBuilder } from '../core/origins/origin-matcher.js';
import { checkOriginPattern, type OriginPattern } from '../core/origins/origin-pattern.js';
import { OriginSet } from '../core/origins/origin-set.js';
import { iterableOf } from './iterable.js';
import { readListEntry, reasonOf } from './list-entry.js';
import { AllowlistError } from './log.js';
import { RejectedEntries } from './rejected-entries.js';
import { Slices } from './slices.js';

/** One load of a list, compiled. */
export interface Snapshot {
  /** One for each of the checks that it was built under, in their order. */
  readonly matchers: readonly OriginMatcher[];
  /** Distinct entries that at least one of the checks lets pass; well-formed ones where there are no checks. */
  readonly entries: number;
  readonly rejected: RejectedEntries;
}

/**
 * Compiles a list under each of the given checks, in slices that leave the event loop its turns.
 *
 * @throws AllowlistError where `list` is not iterable or has more than `maxEntries` entries; the reason of `signal`
 *   where that is aborted in between; and what iterating throws
 */
export async function buildSnapshot(
  list: unknown,
  checks: readonly OriginChecks[],
  maxEntries: number,
  signal: AbortSignal,
): Promise<Snapshot> {
  const snapshot = new SnapshotBuilder(checks);
  const slices = new Slices();
  let count = 0;
  for (const value of iterableOf(list, 'load()')) {
    // Repeated entries count too: a list without an end may repeat itself.
    if (++count > maxEntries) {
      throw tooLong(maxEntries);
    }
    snapshot.add(value);
    const pause = slices.step();
    if (pause !== undefined) {
      await pause;
      signal.throwIfAborted();
    }
  }
  return snapshot.build();
}

class SnapshotBuilder {
  readonly #views: readonly { readonly checks: OriginChecks; readonly matcher: OriginMatcherBuilder }[];
  /** Where no policy uses the list, to count its entries all the same. */
  readonly #uncheckedEntries = new OriginMatcherBuilder();
  readonly #rejected = new RejectedEntries();
  /** What is told of already. Of the good entries, which may be a million, the matchers know. */
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

  build(): Snapshot {
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

  /** Tells of a text once, and of each reason once, though several policies may refuse it for the same. */
  #reject(value: unknown, reasons: readonly string[]): void {
    if (typeof value === 'string' && !this.#told.add(value)) {
      return;
    }
    for (const reason of new Set(reasons)) {
      this.#rejected.add(value, reason);
    }
  }
}

function tooLong(maxEntries: number): AllowlistError {
  return new AllowlistError(
    `the list has more than ${maxEntries} entries: raise "maxEntries", or answer one origin at a time (OriginAllowlist)`,
  );
}

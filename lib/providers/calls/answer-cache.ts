import { now } from '../time.js';
import type { ResolvedAllowlistOptions } from '../options.js';

/** An answer that is kept, in a ring of those of its kind from the oldest to the newest. */
interface Kept {
  readonly key: string;
  readonly allowed: boolean;
  /** When it expires, on the room's clock. */
  readonly until: number;
  older: Kept;
  newer: Kept;
}

/**
 * Answers by key, never more than `maxEntries`. Room is made in constant time: an expired answer goes first, then the
 * oldest denied one, and only then an allowed one, so that a flood of hostile origins does not remove the good ones.
 *
 * Rings keep the order, because finding the oldest key of a `Map` takes longer the more keys were deleted before.
 */
export class AnswerCache {
  readonly #options: Pick<ResolvedAllowlistOptions, 'maxEntries' | 'ttlMs' | 'negativeTtlMs'>;
  readonly #byKey = new Map<string, Kept>();
  readonly #allowed = ring();
  readonly #denied = ring();

  constructor(options: Pick<ResolvedAllowlistOptions, 'maxEntries' | 'ttlMs' | 'negativeTtlMs'>) {
    this.#options = options;
  }

  /** Number of answers, including expired ones that were not removed yet. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Number of valid answers. Takes time linear in the number of answers. */
  countFresh(): number {
    const time = now();
    let count = 0;
    for (const { until } of this.#byKey.values()) {
      if (until > time) {
        count++;
      }
    }
    return count;
  }

  /** Reports whether a valid answer allows: the newest one, or none. */
  get allowsSome(): boolean {
    return this.#allowed.older.until > now();
  }

  /** The valid answer for a key; `undefined` if there is none. */
  get(key: string): boolean | undefined {
    const kept = this.#byKey.get(key);
    return kept !== undefined && kept.until > now() ? kept.allowed : undefined;
  }

  /**
   * Keeps an answer in the place of the one that the key had.
   * @param askedAt when the question was put. A grant counts from then on, so that `ttlMs` after an origin is taken
   *   off the list no answer allows it, however slow the provider is; a refusal counts from now on
   * @returns what {@link holds} knows this very answer by; `undefined` where it has expired before it came
   */
  set(key: string, allowed: boolean, askedAt: number): object | undefined {
    this.delete(key);
    const { maxEntries, ttlMs, negativeTtlMs } = this.#options;
    const time = now();
    const until = allowed ? askedAt + ttlMs : time + negativeTtlMs;
    if (until <= time) {
      return undefined;
    }
    if (this.#byKey.size >= maxEntries) {
      this.#makeRoom(time);
    }
    const end = allowed ? this.#allowed : this.#denied;
    const kept: Kept = { key, allowed, until, older: end.older, newer: end };
    end.older.newer = kept;
    end.older = kept;
    this.#byKey.set(key, kept);
    return kept;
  }

  /** Reports whether the answer that the key has is this very one. */
  holds(key: string, kept: object): boolean {
    return this.#byKey.get(key) === kept;
  }

  delete(key: string): void {
    const kept = this.#byKey.get(key);
    if (kept === undefined) {
      return;
    }
    this.#byKey.delete(key);
    kept.older.newer = kept.newer;
    kept.newer.older = kept.older;
  }

  #makeRoom(time: number): void {
    const oldestAllowed = this.#allowed.newer;
    const oldestDenied = this.#denied.newer;
    const isSpent = oldestDenied === this.#denied || oldestAllowed.until <= time;
    this.delete((isSpent ? oldestAllowed : oldestDenied).key);
  }
}

/** An empty ring: its end is beside the oldest and the newest answer. The end is no answer: it is neither valid nor expired. */
function ring(): Kept {
  const end = {} as Kept;
  end.older = end.newer = end;
  return end;
}

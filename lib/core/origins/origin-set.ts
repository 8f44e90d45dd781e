/** Origins that one plain set takes before the rest is spread. */
const FIRST_SIZE = 16_384;
/** Shards that the rest is spread over; a power of two. */
const SHARDS = 64;

/**
 * A set of strings that grows without long pauses. A plain `Set` copies itself whenever it doubles, which at a
 * million entries stops the event loop for tens of milliseconds. Here the first entries share one set, as nearly
 * every list ends there, and the others are spread over shards, of which each stays small.
 */
export class OriginSet {
  readonly #first = new Set<string>();
  #shards: readonly Set<string>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: string): void {
    if (this.has(value)) {
      return;
    }
    this.#size++;
    if (this.#first.size < FIRST_SIZE) {
      this.#first.add(value);
      return;
    }
    if (this.#shards.length === 0) {
      this.#shards = Array.from({ length: SHARDS }, () => new Set<string>());
    }
    this.#shards[shardOf(value)]?.add(value);
  }

  /** Takes two look-ups at most, however long the list. */
  has(value: string): boolean {
    if (this.#first.has(value)) {
      return true;
    }
    return this.#shards.length > 0 && this.#shards[shardOf(value)]?.has(value) === true;
  }
}

/** FNV-1a over the code units: origins of one list differ somewhere in the middle, so every one counts. */
function shardOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) {
    hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}

/** Origins that one plain set takes before they are spread: to spread them takes a few milliseconds. */
const FIRST_SIZE = 8_192;
/** Shards that they are spread over; a power of two. */
const SHARDS = 128;
/** Most entries of one shard before the rest overflows: a set of this size grows within one or two milliseconds. */
const SHARD_SIZE = 16_384;
/** Shards for what overflows; a power of two. */
const OVERFLOW_SHARDS = 1_024;

/**
 * A set of strings that grows without long pauses. A plain `Set` copies itself whenever it doubles, which at a
 * million entries stops the event loop for tens of milliseconds. Here the first entries share one set, as nearly
 * every list ends there, and longer lists are spread over shards, of which each stays small.
 *
 * The shard is chosen by the few characters in which the first entries differ most, because hashing a whole origin
 * takes longer than the rest of a look-up. If these characters vary little, a full shard overflows into others that use
 * a hash of the whole.
 */
export class OriginSet {
  #first: Set<string> | undefined = new Set();
  #shards: readonly Set<string>[] = [];
  #overflow: readonly Set<string>[] = [];
  /** Distances from the end, fixed once the list is spread. */
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Reports whether it is new. */
  add(value: string): boolean {
    if (this.has(value)) {
      return false;
    }
    this.#size++;
    if (this.#first === undefined) {
      this.#place(value);
    } else if (this.#first.size < FIRST_SIZE) {
      this.#first.add(value);
    } else {
      this.#spread(this.#first);
      this.#place(value);
    }
    return true;
  }

  /** Takes two look-ups at most, however long the list. */
  has(value: string): boolean {
    if (this.#first !== undefined) {
      return this.#first.has(value);
    }
    const shard = this.#shards[this.#shardOf(value)]!;
    return shard.has(value) || (shard.size >= SHARD_SIZE && this.#overflowOf(value)?.has(value) === true);
  }

  #spread(first: Set<string>): void {
    const [a = 0, b = 0, c = 0, d = 0] = tellingOffsets([...first]);
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
    this.#shards = Array.from({ length: SHARDS }, () => new Set<string>());
    this.#first = undefined;
    for (const value of first) {
      this.#place(value);
    }
  }

  #place(value: string): void {
    const shard = this.#shards[this.#shardOf(value)]!;
    if (shard.size < SHARD_SIZE) {
      shard.add(value);
      return;
    }
    if (this.#overflow.length === 0) {
      this.#overflow = Array.from({ length: OVERFLOW_SHARDS }, () => new Set<string>());
    }
    this.#overflowOf(value)?.add(value);
  }

  #shardOf(value: string): number {
    const end = value.length;
    // Before the beginning there is NaN, which is used as 0.
    let hash = end;
    hash = Math.imul(hash ^ value.charCodeAt(end - this.#a), PRIME);
    hash = Math.imul(hash ^ value.charCodeAt(end - this.#b), PRIME);
    hash = Math.imul(hash ^ value.charCodeAt(end - this.#c), PRIME);
    hash = Math.imul(hash ^ value.charCodeAt(end - this.#d), PRIME);
    return (hash ^ (hash >>> 15)) & (SHARDS - 1);
  }

  #overflowOf(value: string): Set<string> | undefined {
    return this.#overflow[hashOf(value) & (OVERFLOW_SHARDS - 1)];
  }
}

const PRIME = 0x01000193;

/** FNV-1a over all code units. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) {
    hash = Math.imul(hash ^ value.charCodeAt(i), PRIME);
  }
  return hash ^ (hash >>> 16);
}

/** Offsets that are enough to spread a list's origins over shards of about one size. */
const OFFSETS = 4;
/** Longest distance of an offset from the end: hosts differ close to it, or not at all by a few characters. */
const FARTHEST = 64;
/** Values that are looked at: enough to see which characters vary. */
const SAMPLES = 512;

/**
 * Finds the positions, measured from the end, at which values differ most, so that a few characters are enough:
 * `https://tenant-123456.shop.example` differs from its neighbours only in the digits.
 *
 * @returns distances from the end, 1 for the last character
 */
export function tellingOffsets(values: readonly string[]): readonly number[] {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const sample = values.filter((_, index) => index % step === 0);
  const variety = Array.from({ length: FARTHEST }, (_, index) => ({
    offset: index + 1,
    distinct: new Set(sample.map((value) => value.charCodeAt(value.length - index - 1))).size,
  }));
  return variety
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, OFFSETS)
    .map(({ offset }) => offset);
}

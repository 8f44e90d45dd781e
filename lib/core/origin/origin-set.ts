/** Values that a plain set takes. To move them into bytes takes a few milliseconds. */
const PLAIN_SIZE = 8_192;
/** Parts of the table; a power of two. Each grows alone, which takes far less than a millisecond. */
const PARTS = 256;
const PART_BITS = Math.log2(PARTS);
/** First slots of a part; a power of two. */
const FIRST_SLOTS = 64;
/** Bytes that are reserved at once for values. */
const CHUNK_BITS = 18;
const CHUNK_SIZE = 1 << CHUNK_BITS;
/** Chunks whose bytes 32 bits can address: 4 GiB. */
const MOST_CHUNKS = 2 ** (32 - CHUNK_BITS);
/** Most characters of a value in bytes. An origin is shorter. */
const MOST_CHARACTERS = 1_024;

/** The hashes of some values and the places of their bytes: two numbers a slot. A hash of 0 means that a slot is free. */
interface Part {
  slots: Uint32Array;
  used: number;
}

/**
 * A set of strings that grows without long pauses, and that is read with few visits to memory.
 *
 * The first values are in a plain `Set`, where nearly every list ends. A plain `Set` of a million values copies itself
 * as it grows, which stops the event loop for tens of milliseconds. A look-up in it visits several places of memory, and
 * the garbage collector visits each string. The values of a longer list are therefore bytes beside each other, found by a
 * hash table in parts. A hit compares all characters.
 */
export class OriginSet {
  /** The first values; later those that cannot be bytes. */
  #plain = new Set<string>();
  #parts: readonly Part[] | undefined;
  readonly #chunks: Uint8Array[] = [];
  /** Free bytes of the last chunk. */
  #free = 0;
  #size = 0;
  /** Makes collisions differ from process to process. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32);

  get size(): number {
    return this.#size;
  }

  /**
   * Reports whether the value is new.
   *
   * @throws RangeError if the bytes of all values would take more than 4 GiB
   */
  add(value: string): boolean {
    if (this.has(value)) {
      return false;
    }
    if (this.#parts === undefined && this.#plain.size >= PLAIN_SIZE) {
      this.#moveToBytes();
    }
    this.#place(value);
    this.#size++;
    return true;
  }

  has(value: string): boolean {
    if (this.#parts !== undefined && this.#hasBytes(this.#parts, value)) {
      return true;
    }
    return this.#plain.size > 0 && this.#plain.has(value);
  }

  /** All values, in no order. */
  *values(): Iterable<string> {
    yield* this.#plain;
    for (const { slots } of this.#parts ?? []) {
      for (let slot = 0; slot < slots.length; slot += 2) {
        if (slots[slot] !== 0) {
          yield this.#read(slots[slot + 1]!);
        }
      }
    }
  }

  #read(place: number): string {
    const chunk = this.#chunks[place >>> CHUNK_BITS]!;
    const start = place & (CHUNK_SIZE - 1);
    const length = chunk[start - 2]! | (chunk[start - 1]! << 8);
    return String.fromCharCode(...chunk.subarray(start, start + length));
  }

  #moveToBytes(): void {
    const first = this.#plain;
    this.#plain = new Set();
    this.#parts = Array.from({ length: PARTS }, () => ({ slots: new Uint32Array(2 * FIRST_SLOTS), used: 0 }));
    first.forEach((value) => this.#place(value));
  }

  #place(value: string): void {
    if (this.#parts === undefined || !canBeBytes(value)) {
      this.#plain.add(value);
      return;
    }
    const hash = hashOf(value, this.#seed);
    const part = partOf(this.#parts, hash);
    const place = this.#write(value);
    // At most half of the slots are used, so that a look-up sees one or two.
    if (part.used >= part.slots.length / 4) {
      grow(part);
    }
    occupy(part.slots, hash, place);
    part.used++;
  }

  /** Writes the length and the characters, and returns the place of the first character. */
  #write(value: string): number {
    const { length } = value;
    if (this.#free < length + 2) {
      if (this.#chunks.length >= MOST_CHUNKS) {
        throw new RangeError('A list of origins may not take more than 4 GiB.');
      }
      this.#chunks.push(new Uint8Array(CHUNK_SIZE));
      this.#free = CHUNK_SIZE;
    }
    const chunk = this.#chunks.at(-1)!;
    let at = CHUNK_SIZE - this.#free;
    this.#free -= length + 2;
    chunk[at++] = length & 0xff;
    chunk[at++] = length >>> 8;
    const start = at;
    for (let i = 0; i < length; i++) {
      chunk[at++] = value.charCodeAt(i);
    }
    return (this.#chunks.length - 1) * CHUNK_SIZE + start;
  }

  #hasBytes(parts: readonly Part[], value: string): boolean {
    const hash = hashOf(value, this.#seed);
    const { slots } = partOf(parts, hash);
    const last = slots.length - 2;
    for (let slot = slotOf(hash, last); slots[slot] !== 0; slot = (slot + 2) & last) {
      if (slots[slot] === hash && this.#isAt(slots[slot + 1]!, value)) {
        return true;
      }
    }
    return false;
  }

  #isAt(place: number, value: string): boolean {
    const chunk = this.#chunks[place >>> CHUNK_BITS]!;
    const start = place & (CHUNK_SIZE - 1);
    const { length } = value;
    if ((chunk[start - 2]! | (chunk[start - 1]! << 8)) !== length) {
      return false;
    }
    for (let i = 0; i < length; i++) {
      if (chunk[start + i] !== value.charCodeAt(i)) {
        return false;
      }
    }
    return true;
  }
}

/** Every origin can: its characters are those of ASCII. An empty value has no place of its own. */
function canBeBytes(value: string): boolean {
  return value !== '' && value.length <= MOST_CHARACTERS && /^[\x00-\xff]*$/.test(value);
}

function partOf(parts: readonly Part[], hash: number): Part {
  return parts[hash >>> (32 - PART_BITS)]!;
}

/** The first slot to look at. The last one is even, and has all other bits set. */
function slotOf(hash: number, last: number): number {
  return (hash << 1) & last;
}

function occupy(slots: Uint32Array, hash: number, place: number): void {
  const last = slots.length - 2;
  let slot = slotOf(hash, last);
  while (slots[slot] !== 0) {
    slot = (slot + 2) & last;
  }
  slots[slot] = hash;
  slots[slot + 1] = place;
}

function grow(part: Part): void {
  const before = part.slots;
  part.slots = new Uint32Array(2 * before.length);
  for (let slot = 0; slot < before.length; slot += 2) {
    if (before[slot] !== 0) {
      occupy(part.slots, before[slot]!, before[slot + 1]!);
    }
  }
}

/** Reads two characters a step. Is never 0. */
function hashOf(value: string, seed: number): number {
  const { length } = value;
  let hash = seed ^ length;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    hash = Math.imul(hash ^ (value.charCodeAt(i) | (value.charCodeAt(i + 1) << 16)), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  if (i < length) {
    hash = Math.imul(hash ^ value.charCodeAt(i), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0 || 1;
}

/** Keys that were added lately, `most` at most: two generations, the older one is dropped when the newer one is full. */
export class RecentKeys {
  readonly #most: number;
  #newer = new Set<string>();
  #older = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  add(key: string): void {
    if (this.#newer.size * 2 >= this.#most && !this.#newer.has(key)) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(key);
  }
}

/** Most values in a cache beyond the known ones; an app has far fewer. */
const MOST = 4_096;

interface Branch<Key, Value> {
  readonly next: Map<Key, Branch<Key, Value>>;
  made?: { readonly value: Value };
}

/**
 * Caches a value for a sequence of elements: equal sequences have the same value, created once. Clients may choose the
 * sequence, so it keeps a bounded number of values; further ones are created each time.
 */
export class SequenceCache<Key, Value> {
  private readonly root: Branch<Key, Value> = { next: new Map() };
  private left: number;

  /** @param known how many sequences the app itself has */
  constructor(
    private readonly make: (keys: readonly Key[]) => Value,
    known = 0,
  ) {
    this.left = MOST + known;
  }

  get(keys: readonly Key[]): Value {
    let branch = this.root;
    for (const key of keys) {
      const next = branch.next.get(key);
      if (next === undefined) {
        return this.grow(keys);
      }
      branch = next;
    }
    return (branch.made ??= { value: this.make(keys) }).value;
  }

  private grow(keys: readonly Key[]): Value {
    const value = this.make(keys);
    if (this.left === 0) {
      return value;
    }
    this.left--;
    let branch = this.root;
    for (const key of keys) {
      let next = branch.next.get(key);
      if (next === undefined) {
        next = { next: new Map() };
        branch.next.set(key, next);
      }
      branch = next;
    }
    branch.made = { value };
    return value;
  }
}

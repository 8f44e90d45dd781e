import type { Junction, Route } from './route.js';

const NONE: readonly never[] = Object.freeze([]);

/** Remembers what each method leads to. */
export class KnownJunction<Target> implements Junction<Target> {
  readonly methods: readonly string[];
  private readonly known = new Map<string, readonly Route<Target>[]>();

  /**
   * @param methods those that may be served here
   * @param find the routes that a method could reach
   */
  constructor(
    methods: Iterable<string>,
    private readonly find: (method: string) => readonly Route<Target>[],
  ) {
    this.methods = Object.freeze([...new Set(methods)].filter((method) => this.reachable(method).length > 0));
  }

  reachable(method: string): readonly Route<Target>[] {
    const known = this.known.get(method);
    if (known !== undefined) {
      return known;
    }
    const found = this.find(method);
    if (found.length === 0) {
      // Not kept: clients make methods up.
      return NONE;
    }
    this.known.set(method, found);
    return found;
  }
}

import type { RouteSet, Route } from './route.js';

const NONE: readonly never[] = Object.freeze([]);

/** Caches the routes of each method. */
export class KnownRouteSet<Target> implements RouteSet<Target> {
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
      // Not cached, because clients can invent methods.
      return NONE;
    }
    this.known.set(method, found);
    return found;
  }
}

/**
 * The versions of earlier routes, among routes that differ only in their version. A route whose versions are all taken
 * serves no request, so its policy is not part of what a preflight may grant.
 */
export class ClaimedVersions {
  private readonly claimed = new Set<unknown>();

  /** Records the versions of a route (`undefined`: no version); reports whether any was left for it. */
  claim(versions: readonly unknown[] | undefined): boolean {
    const left = versions === undefined || versions.some((version) => !this.claimed.has(version));
    versions?.forEach((version) => this.claimed.add(version));
    return left;
  }
}

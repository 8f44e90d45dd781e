import type { CorsContext } from '../core/request.js';

/**
 * Answers one origin at a time: for lists too long to hold, for computed ones, and for tenants.
 *
 * Only `true` allows. A throw, a rejection, any other value and no answer within `timeoutMs` deny. It is never called
 * for `null`, nor for an origin that is malformed or over 512 bytes.
 *
 * @example
 * class TenantOrigins implements OriginAllowlist {
 *   constructor(private readonly tenants: TenantService) {}
 *
 *   isAllowed(origin: string) {
 *     return this.tenants.has(origin);
 *   }
 * }
 */
export interface OriginAllowlist {
  /**
   * Reports whether `origin` may use the route. Declare the second parameter only if the answer depends on it. An
   * `isAllowed(origin)` gets the origin only, and its answers are cached per origin. One that takes the context (or
   * rest arguments) is called each time, unless there is a `cacheKey`.
   */
  isAllowed(origin: string, context: CorsContext): boolean | Promise<boolean>;
  /**
   * Returns what the answer depends on besides the origin (for example a tenant): answers are then cached per origin
   * and key. Synchronous. A key over 1,024 characters is not kept; a throw or anything but a string denies.
   */
  cacheKey?(context: CorsContext): string;
}

/** Limits that a source need not exceed when it is loaded. */
export interface SourceLimits {
  /** The most entries of a list: a longer list is a failed load, so reading one entry more is enough. */
  readonly maxEntries?: number;
}

/**
 * Called when a list has changed. `'perhaps'` means that no message said so, but messages may have been missed, for
 * example before a connection was made. Until the first call without it, a list that has a `version` is polled, as it
 * may be that nothing reports changes.
 */
export type ChangeListener = (reason?: 'perhaps') => void;

/** Origins and origin patterns: an array, a set, a generator. A string alone is none: its items are characters. */
export type OriginEntries = Iterable<string> & object;

/** The state of a list; `undefined` and `null`: it cannot be told. */
export type OriginVersion = string | number | bigint | null | undefined;

/**
 * Returns the whole list: it is compiled, kept in memory, and refreshed, so that no request waits for it.
 *
 * Each entry is an origin or an origin pattern, as a policy's `origin` takes them. An entry that fails the checks of a
 * policy is rejected, as are `'*'` and `'null'` always. It is logged, and shown by the status.
 *
 * @example
 * class TenantOrigins implements OriginSource {
 *   constructor(private readonly tenants: TenantService) {}
 *
 *   async load() {
 *     return (await this.tenants.find()).map(({ origin }) => origin);
 *   }
 * }
 */
export interface OriginSource {
  /**
   * Reads the list. The last good list stays if it rejects, or returns a value that is not iterable or has more than
   * `maxEntries` entries. `signal` is aborted after `loadTimeoutMs` and when the app closes; a later result is ignored.
   */
  load(signal: AbortSignal, limits?: SourceLimits): OriginEntries | Promise<OriginEntries>;
  /**
   * Calls `changed` whenever the list should be read again; calling it often is harmless. Returns a function that ends
   * the watch, called once when the app closes.
   */
  watch?(changed: ChangeListener): () => void | Promise<void>;
  /**
   * Returns the version of the list, much cheaper than loading it: a counter, or the time of the last change. It is
   * read before each load. If it is the same as before the last good load, the load is skipped and the list is treated
   * as read just now. `undefined` means unknown: the list is loaded.
   *
   * It must change with every change, also removals: the newest timestamp of the rows does not. To be safe, a list is
   * loaded every `reloadMs` even with the same version. It is read every `pollMs` from a source without `watch`. With
   * `watch` it is read at each `changed()`, and every `refreshMs` after a first change was reported (every `pollMs`
   * until then). Rejecting, and anything but a string, a number, a bigint, `undefined` or `null`, is a failed refresh.
   * `signal` is that of `load`, and its time is for both.
   */
  version?(signal: AbortSignal): OriginVersion | Promise<OriginVersion>;
}

/**
 * Looks up which patterns are on a list that is too long for the memory: one query on an index of a database.
 *
 * The library works out which patterns would cover an origin (the origin itself, `https://*.example.com` for each
 * domain above it, and both with the port `:*`), asks for those, and compares what comes back byte for byte. The checks
 * of each policy apply to the entries, as to those of an `OriginSource` do: `'*'`, `'null'` and malformed entries allow
 * nothing. Answers are cached as for an `OriginAllowlist`, and forgotten at once if `version` or `watch` report a
 * change of the list.
 *
 * @example
 * class ShopOrigins implements OriginLookup {
 *   constructor(private readonly shops: ShopService) {}
 *
 *   async lookUp(patterns: readonly string[]) {
 *     return (await this.shops.findBy({ origin: In([...patterns]) })).map(({ origin }) => origin);
 *   }
 * }
 */
export interface OriginLookup extends Pick<OriginSource, 'version' | 'watch'> {
  /**
   * Returns those of the patterns that are on the list; other patterns in the answer are ignored. Origins asked about
   * at one time share a call, and two calls are under way at most; a call has ended when its promise settles, even if
   * it was aborted. The patterns of an origin with many labels or hyphens come in two calls, the likeliest first.
   *
   * @param patterns different ones, 500 at most
   * @param signal aborted after `timeoutMs`, and when the app closes
   */
  lookUp(patterns: readonly string[], signal: AbortSignal): OriginEntries | Promise<OriginEntries>;
}

/**
 * A provider that has several lists, one for each name: `{ provider: token, allowlist: 'partners' }` in a policy's
 * `origin` is its list `'partners'`.
 *
 * @example
 * class Lists implements OriginLists {
 *   forAllowlist(allowlist: string): OriginSource {
 *     return { load: () => this.read(allowlist) };
 *   }
 * }
 *
 * { origin: { provider: Lists, allowlist: 'partners' } }
 */
export interface OriginLists {
  /** Returns the list of a name; called once for each name that policies use. */
  forAllowlist(allowlist: string): OriginSource | OriginLookup | OriginAllowlist;
}

/**
 * Reports to every instance of an app that an allowlist has changed, faster than polling does: `PostgresNotify`,
 * `RedisNotify`, or one of your own. A source uses it in its own `watch`: `return feed.watch(changed, 'partners')`.
 *
 * A message only says that a list changed: the receiver reads the version or the list itself. So a needless message is
 * harmless. After messages that may have been missed (a lost connection) `changed` is called once.
 */
export interface ChangeFeed {
  /**
   * Calls `changed` for each message about the allowlist, or about any without a name.
   * @returns a function that ends the watch
   */
  watch(changed: ChangeListener, allowlist?: string): () => void | Promise<void>;
  /**
   * Reports a committed change of an allowlist, or of all: to the watchers of this instance at once, and to other
   * instances.
   */
  announce?(allowlist?: string): Promise<void>;
}

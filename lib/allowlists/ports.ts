import type { CorsContext } from '../core/requests/request.js';

/**
 * Answers one origin at a time: for lists too long to hold, for computed ones, and for tenants.
 *
 * Only `true` allows. A throw, a rejection, any other value and no answer within `timeoutMs` deny. It is never asked
 * about `null`, nor about an origin that is malformed or over 512 bytes.
 */
export interface OriginAllowlist {
  /**
   * Reports whether `origin` may use the route. Declare the second parameter only where the answer depends on it: an
   * `isAllowed(origin)` is handed the origin alone, and its answers are kept per origin; one that takes the context
   * (or rest arguments, which tell nothing) is asked each time, unless there is a `cacheKey`.
   */
  isAllowed(origin: string, context: CorsContext): boolean | Promise<boolean>;
  /**
   * Names what the answer depends on besides the origin (a tenant, say): answers are then kept per origin and key.
   * Synchronous. A key over 1,024 characters is not kept; a throw or anything but a string denies.
   */
  cacheKey?(context: CorsContext): string;
}

/**
 * Hands over the whole list: it is compiled, kept in memory, and refreshed, so that no request waits for it.
 *
 * Each entry is an origin or an origin pattern, as a policy's `origin` takes them. An entry that the checks of a
 * policy do not let pass, and `'*'` and `'null'` always, is set aside, logged, and shown by the status.
 */
export interface OriginSource {
  /**
   * Reads the list. Rejecting, or handing over what is not iterable or has more than `maxEntries` entries, keeps the
   * last good list. `signal` is aborted after `loadTimeoutMs` and when the app closes; what comes later is ignored.
   */
  load(signal: AbortSignal): Promise<Iterable<string>>;
  /**
   * Calls `changed` whenever the list should be read again; calling it often is harmless. Returns what ends the watch,
   * called once when the app closes.
   */
  watch?(changed: () => void): () => void | Promise<void>;
  /**
   * Names the state that the list is in, at a small part of the cost of loading it: a counter, the time of the last
   * change. It is asked before each load; where it is what it was before the last good load, the load is left out and
   * the list counts as read just now. `undefined` is "I cannot tell": the list is loaded.
   *
   * It must change with every change, removals included: the newest timestamp of the rows that are there does not. As a
   * net, a list is loaded every `reloadMs` whatever its version says. A source without `watch` is asked every `pollMs`;
   * one with it at each `changed()`, and every `refreshMs`. Rejecting, and anything but a string, a number, a bigint,
   * `undefined` or `null`, is a failed refresh. `signal` is that of `load`, and its time is for both.
   */
  version?(signal: AbortSignal): Promise<string | number | bigint | null | undefined>;
}

/**
 * Looks up which patterns are on a list that is too long to hold: the question that one index of a database answers.
 *
 * The library works out which patterns would cover an origin (the origin itself, `https://*.example.com` for each domain
 * above it, and both with the port `:*`), asks for those, and compares what comes back byte for byte. Entries stand
 * under the checks of each policy, as those of an `OriginSource` do: `'*'`, `'null'` and what is malformed admit nothing.
 * Answers are kept as those of an `OriginAllowlist`, and forgotten at once where `version` or `watch` say that the
 * list has changed.
 */
export interface OriginLookup extends Pick<OriginSource, 'version' | 'watch'> {
  /**
   * Answers with those of the patterns that are on the list; what was not asked for does not count. Origins asked about
   * at one time share a call.
   *
   * @param patterns different ones, 500 at most
   * @param signal aborted after `timeoutMs`, and when the app closes
   */
  lookUp(patterns: readonly string[], signal: AbortSignal): Promise<Iterable<string>>;
}

/**
 * A provider that has several lists, one for each name: `{ provider: token, allowlist: 'partners' }` in a policy's
 * `origin` is what it makes for `'partners'`.
 */
export interface OriginLists {
  /** Makes the list, or says which it is; asked once for each name that policies use. */
  forAllowlist(allowlist: string): OriginSource | OriginLookup | OriginAllowlist;
}

/**
 * Tells every instance of an app that an allowlist has changed, faster than polling does: `PostgresNotify`,
 * `RedisNotify`, or one of your own. A source hands it on from its own `watch`: `return feed.watch(changed, 'partners')`.
 *
 * It is a hint, never the truth: whoever hears it looks for himself. So a message too many is harmless, and after
 * messages that may have been missed (a connection that was gone) `changed` is called once.
 */
export interface ChangeFeed {
  /**
   * Calls `changed` whenever someone says that the allowlist changed, or any, where none is named.
   * @returns what ends the watch
   */
  watch(changed: () => void, allowlist?: string): () => void | Promise<void>;
  /**
   * Says that an allowlist changed, or all of them, once the change is committed. Only where the writer has to say it:
   * on a database whose triggers do, there is no such method.
   */
  announce?(allowlist?: string): Promise<void>;
}

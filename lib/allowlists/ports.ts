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
}

import type { OriginChecks } from '../origin/origin-checks.js';
import type { CorsContext } from '../request.js';

/** A value, or a promise of one. A value that is known is never wrapped in a promise. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * A provider of answers about one origin at a time, with the checks of one policy. It is never called for `null` or for
 * a malformed origin. An answer never rejects: a failure denies instead.
 */
export interface BoundProvider {
  /** True if the answer may depend on more than the origin. */
  readonly usesContext: boolean;
  /** True if the answer is never a promise. */
  readonly atOnce: boolean;
  /** Why it cannot answer at the moment, in a sentence of bounded length; `undefined` while it can. */
  readonly trouble?: string | undefined;
  ask(origin: string, context: CorsContext): MaybePromise<boolean>;
}

/** A provider or a function in a policy's `origin`, before it is bound to that policy's checks. */
export interface OriginProvider {
  /** The name in messages. */
  readonly label: string;
  /** True if it answers by entries of a list; otherwise code of the app answers. */
  readonly holdsEntries?: boolean;
  /** The entries of a list that is in memory. A long list takes time: stop between two entries. */
  entries?(): Iterable<string>;
  /** Binds it to one policy: a list drops the entries that the policy's checks reject. */
  under(checks: OriginChecks): BoundProvider;
}

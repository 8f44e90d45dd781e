import type { OriginChecks } from './origin-checks.js';
import type { CorsContext } from '../requests/request.js';

/** A value that is there at once, or later. What is there at once is never wrapped in a promise. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Someone who is asked about one origin at a time, under the checks of one policy. Never asked about `null` or
 * about a malformed origin. An answer never rejects: whoever implements it denies instead.
 */
export interface OriginQuestion {
  /** Whether the answer may depend on more than the origin. */
  readonly usesContext: boolean;
  /** Whether it never makes anyone wait. */
  readonly atOnce: boolean;
  /** What keeps it from answering at the moment, in a bounded sentence; `undefined` while it can. */
  readonly trouble?: string | undefined;
  ask(origin: string, context: CorsContext): MaybePromise<boolean>;
}

/** A provider or a function named in a policy's `origin`, before it is bound to that policy's checks. */
export interface OriginProvider {
  /** How messages name it. */
  readonly label: string;
  /** Binds it to one policy: a list drops the entries that the policy's checks do not let pass. */
  under(checks: OriginChecks): OriginQuestion;
}

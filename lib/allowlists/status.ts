import type { OriginProvider } from '../core/origins/admission.js';
import type { OriginChecks } from '../core/origins/origin-checks.js';

/** An entry of a list that was set aside. */
export interface RejectedEntry {
  /** The entry, quoted and cut to a bounded length: safe to print. */
  readonly value: string;
  /** Why it is set aside, and what to write instead where that can be known. Sentences that show the entry. */
  readonly reason: string;
}

/** How one provider of origins is doing. */
export interface AllowlistStatus {
  /** The provider's token: a class, a string, a symbol, or the function itself; of one of several lists, a text. */
  readonly token: unknown;
  readonly kind: 'source' | 'allowlist' | 'config' | 'function';
  /** Whether it can answer: a source can from its first good load on. */
  readonly loaded: boolean;
  /** Whether a source's list is older than `maxStaleMs`, so that it denies. */
  readonly stale: boolean;
  /** A source: distinct entries that at least one policy admits. An allowlist: answers kept at the moment. */
  readonly entries: number;
  /** Entries of the list that were set aside; the first 100. */
  readonly rejected: readonly RejectedEntry[];
  /** When the list at hand came into use. */
  readonly loadedAt?: Date;
  /** What went wrong last, quoted and cut; gone once it works again. */
  readonly lastError?: string;
}

/** What all allowlists offer, whatever stands behind them. */
export interface Allowlist extends OriginProvider {
  readonly token: unknown;
  /** The checks of the policies that use it; none where its answers are the app's own decision. */
  readonly checks?: readonly OriginChecks[];
  /** Brings it up to date. Rejects where the provider fails; what was known before then stays. */
  refresh(): Promise<void>;
  status(): AllowlistStatus;
}

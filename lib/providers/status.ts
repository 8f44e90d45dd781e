import type { AllowlistLog } from './log.js';
import type { ResolvedAllowlistOptions } from './options.js';
import type { OriginProvider } from '../core/policy/origin-provider.js';
import type { OriginChecks } from '../core/origin/origin-checks.js';

/** An entry of a list that was rejected. */
export interface RejectedEntry {
  /** The entry, quoted and cut to a bounded length: safe to print. */
  readonly value: string;
  /** The reason, and what to write instead if it is known. Sentences that show the entry. */
  readonly reason: string;
}

/** The state of one provider of origins. Plain data: `JSON.stringify()` and `structuredClone()` lose nothing. */
export interface AllowlistStatus {
  /**
   * A unique name: the name of its class, its token as text (`TENANTS`, `Symbol(TENANTS)`), one of its lists
   * (`TypeOrmOrigins("acme")`), the key of the configuration, `isPartner()` for a function. If two would have the same
   * name, the later one adds the place that uses it first: `TenantOrigins (policies.partner)`.
   */
  readonly name: string;
  readonly kind: 'source' | 'allowlist' | 'config' | 'function';
  /**
   * True if it can allow an origin: a source can from its first good load on; a look-up cannot while every call fails
   * and no grant is cached.
   */
  readonly loaded: boolean;
  /** True if a source's list is older than `maxStaleMs`, so that it denies. */
  readonly stale: boolean;
  /** A source: distinct entries that at least one policy accepts. An allowlist: cached answers. */
  readonly entries: number;
  /** Entries of the list that were rejected; the first 100. */
  readonly rejected: readonly RejectedEntry[];
  /** When the list came into use, in ISO 8601. */
  readonly loadedAt?: string;
  /** The last error, quoted and cut; gone once it works again. */
  readonly lastError?: string;
}

/** The interface of all allowlists. */
export interface Allowlist extends OriginProvider {
  /** The checks of the policies that use it; none where its answers are the app's own decision. */
  readonly checks?: readonly OriginChecks[];
  /** Refreshes it. Rejects if the provider fails; the earlier answers then stay. */
  refresh(): Promise<void>;
  status(): AllowlistStatus;
}

/** The parts that an allowlist of any kind is made of. */
export interface AllowlistSetup<Provider> {
  /** The unique name in the status. */
  readonly name: string;
  /** The unique name in messages. */
  readonly label: string;
  readonly provider: Provider;
  readonly options: ResolvedAllowlistOptions;
  readonly log: AllowlistLog;
}

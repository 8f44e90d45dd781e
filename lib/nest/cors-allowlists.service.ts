import { Inject, Injectable, type InjectionToken } from '@nestjs/common';
import { LookupProvider } from '../providers/lookup/lookup-provider.js';
import type { AllowlistStatus } from '../providers/status.js';
import type { OriginProblem } from '../core/origin/problems.js';
import { CorsBoot } from './bootstrap.js';
import { diagnoseEntry } from '../config/origin-entry.js';
import { type ProviderReference, referenceIn, textOf } from '../config/provider-reference.js';
import type { OriginProviderReference } from '../config/options.js';

/**
 * Shows the state of providers of origins, origin functions and configured lists, and refreshes providers.
 *
 * @example
 * await allowlists.refresh(TenantOrigins);   // after a change that nothing announces
 * allowlists.status();                       // [{ name: 'TenantOrigins', loaded: true, entries: 12, … }]
 */
@Injectable()
export class CorsAllowlists {
  /** @internal Nest creates it. */
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /**
   * Loads a provider's list again, or forgets its cached answers; without a token, for every provider. Resolves when
   * the new list is in effect.
   *
   * @param provider as in policies: a class, a symbol, another token, or `{ provider, allowlist }`
   * @throws Error (a rejection) if the source fails (the last good list stays); if no policy uses it; before the app
   *   has been initialised
   */
  async refresh(provider?: InjectionToken | OriginProviderReference): Promise<void> {
    const { allowlists } = this.boot.expectRunning();
    if (provider === undefined) {
      await Promise.all(allowlists.all.map((allowlist) => allowlist.refresh()));
      return;
    }
    const reference = referenceOf(provider);
    const allowlist = allowlists.find(reference);
    if (allowlist === undefined) {
      throw new Error(`CorsAllowlists.refresh(): no policy lists the provider ${textOf(reference)} in its origin.`);
    }
    await allowlist.refresh();
  }

  /**
   * Finds the reasons why a list would reject an entry: it is not an origin pattern, or a policy that uses the list
   * does not accept it. Call this before an entry is stored. Empty if every policy accepts it.
   *
   * @param provider as in policies: an `OriginSource` or an `OriginLookup`
   * @returns `undefined` where no policy uses such a list, or the app is not initialised yet
   */
  diagnose(provider: InjectionToken | OriginProviderReference, entry: unknown): readonly OriginProblem[] | undefined {
    const allowlist = this.boot.running?.allowlists.find(referenceOf(provider));
    const checks = allowlist?.checks;
    return checks === undefined ? undefined : diagnoseEntry(entry, checks, allowlist instanceof LookupProvider);
  }

  /**
   * The state of every provider, origin function and configuration key in policies: plain data, each row with a unique
   * name.
   *
   * @throws Error before the app has been initialised
   */
  status(): readonly AllowlistStatus[] {
    return this.boot.expectRunning().allowlists.all.map((allowlist) => allowlist.status());
  }
}

function referenceOf(provider: InjectionToken | OriginProviderReference): ProviderReference {
  return referenceIn(provider) ?? { token: provider as InjectionToken };
}

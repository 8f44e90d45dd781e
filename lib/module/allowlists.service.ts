import { Inject, Injectable, type InjectionToken } from '@nestjs/common';
import type { AllowlistStatus } from '../allowlists/status.js';
import type { OriginProblem } from '../core/origins/origin-problem.js';
import { CorsBoot } from './boot/boot.js';
import { diagnoseEntry } from './configuration/entry-diagnosis.js';
import { keyOf, referenceIn } from './configuration/provider-registry.js';
import type { OriginProviderReference } from './options.js';

/** Says how providers of origins, origin functions and configured lists are doing, and brings providers up to date. */
@Injectable()
export class CorsAllowlists {
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /**
   * Loads a provider's list again, or forgets its kept answers; without a token, every provider's. Resolves when the
   * new list is in effect.
   *
   * @param provider what policies name it by: a class, a symbol, another token, or `{ provider, allowlist }`
   * @throws Error (a rejection) where the source fails, and the last good list stays; where no policy names it;
   *   before the app has been initialised
   */
  async refresh(provider?: InjectionToken | OriginProviderReference): Promise<void> {
    const { allowlists } = this.boot.expectRunning();
    if (provider === undefined) {
      await Promise.all([...allowlists.values()].map((allowlist) => allowlist.refresh()));
      return;
    }
    const key = keyOf(referenceIn(provider) ?? { token: provider as InjectionToken });
    const allowlist = allowlists.get(key);
    if (allowlist === undefined) {
      const name = typeof key === 'function' ? key.name : String(key);
      throw new Error(`CorsAllowlists.refresh: no policy names the provider ${name} in its origin.`);
    }
    await allowlist.refresh();
  }

  /**
   * What is wrong with a value as an entry of a list: it is no origin pattern, or the checks of a policy that uses the
   * list would set it aside. Ask it before an entry is stored. Empty where every policy would take it.
   *
   * @param provider as policies name it: an `OriginSource` or an `OriginLookup`
   * @returns `undefined` where no policy uses such a list, or the app is not initialised yet: nobody can tell
   */
  diagnose(provider: InjectionToken | OriginProviderReference, entry: unknown): readonly OriginProblem[] | undefined {
    const key = keyOf(referenceIn(provider) ?? { token: provider as InjectionToken });
    const checks = this.boot.running?.allowlists.get(key)?.checks;
    return checks === undefined ? undefined : diagnoseEntry(entry, checks);
  }

  /**
   * The state of every provider, origin function and configuration key that policies name.
   *
   * @throws Error before the app has been initialised
   */
  status(): readonly AllowlistStatus[] {
    return [...this.boot.expectRunning().allowlists.values()].map((allowlist) => allowlist.status());
  }
}

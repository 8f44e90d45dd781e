import { Inject, Injectable, type InjectionToken } from '@nestjs/common';
import type { AllowlistStatus } from '../allowlists/status.js';
import { CorsBoot } from './boot/boot.js';

/** Says how providers of origins, origin functions and configured lists are doing, and brings providers up to date. */
@Injectable()
export class CorsAllowlists {
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /**
   * Loads a provider's list again, or forgets its kept answers; without a token, every provider's. Resolves when the
   * new list is in effect.
   *
   * @param token the class, symbol or token that policies name it by
   * @throws Error (a rejection) where the source fails, and the last good list stays; where no policy names the token;
   *   before the app has been initialised
   */
  async refresh(token?: InjectionToken): Promise<void> {
    const { allowlists } = this.boot.expectRunning();
    if (token === undefined) {
      await Promise.all([...allowlists.values()].map((allowlist) => allowlist.refresh()));
      return;
    }
    const allowlist = allowlists.get(token);
    if (allowlist === undefined) {
      const name = typeof token === 'function' ? token.name : String(token);
      throw new Error(`CorsAllowlists.refresh: no policy names the provider ${name} in its origin.`);
    }
    await allowlist.refresh();
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

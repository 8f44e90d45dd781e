import { Inject, Injectable } from '@nestjs/common';
import type { AllowlistStatus } from '../allowlists/status.js';
import { quote } from '../core/problems/quote.js';
import { CorsAllowlists } from './allowlists.service.js';
import { CorsBoot } from './boot/boot.js';

/** Providers that a health report names; those in trouble come first. */
const SHOWN = 20;
/** Longest name of a provider that a report shows, in characters. */
const MAX_NAME = 100;

/**
 * How one provider of origins is doing: `ok`; `failing`, while what was known before still answers; `stale`, a list
 * older than `maxStaleMs`, which denies; `not-loaded`, a list that was never there, which denies.
 */
export type CorsProviderState = 'ok' | 'failing' | 'stale' | 'not-loaded';

/** One provider in a health report. Without the text of its last error, which may hold a connection string: the log has it. */
export interface CorsProviderHealth {
  /** The name of its class, or its token. */
  readonly provider: string;
  readonly state: CorsProviderState;
  /** As in `AllowlistStatus`. */
  readonly entries: number;
  /** Entries set aside, up to 100. */
  readonly rejected: number;
  /** When its list came into use, in ISO 8601. */
  readonly loadedAt?: string;
}

/** What {@link CorsHealthIndicator} reports. */
export interface CorsHealth {
  readonly status: 'up' | 'degraded' | 'down';
  /** Why it is not simply up, in a few words. */
  readonly message?: string;
  /** The first 20, those in trouble before the others. */
  readonly providers: readonly CorsProviderHealth[];
  /** Providers that are not shown. */
  readonly more?: number;
}

/** How {@link CorsHealthIndicator.isHealthy} counts. */
export interface CorsHealthOptions {
  /**
   * What the status is where a provider fails while its last good list, or its kept answers, still serve. Default
   * `'up'`: to take the instance out of service would help nobody. `'degraded'` is known to Terminus from 12 on;
   * Terminus 11 would leave the whole entry out.
   */
  readonly failing?: CorsHealth['status'];
}

/**
 * The allowlists as a health check, for `@nestjs/terminus` 11 and 12 or anything that takes its results:
 * `health.check([() => cors.isHealthy('cors')])`. It asks nobody: what the refreshes found is what it says.
 *
 * `down`, for Terminus a 503: a list was never loaded, or is stale, so that its origins are all denied; the app is not
 * initialised yet. Otherwise `up`, or what {@link CorsHealthOptions.failing} says. Fit for readiness; not for liveness,
 * as a restart mends no database.
 */
@Injectable()
export class CorsHealthIndicator {
  constructor(
    @Inject(CorsBoot) private readonly boot: CorsBoot,
    @Inject(CorsAllowlists) private readonly allowlists: CorsAllowlists,
  ) {}

  /**
   * Never throws.
   *
   * @param key under which the report stands
   * @returns an object of that one key, as Terminus calls a `HealthIndicatorResult`
   */
  isHealthy<Key extends string = 'cors'>(
    key: Key = 'cors' as Key,
    { failing = 'up' }: CorsHealthOptions = {},
  ): Record<Key, CorsHealth> {
    return { [key]: this.health(failing) } as Record<Key, CorsHealth>;
  }

  private health(failing: CorsHealth['status']): CorsHealth {
    if (this.boot.running === undefined) {
      return { status: 'down', message: 'the app is not initialised', providers: [] };
    }
    const all = this.allowlists.status().map(healthOf);
    const [denying, limping] = [all.filter(denies), all.filter(({ state }) => state === 'failing')];
    const status = denying.length > 0 ? 'down' : limping.length > 0 ? failing : 'up';
    const words = [
      ...(denying.length > 0 ? [`${denying.length} without a list that counts: they deny every origin`] : []),
      ...(limping.length > 0 ? [`${limping.length} failing: what was known before still answers`] : []),
    ];
    const shown = [...denying, ...limping, ...all.filter(({ state }) => state === 'ok')].slice(0, SHOWN);
    return {
      status,
      ...(words.length > 0 && { message: words.join('; ') }),
      providers: shown,
      ...(all.length > SHOWN && { more: all.length - SHOWN }),
    };
  }
}

function healthOf(status: AllowlistStatus): CorsProviderHealth {
  return {
    provider: labelOf(status.token),
    state: stateOf(status),
    entries: status.entries,
    rejected: status.rejected.length,
    ...(status.loadedAt !== undefined && { loadedAt: status.loadedAt.toISOString() }),
  };
}

function stateOf({ loaded, stale, lastError }: AllowlistStatus): CorsProviderState {
  if (!loaded) {
    return 'not-loaded';
  }
  return stale ? 'stale' : lastError === undefined ? 'ok' : 'failing';
}

function denies({ state }: CorsProviderHealth): boolean {
  return state === 'stale' || state === 'not-loaded';
}

function labelOf(token: unknown): string {
  const name = typeof token === 'function' ? token.name : typeof token === 'string' ? token : quote(token);
  return name === '' ? 'an origin function' : name.slice(0, MAX_NAME);
}

import { Inject, Injectable } from '@nestjs/common';
import type { AllowlistStatus } from '../providers/status.js';
import { CorsAllowlists } from './cors-allowlists.service.js';
import { CorsBoot } from './bootstrap.js';

/** Most providers in a health report; failing ones come first. */
const SHOWN = 20;
/** Longest name of a provider that a report shows, in characters. */
const MAX_NAME = 100;

/**
 * The state of one provider of origins: `ok`; `failing`, while the last good answers are used; `stale`, a list older
 * than `maxStaleMs`, which denies; `not-loaded`, a list that was never there, or a look-up whose calls all fail and
 * that has no cached answer, which denies.
 */
export type CorsProviderState = 'ok' | 'failing' | 'stale' | 'not-loaded';

/**
 * One provider in a health report. Without the text of its last error, which may contain a connection string: the log
 * has it.
 */
export interface CorsProviderHealth {
  /** Its name in `AllowlistStatus`, cut to 100 characters. */
  readonly provider: string;
  readonly state: CorsProviderState;
  /** As in `AllowlistStatus`. */
  readonly entries: number;
  /** Rejected entries, up to 100. */
  readonly rejected: number;
  /** When its list came into use, in ISO 8601. */
  readonly loadedAt?: string;
}

/** The report of {@link CorsHealthIndicator}. */
export interface CorsHealth {
  readonly status: 'up' | 'degraded' | 'down';
  /** The reason why it is not simply up, in a few words. */
  readonly message?: string;
  /** The first 20, failing ones first. */
  readonly providers: readonly CorsProviderHealth[];
  /** Providers that are not shown. */
  readonly more?: number;
}

/**
 * Options of {@link CorsHealthIndicator.isHealthy}.
 *
 * @example
 * health.check([() => cors.isHealthy('cors', { failing: 'degraded' })]); // Terminus 12
 */
export interface CorsHealthOptions {
  /**
   * The status if a provider fails while its last good list, or its cached answers, are still used. Default `'up'`,
   * because taking the instance out of service would not help. `'degraded'` needs Terminus 12; Terminus 11 would leave
   * out the whole entry.
   */
  readonly failing?: CorsHealth['status'];
}

/**
 * The allowlists as a health check, for `@nestjs/terminus` 11 and 12 or anything that takes its results:
 * `health.check([() => cors.isHealthy('cors')])`. It calls no provider: it reports what the refreshes found.
 *
 * `down`, for Terminus a 503: a list was never loaded, is stale, or cannot be looked up, so that its origins are all
 * denied; the app is not initialised yet. Otherwise `up`, or the value of {@link CorsHealthOptions.failing}. Use it for
 * readiness, not for liveness: a restart fixes no database.
 *
 * @example
 * health.check([() => cors.isHealthy('cors')])   // HealthCheckService of @nestjs/terminus
 */
@Injectable()
export class CorsHealthIndicator {
  /** @internal Nest creates it. */
  constructor(
    @Inject(CorsBoot) private readonly boot: CorsBoot,
    @Inject(CorsAllowlists) private readonly allowlists: CorsAllowlists,
  ) {}

  /**
   * Never throws.
   *
   * @param key the key of the report in the result
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
    const statuses = this.allowlists.status();
    const all = statuses.map(healthOf);
    const [denying, limping] = [all.filter(denies), all.filter(({ state }) => state === 'failing')];
    const status = denying.length > 0 ? 'down' : limping.length > 0 ? failing : 'up';
    const words = [
      ...(denying.length > 0 ? [`${denying.length} without a usable list: they deny every origin`] : []),
      ...failingWords(statuses),
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

/** A list in memory is used as it is; other providers use their cached answers, for a time. */
function failingWords(statuses: readonly AllowlistStatus[]): string[] {
  const failing = statuses.filter((status) => stateOf(status) === 'failing');
  const exchange = failing.filter(({ kind }) => kind === 'source').length;
  const asked = failing.length - exchange;
  return [
    ...(exchange > 0 ? [`${exchange} failing: the last good answers are used`] : []),
    ...(asked > 0 ? [`${asked} failing: a call that fails denies, cached answers are still used`] : []),
  ];
}

function healthOf(status: AllowlistStatus): CorsProviderHealth {
  return {
    provider: status.name.slice(0, MAX_NAME),
    state: stateOf(status),
    entries: status.entries,
    rejected: status.rejected.length,
    ...(status.loadedAt !== undefined && { loadedAt: status.loadedAt }),
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

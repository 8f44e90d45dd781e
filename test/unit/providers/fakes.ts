import type { AllowlistLog } from '../../../lib/providers/log.js';
import { type AllowlistOptions, resolveAllowlistOptions } from '../../../lib/providers/options.js';
import type { AllowlistSetup } from '../../../lib/providers/status.js';
import type { OriginChecks } from '../../../lib/core/origin/origin-checks.js';
import type { CorsContext } from '../../../lib/core/request.js';

/** A log that records its lines with their levels. */
export class RecordingLog implements AllowlistLog {
  readonly lines: string[] = [];

  log(message: string): void {
    this.lines.push(`log ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

export function setup<Provider>(
  provider: Provider,
  options: AllowlistOptions = {},
  log: AllowlistLog = new RecordingLog(),
): AllowlistSetup<Provider> {
  return { name: 'Tenants', label: 'Tenants', provider, options: resolveAllowlistOptions(options), log };
}

const isPublicSuffix = (domain: string): boolean => domain === 'github.io';

/** The checks of a policy, by default without credentials and flags. */
export function checks(given: Partial<OriginChecks> = {}): OriginChecks {
  return { credentials: false, dangerously: {}, isPublicSuffix, ...given };
}

export function context(given: Partial<CorsContext> = {}): CorsContext {
  return {
    origin: 'https://a.example',
    method: 'GET',
    url: '/orders',
    hostname: 'api.example',
    params: {},
    route: undefined,
    preflight: false,
    request: undefined,
    ...given,
  };
}

/** A different origin for each number. */
export function originNumber(index: number): string {
  return `https://o${index}.example`;
}

import type { AllowlistLog } from '../../../lib/allowlists/log.js';
import { type AllowlistOptions, resolveAllowlistOptions } from '../../../lib/allowlists/options.js';
import type { AllowlistSetup } from '../../../lib/allowlists/setup.js';
import type { OriginChecks } from '../../../lib/core/origins/origin-checks.js';
import type { CorsContext } from '../../../lib/core/requests/request.js';

/** A log that remembers its lines, each with its level. */
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
  return { token: 'TOKEN', label: 'Tenants', provider, options: resolveAllowlistOptions(options), log };
}

const isPublicSuffix = (domain: string): boolean => domain === 'github.io';

/** The checks of a policy without credentials and flags, where nothing else is said. */
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

/** An origin that is not like the others. */
export function originNumber(index: number): string {
  return `https://o${index}.example`;
}

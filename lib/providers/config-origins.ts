import { quote } from '../core/issues/text.js';
import type { Allowlist, AllowlistStatus } from './status.js';

/** The one method of a `ConfigService` (`@nestjs/config`) that is used here. */
export interface ConfigReader {
  get(key: string): unknown;
}

/** An origin in the configuration. */
export interface ConfiguredOrigin {
  /** The place: `CORS_ORIGINS[2]`. */
  readonly place: string;
  /** Not checked. */
  readonly value: unknown;
}

/** The value of a key of the configuration, or the reason why it is not a list of origins. */
export type ConfigReading = { readonly entries: readonly ConfiguredOrigin[] } | { readonly problem: string };

/** Recognizes an instance of the package's other module format too, unlike `instanceof`. */
const BRAND: unique symbol = Symbol.for('nestjs-cors-policy:config-origins') as never;

/**
 * Origins from a key of `@nestjs/config`, read once at boot: `origin: ConfigOrigins.forKey('CORS_ORIGINS')`.
 *
 * The value is a comma-separated string (white space around entries is ignored) or an array. A missing key, an empty
 * list and a bad entry stop startup. With `optional: true` an unset or empty key is an empty list.
 */
export class ConfigOrigins {
  readonly [BRAND] = true;
  readonly key: string;
  readonly optional: boolean;

  private constructor(key: string, optional: boolean) {
    this.key = key;
    this.optional = optional;
    Object.freeze(this);
  }

  /**
   * @param key as `ConfigService.get` takes it: `CORS_ORIGINS`, or `cors.origins`
   * @param options `optional: true` reads an unset or empty key as an empty list, which allows no origin. Default:
   *   `false`
   * @throws TypeError where the key is not a string, or empty
   * @example origin: ['https://app.example.com', ConfigOrigins.forKey('PREVIEW_ORIGINS', { optional: true })]
   */
  static forKey(key: string, { optional = false }: { readonly optional?: boolean } = {}): ConfigOrigins {
    if (typeof key !== 'string' || key === '') {
      throw new TypeError(`ConfigOrigins.forKey: not a key: ${quote(key)}`);
    }
    return new ConfigOrigins(key, optional);
  }

  /** Reads the key. Never throws. */
  read(config: ConfigReader): ConfigReading {
    let value: unknown;
    try {
      value = config.get(this.key);
    } catch (error) {
      return { problem: `${this.key} cannot be read: ${quote(error instanceof Error ? error.message : error)}` };
    }
    const list = typeof value === 'string' && value.trim() !== '' ? value.split(',').map((item) => item.trim()) : value;
    const isEmpty = list === undefined || list === null || typeof list === 'string';
    if (this.optional && (isEmpty || (Array.isArray(list) && list.length === 0))) {
      return { entries: [] };
    }
    if (isEmpty) {
      return { problem: `${this.key} is ${typeof list === 'string' ? 'empty' : 'not set'}` };
    }
    if (!Array.isArray(list)) {
      return { problem: `${this.key} must be a comma-separated string or an array, not ${quote(list)}` };
    }
    if (list.length === 0) {
      return { problem: `${this.key} is empty` };
    }
    return { entries: list.map((item: unknown, index) => ({ place: `${this.key}[${index}]`, value: item })) };
  }
}

/** Reports whether a value was made by `ConfigOrigins.forKey`, of this or the package's other module format. */
export function isConfigOrigins(value: unknown): value is ConfigOrigins {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The entries of a configuration key, as `CorsAllowlists` shows them: read once at boot, where a bad one stops startup. */
export function configStatus(name: string, entries: number): Pick<Allowlist, 'refresh' | 'status'> {
  const status: AllowlistStatus = Object.freeze({
    name,
    kind: 'config',
    loaded: true,
    stale: false,
    entries,
    rejected: Object.freeze([]),
    loadedAt: new Date().toISOString(),
  });
  return { refresh: () => Promise.resolve(), status: () => status };
}

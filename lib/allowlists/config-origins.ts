import { quote } from '../core/problems/quote.js';

/** The one method of a `ConfigService` (`@nestjs/config`) that is used here. */
export interface ConfigReader {
  get(key: string): unknown;
}

/** An origin as the configuration holds it. */
export interface ConfiguredOrigin {
  /** Where it stands: `CORS_ORIGINS[2]`. */
  readonly place: string;
  /** Not checked. */
  readonly value: unknown;
}

/** What a key of the configuration holds, or why that is no list of origins. */
export type ConfigReading = { readonly entries: readonly ConfiguredOrigin[] } | { readonly problem: string };

/** Tells an instance of the package's other module format, too, which `instanceof` does not. */
const BRAND: unique symbol = Symbol.for('nestjs-cors-policy:config-origins') as never;

/**
 * Origins from a key of `@nestjs/config`, read once at boot: `origin: ConfigOrigins.forKey('CORS_ORIGINS')`.
 *
 * The key holds a comma-separated string (white space around entries does not count) or an array. It is configuration:
 * a missing key, an empty list and a bad entry end the boot.
 */
export class ConfigOrigins {
  readonly [BRAND] = true;
  readonly key: string;

  private constructor(key: string) {
    this.key = key;
    Object.freeze(this);
  }

  /**
   * @param key as `ConfigService.get` takes it: `CORS_ORIGINS`, or `cors.origins`
   * @throws TypeError where the key is not a string, or empty
   */
  static forKey(key: string): ConfigOrigins {
    if (typeof key !== 'string' || key === '') {
      throw new TypeError(`ConfigOrigins.forKey: not a key: ${quote(key)}`);
    }
    return new ConfigOrigins(key);
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
    if (list === undefined || list === null || typeof list === 'string') {
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

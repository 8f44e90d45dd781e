import { HostTree } from './host-tree.js';
import { MAX_ORIGIN_LENGTH, parseOrigin } from './origin.js';
import type { OriginPattern } from './origin-pattern.js';
import { OriginSet } from './origin-set.js';

/** A list of origin patterns, compiled. It never changes once it is built. */
export interface OriginMatcher {
  /** How many different patterns it holds. */
  readonly size: number;
  /**
   * Reports whether a pattern covers the value of an `Origin` header, byte for byte: no folding of case, no
   * repair. Whatever is not a well-formed origin of at most 512 bytes is covered by none. Never throws. The time
   * it takes follows the length of the origin, not that of the list.
   */
  has(origin: string): boolean;
}

/** Compiles a list of patterns at one go. For a long list, feed an {@link OriginMatcherBuilder} in slices. */
export function buildOriginMatcher(patterns: Iterable<OriginPattern>): OriginMatcher {
  const builder = new OriginMatcherBuilder();
  for (const pattern of patterns) {
    builder.add(pattern);
  }
  return builder.build();
}

/**
 * Compiles a list of patterns bit by bit, so that the caller may let the event loop turn between two of them:
 * all work is done in `add`, and `build` only hands over. One builder makes one matcher.
 */
export class OriginMatcherBuilder {
  readonly #patterns = new CompiledPatterns();
  #built = false;

  /** How many different patterns were added. */
  get size(): number {
    return this.#patterns.size;
  }

  /**
   * Adds a pattern, unless it is there already; reports whether it was not.
   * @param pattern as `parseOriginPattern` returned it: its text is trusted to be well-formed
   * @throws Error once the matcher is built, as that must not change any more
   */
  add(pattern: OriginPattern): boolean {
    if (this.#built) {
      throw new Error('OriginMatcherBuilder: the matcher is built, nothing can be added');
    }
    return this.#patterns.add(pattern);
  }

  build(): OriginMatcher {
    this.#built = true;
    const patterns = this.#patterns;
    return Object.freeze({ size: patterns.size, has: (origin: string) => patterns.has(origin) });
  }
}

class CompiledPatterns {
  /** Patterns without a wildcard. Only well-formed origins are in here, so a hit needs no parsing. */
  readonly #exact = new OriginSet();
  /** `https://a.example` of the pattern `https://a.example:*`. */
  readonly #anyPort = new OriginSet();
  /** Patterns whose host begins with `*.`. */
  readonly #subdomains = new HostTree();

  get size(): number {
    return this.#exact.size + this.#anyPort.size + this.#subdomains.size;
  }

  add(pattern: OriginPattern): boolean {
    const { text, scheme, host, subdomains, port } = pattern;
    if (subdomains) {
      return this.#subdomains.add(host, schemeAndPort(scheme, port));
    }
    return port === '*' ? this.#anyPort.add(`${scheme}://${host}`) : this.#exact.add(text);
  }

  has(value: string): boolean {
    if (value.length > MAX_ORIGIN_LENGTH) {
      return false;
    }
    if (this.#exact.has(value)) {
      return true;
    }
    if (this.#anyPort.size === 0 && this.#subdomains.size === 0) {
      return false;
    }

    const origin = parseOrigin(value);
    if (origin === undefined) {
      return false;
    }
    const { scheme, host, port, kind } = origin;
    if (this.#anyPort.has(`${scheme}://${host}`)) {
      return true;
    }
    if (kind !== 'domain' || this.#subdomains.size === 0) {
      return false;
    }
    return this.#subdomains.covers(host, schemeAndPort(scheme, port), schemeAndPort(scheme, '*'));
  }
}

/** Two patterns on one host differ in nothing else. */
function schemeAndPort(scheme: string, port: OriginPattern['port']): string {
  return port === undefined ? scheme : `${scheme}:${port}`;
}

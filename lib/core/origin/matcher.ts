import { HostTree } from './host-tree.js';
import { SUBDOMAIN_WILDCARD } from './host.js';
import { standsForWildcard } from './label-wildcard.js';
import { MAX_ORIGIN_LENGTH, parseOrigin, SCHEME_SEPARATOR } from './origin.js';
import type { OriginPattern } from './pattern.js';
import { OriginSet } from './origin-set.js';

/** A list of origin patterns, compiled. It never changes once it is built. */
export interface OriginMatcher {
  /** Number of different patterns. */
  readonly size: number;
  /**
   * Reports whether a pattern covers the value of an `Origin` header, byte for byte: no folding of case, no repair. A
   * text that is not a well-formed origin of at most 512 bytes is covered by none. Never throws. The time depends on
   * the length of the origin, not on that of the list: a few look-ups, and two for each shape of a wildcard inside a
   * label (its number of bytes before and after the `*`) that the list has just above the origin's host. There are at
   * most 1953 of these.
   */
  has(origin: string): boolean;
  /** The texts of the patterns, in no order. */
  texts(): Iterable<string>;
}

/** Compiles a list of patterns in one step. For a long list, feed an {@link OriginMatcherBuilder} in slices. */
export function buildOriginMatcher(patterns: Iterable<OriginPattern>): OriginMatcher {
  const builder = new OriginMatcherBuilder();
  for (const pattern of patterns) {
    builder.add(pattern);
  }
  return builder.build();
}

/**
 * Compiles a list of patterns step by step, so that the caller can yield to the event loop in between: all work is done
 * in `add`. One builder makes one matcher.
 */
export class OriginMatcherBuilder {
  readonly #patterns = new CompiledPatterns();
  #built = false;

  /** Number of different patterns that were added. */
  get size(): number {
    return this.#patterns.size;
  }

  /**
   * Adds a pattern; reports whether it is new.
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
    return Object.freeze({
      size: patterns.size,
      has: (origin: string) => patterns.has(origin),
      texts: () => patterns.texts(),
    });
  }
}

class CompiledPatterns {
  /** Patterns without a wildcard. Only well-formed origins are in here, so a hit needs no parsing. */
  readonly #exact = new OriginSet();
  /** `https://a.example` of the pattern `https://a.example:*`. */
  readonly #anyPort = new OriginSet();
  /** Patterns with a `*` inside their leftmost label; the tree knows their shapes, by the domain above that label. */
  readonly #labels = new OriginSet();
  /** Patterns whose host begins with `*.`. */
  readonly #subdomains = new HostTree();

  get size(): number {
    return this.#exact.size + this.#anyPort.size + this.#labels.size + this.#subdomains.size;
  }

  add(pattern: OriginPattern): boolean {
    const { text, scheme, host, subdomains, label, port } = pattern;
    if (label !== undefined) {
      this.#subdomains.addShape(host, shapeOf(label.prefix.length, label.suffix.length));
      return this.#labels.add(text);
    }
    if (subdomains) {
      return this.#subdomains.add(host, schemeAndPort(scheme, port));
    }
    return port === '*' ? this.#anyPort.add(`${scheme}://${host}`) : this.#exact.add(text);
  }

  *texts(): Iterable<string> {
    yield* this.#exact.values();
    for (const start of this.#anyPort.values()) {
      yield `${start}:*`;
    }
    yield* this.#labels.values();
    for (const [domain, mark] of this.#subdomains.pairs()) {
      const [scheme, ...port] = mark.split(':');
      yield [`${scheme!}${SCHEME_SEPARATOR}${SUBDOMAIN_WILDCARD}${domain}`, ...port].join(':');
    }
  }

  has(value: string): boolean {
    if (value.length > MAX_ORIGIN_LENGTH) {
      return false;
    }
    if (this.#exact.has(value)) {
      return true;
    }
    if (this.#anyPort.size === 0 && this.#subdomains.size === 0 && this.#labels.size === 0) {
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
    if (kind !== 'domain') {
      return false;
    }
    return (
      this.#subdomains.covers(host, schemeAndPort(scheme, port), schemeAndPort(scheme, '*')) ||
      this.#hasLabel(scheme, host, port)
    );
  }

  /** Writes the patterns that could cover the host, one for each shape, and looks them up. */
  #hasLabel(scheme: string, host: string, port: number | undefined): boolean {
    const dot = host.indexOf('.');
    const start = scheme + SCHEME_SEPARATOR;
    const end = port === undefined ? '' : `:${port}`;
    for (const shape of this.#subdomains.shapesBelow(host.slice(dot + 1))) {
      const from = prefixLength(shape);
      const to = dot - suffixLength(shape);
      if (standsForWildcard(host, from, to)) {
        const text = `${start}${host.slice(0, from)}*${host.slice(to)}`;
        if (this.#labels.has(text + end) || this.#labels.has(`${text}:*`)) {
          return true;
        }
      }
    }
    return false;
  }
}

/** The bytes of a label wildcard before and after its `*`, as one number: neither is more than 62. */
function shapeOf(prefix: number, suffix: number): number {
  return prefix * SHAPE_BASE + suffix;
}

function prefixLength(shape: number): number {
  return Math.floor(shape / SHAPE_BASE);
}

function suffixLength(shape: number): number {
  return shape % SHAPE_BASE;
}

const SHAPE_BASE = 64;

/** Two patterns on one host differ in nothing else. */
function schemeAndPort(scheme: string, port: OriginPattern['port']): string {
  return port === undefined ? scheme : `${scheme}:${port}`;
}

import { covers } from '../../core/origins/covers.js';
import { type OriginPattern, parseOriginPattern } from '../../core/origins/origin-pattern.js';

/** Who is admitted now and was not before, as far as it can be told from what is written. */
export interface OriginChange {
  /** Origins and patterns that nothing covered before. */
  readonly added: readonly string[];
  /** Providers, functions and expressions that were not there: whom they admit cannot be compared. */
  readonly unknown: readonly string[];
  /** What was there and is covered by nothing now. */
  readonly removed: readonly string[];
}

/**
 * Compares two lists of origins by what they cover: `https://a.example` beside `https://*.a.example` is no change.
 * An expression or a provider covers only what is written just the same.
 */
export function compareOrigins(before: readonly string[], after: readonly string[]): OriginChange {
  const fresh = after.filter((term) => !isCovered(term, before));
  return {
    added: fresh.filter(isPlain),
    unknown: fresh.filter((term) => !isPlain(term)),
    removed: before.filter((term) => !isCovered(term, after)),
  };
}

function isCovered(term: string, list: readonly string[]): boolean {
  if (list.includes('*') || list.includes(term)) {
    return true;
  }
  const pattern = patternOf(term);
  return pattern !== undefined && list.some((other) => isCoveredBy(pattern, other));
}

function isCoveredBy(pattern: OriginPattern, other: string): boolean {
  const outer = patternOf(other);
  return outer !== undefined && covers(outer, pattern);
}

function isPlain(term: string): boolean {
  return term === '*' || term === 'null' || patternOf(term) !== undefined;
}

/** The names of providers and functions and the text of an expression are no patterns. */
function patternOf(term: string): OriginPattern | undefined {
  const pattern = parseOriginPattern(term);
  return 'code' in pattern ? undefined : pattern;
}

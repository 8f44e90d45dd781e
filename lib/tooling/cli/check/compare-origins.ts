import { covers } from '../../../core/origin/covers.js';
import { isSharedOrigin } from '../../../core/origin/origin.js';
import { type OriginPattern, parseOriginPattern } from '../../../core/origin/parse-pattern.js';

/** Origins that are allowed now and were not before, as far as the written origins tell. */
export interface OriginChange {
  /** Origins and patterns that nothing covered before. */
  readonly added: readonly string[];
  /** New providers, functions and expressions: the origins that they allow cannot be compared. */
  readonly unknown: readonly string[];
  /** Entries that were there and that nothing covers now. */
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

/** Reports whether a list allows everything that one of its possible elements allows. */
export function isCovered(term: string, list: readonly string[]): boolean {
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

/** Reports whether an element of an `origin` can be compared by the origins that it allows. */
export function isPlain(term: string): boolean {
  return term === '*' || isSharedOrigin(term) || patternOf(term) !== undefined;
}

/** The names of providers and functions and the text of an expression are no patterns. */
function patternOf(term: string): OriginPattern | undefined {
  const pattern = parseOriginPattern(term);
  return 'code' in pattern ? undefined : pattern;
}

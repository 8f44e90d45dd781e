import { isAnchored } from '../origins/expressions.js';
import { parseOriginPattern } from '../origins/origin-pattern.js';
import type { OriginTerm } from './policy-fields.js';
import { quote } from '../problems/quote.js';
import type { Report } from './read-fields.js';
import { splitList } from '../protocol/tokens.js';

/**
 * Reads a string of a policy's `origin`: an origin, a pattern, `'*'`, `'null'`, or several of them with commas between.
 *
 * @param place where it was written: a mistake is reported there
 */
export function readOriginText(text: string, place: string, report: Report): OriginTerm[] {
  return splitList(text).flatMap((value): OriginTerm[] => {
    if (value === '*' || value === 'null') {
      return [{ kind: value === '*' ? 'any' : 'null', place }];
    }
    const pattern = parseOriginPattern(value);
    if ('code' in pattern) {
      report({ place, value, ...pattern });
      return [];
    }
    return [{ kind: 'pattern', pattern, place, value }];
  });
}

/** Reads `true` (any origin) or `false` (none). */
export function readOriginFlag(any: boolean, place: string): OriginTerm[] {
  return any ? [{ kind: 'any', place }] : [];
}

/** Reads a regular expression, which must match nothing but whole origins. */
export function readOriginExpression(expression: RegExp, report: Report): OriginTerm[] {
  if (isAnchored(expression)) {
    return [{ kind: 'expression', expression }];
  }
  report({
    value: expression,
    code: 'unanchored-expression',
    reason: `${quote(String(expression))} also matches inside longer origins: someone else can register one of them.`,
    suggestion: `anchor every alternative at both ends: /^(?:${expression.source})$/${expression.flags}`,
  });
  return [];
}

import { slowInput } from '../origin/expression-cost.js';
import { effectOf } from '../origin/expression-effect.js';
import { suggestForExpression } from '../origin/expression-suggestion.js';
import { isAnchored } from '../origin/regexp.js';
import type { OriginChecks } from '../origin/origin-checks.js';
import { isSharedOrigin } from '../origin/origin.js';
import { parseOriginPattern } from '../origin/parse-pattern.js';
import type { OriginTerm } from './options.js';
import { quote } from '../issues/text.js';
import type { Report } from './read.js';
import { splitList } from '../http/lists.js';

/**
 * Reads a string of a policy's `origin`: an origin, a pattern, `'*'`, `'null'`, `'file://'`, or several of them with commas between.
 *
 * @param place where it was written: an error is reported there
 */
export function readOriginText(text: string, place: string, report: Report): OriginTerm[] {
  return splitList(text).flatMap((value): OriginTerm[] => {
    if (value === '*') {
      return [{ kind: 'any', place }];
    }
    if (isSharedOrigin(value)) {
      return [{ kind: 'shared', value, place }];
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

/** Functions that are needed to read an expression. */
export interface ExpressionTools {
  readonly isPublicSuffix: OriginChecks['isPublicSuffix'];
  /** Milliseconds from any start: to find out at boot whether an expression is slow. */
  readonly now: () => number;
}

/**
 * Reads a regular expression. In any policy it must match nothing but whole origins, cost little for the longest
 * origin, and allow no look-alike origin that a stranger can register.
 */
export function readOriginExpression(
  expression: RegExp,
  place: string,
  report: Report,
  { isPublicSuffix, now }: ExpressionTools,
): OriginTerm[] {
  const refuse = (code: string, reason: string, suggestion?: string): OriginTerm[] => {
    report({
      value: expression,
      code,
      reason: `${quote(String(expression))} ${reason}`,
      ...(suggestion && { suggestion }),
    });
    return [];
  };
  const slow = slowInput(expression, now);
  if (slow !== undefined) {
    return refuse(
      'slow-expression',
      `takes far too much time for long origins, and any client can send ${quote(slow)}, or longer ` +
        'ones. Do not repeat a group that itself repeats, or list the origins as strings.',
    );
  }
  if (!isAnchored(expression)) {
    return refuse(
      'unanchored-expression',
      'also matches inside longer origins: someone else can register one of them. Anchor every alternative by ^ and $.',
      suggestForExpression(expression, isPublicSuffix),
    );
  }
  const effect = effectOf(expression, isPublicSuffix);
  if (effect.lookalike !== undefined) {
    return refuse(
      'lookalike-expression',
      `also allows ${quote(effect.lookalike)}, which a stranger can register: a dot is not escaped, or nothing ` +
        'separates the variable part from the domain.',
      suggestForExpression(expression, isPublicSuffix),
    );
  }
  return [{ kind: 'expression', expression, effect, place }];
}

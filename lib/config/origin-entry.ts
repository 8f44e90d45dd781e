import { canBeLookedUp } from '../core/origin/covering-patterns.js';
import type { OriginChecks } from '../core/origin/origin-checks.js';
import { checkOriginPattern, parseOriginPattern } from '../core/origin/parse-pattern.js';
import type { OriginProblem } from '../core/origin/problems.js';
import { quote } from '../core/issues/text.js';
import { isPublicSuffix } from './public-suffix.js';

/**
 * Finds what is wrong with a value as an entry of a list. Either no policy could use it, or a list that is looked up
 * would never find it, or one of the policies with these checks would reject it. Each problem is reported once.
 */
export function diagnoseEntry(
  value: unknown,
  checks: readonly OriginChecks[],
  isLookedUp = false,
): readonly OriginProblem[] {
  const pattern = parseOriginPattern(value);
  if ('code' in pattern) {
    return [pattern];
  }
  if (isLookedUp && !canBeLookedUp(pattern)) {
    const rule = 'has a hyphen or an end of the label on each side, and at most seven hyphens before and after it';
    return [
      {
        code: 'origin-not-looked-up',
        reason: `${quote(pattern.text)} is never found in a list that is looked up. In such a list a * inside a label ${rule}.`,
      },
    ];
  }
  const problems = checks.flatMap((each) => checkOriginPattern(pattern, each));
  return [...new Map(problems.map((problem) => [problem.code, problem])).values()];
}

/** The checks of a policy without any `dangerously` flag. */
export function plainChecks(credentials: boolean): OriginChecks {
  return { credentials, dangerously: {}, isPublicSuffix };
}

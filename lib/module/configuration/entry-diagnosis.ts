import type { OriginChecks } from '../../core/origins/origin-checks.js';
import { checkOriginPattern, parseOriginPattern } from '../../core/origins/origin-pattern.js';
import type { OriginProblem } from '../../core/origins/origin-problem.js';
import { isPublicSuffix } from './public-suffix.js';

/**
 * What is wrong with a value as an entry of a list: that no policy could use it, or that one of those with these checks
 * would set it aside. Each thing is told once.
 */
export function diagnoseEntry(value: unknown, checks: readonly OriginChecks[]): readonly OriginProblem[] {
  const pattern = parseOriginPattern(value);
  if ('code' in pattern) {
    return [pattern];
  }
  const problems = checks.flatMap((each) => checkOriginPattern(pattern, each));
  return [...new Map(problems.map((problem) => [problem.code, problem])).values()];
}

/** The checks of a policy without any `dangerously` flag. */
export function plainChecks(credentials: boolean): OriginChecks {
  return { credentials, dangerously: {}, isPublicSuffix };
}

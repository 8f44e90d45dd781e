import { isPublicSuffix } from '../../../config/public-suffix.js';
import { checkPolicy } from '../../../core/policy/check.js';
import { checksOf } from '../../../core/policy/compile.js';
import { refine } from '../../../core/policy/merge.js';
import type { PolicyFields } from '../../../core/policy/options.js';
import { type Report, readFields } from '../../../core/policy/read.js';
import { readOriginExpression, readOriginFlag, readOriginText } from '../../../core/policy/read-origin.js';
import { type CorsIssue, IssueCollector } from '../../../core/issues/issues.js';

/** The values of `origin` that the source text tells. */
export type KnownOrigin = string | RegExp | boolean;

const TOOLS = { isPublicSuffix, now: () => performance.now() };

/** Finds what the library itself would reject in a policy at startup (rule 3.7). */
export function problemsOf(policy: PolicyFields<readonly KnownOrigin[]>): readonly CorsIssue[] {
  const issues = new IssueCollector();
  const readOrigin = (origin: readonly KnownOrigin[], place: string, report: Report) =>
    origin.flatMap((each) =>
      typeof each === 'string'
        ? readOriginText(each, place, report)
        : typeof each === 'boolean'
          ? readOriginFlag(each, place)
          : readOriginExpression(each, place, report, TOOLS),
    );
  const merged = refine(undefined, readFields(policy, 'defaultPolicy', readOrigin, issues));
  checkPolicy(merged, checksOf(merged, isPublicSuffix), issues);
  return issues.issues;
}

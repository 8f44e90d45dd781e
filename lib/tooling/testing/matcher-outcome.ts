/** The answer of a matcher to its test runner. */
export interface MatcherOutcome {
  readonly pass: boolean;
  message(): string;
}

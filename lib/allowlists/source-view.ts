import type { OriginQuestion } from '../core/origins/admission.js';
import type { Dangerously, OriginChecks } from '../core/origins/origin-checks.js';
import type { OriginMatcher } from '../core/origins/origin-matcher.js';

/** A source's list as the policies with one and the same checks see it. Denies until it has a list. */
export class SourceView implements OriginQuestion {
  readonly usesContext = false;
  readonly atOnce = true;
  readonly checks: OriginChecks;
  readonly #isStale: () => boolean;
  readonly #trouble: () => string | undefined;
  #matcher: OriginMatcher | undefined;

  constructor(checks: OriginChecks, isStale: () => boolean, trouble: () => string | undefined = () => undefined) {
    this.checks = checks;
    this.#isStale = isStale;
    this.#trouble = trouble;
  }

  get trouble(): string | undefined {
    return this.#trouble();
  }

  ask(origin: string): boolean {
    return this.#matcher !== undefined && this.#matcher.has(origin) && !this.#isStale();
  }

  /** Puts another list in the place of the one at hand. */
  swap(matcher: OriginMatcher): void {
    this.#matcher = matcher;
  }
}

/** Reports whether two policies' checks let the same entries pass. */
export function sameChecks(a: OriginChecks, b: OriginChecks): boolean {
  return (
    a.credentials === b.credentials &&
    a.isPublicSuffix === b.isPublicSuffix &&
    FLAGS.every((flag) => (a.dangerously[flag] ?? false) === (b.dangerously[flag] ?? false))
  );
}

const ALL_FLAGS: Readonly<Record<keyof Dangerously, true>> = {
  allowInsecureOrigins: true,
  allowPublicSuffixes: true,
  allowNullOrigin: true,
  reflectAnyOriginWithCredentials: true,
};
const FLAGS = Object.keys(ALL_FLAGS) as (keyof Dangerously)[];

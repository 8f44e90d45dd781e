import { patternsCovering } from '../core/origin/covering-patterns.js';
import { type OriginChecks, sameChecks } from '../core/origin/origin-checks.js';
import { checkOriginPattern, parseOriginPattern } from '../core/origin/parse-pattern.js';
import type { BoundProvider, OriginProvider } from '../core/policy/origin-provider.js';
import type { CorsContext } from '../core/request.js';

/** A label that no list names. */
const PROBE = 'cors-policy-probe-7f3a';

/**
 * A provider of a policy, as it would answer under other checks of that policy. To bind the provider itself to them
 * would give it a view of its list for good.
 */
export class JudgedProvider implements OriginProvider {
  readonly #provider: OriginProvider;
  readonly #checks: OriginChecks;

  /** @param checks those that the policy has */
  constructor(provider: OriginProvider, checks: OriginChecks) {
    this.#provider = provider;
    this.#checks = checks;
  }

  get label(): string {
    return this.#provider.label;
  }

  get holdsEntries(): boolean {
    return this.#provider.holdsEntries === true;
  }

  under(checks: OriginChecks): BoundProvider {
    const bound = this.#provider.under(this.#checks);
    if (!this.holdsEntries || sameChecks(this.#checks, checks)) {
      return bound;
    }
    return {
      usesContext: bound.usesContext,
      atOnce: false,
      get trouble() {
        return bound.trouble;
      },
      ask: (origin, context) => this.#ask(bound, checks, origin, context),
    };
  }

  /** The new checks may reject the entry that allows the origin: then an entry such as `https://*.com` allows others too. */
  async #ask(bound: BoundProvider, checks: OriginChecks, origin: string, context: CorsContext): Promise<boolean> {
    if (this.#isRejected(origin, checks) || !(await bound.ask(origin, context))) {
      return false;
    }
    const rejected = patternsCovering(origin).filter(
      (pattern) => this.#isRejected(pattern, checks) && !this.#isRejected(pattern, this.#checks),
    );
    for (const pattern of rejected) {
      const probe = pattern.replace(/:\*$/, '').replace('*', PROBE);
      if (await bound.ask(probe, { ...context, origin: probe })) {
        return false;
      }
    }
    return true;
  }

  #isRejected(text: string, checks: OriginChecks): boolean {
    const pattern = parseOriginPattern(text);
    return 'code' in pattern || checkOriginPattern(pattern, checks).length > 0;
  }
}

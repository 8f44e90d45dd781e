import { quote } from './quote.js';

/** What is wrong with a configuration, as a stable code. Origins have more of them: see `OriginProblemCode`. */
export type CorsIssueCode = string;

/** One mistake of the configuration. */
export interface CorsIssue {
  /** `OrdersController.update`, `OrdersController`, `policies.partner`, `defaultPolicy`, `routes[0]`, `CORS_ORIGINS[2]`. */
  readonly place: string;
  /** The field of the policy or of the module's options; empty where the place itself is the mistake. */
  readonly field: string;
  /** The value as it was given. */
  readonly value: unknown;
  /** Stable; documented in the README. */
  readonly code: CorsIssueCode;
  /** What is wrong, in a sentence. */
  readonly reason: string;
  /** What to write instead, where that can be known. */
  readonly suggestion?: string;
}

/**
 * Ends the boot: names every mistake of the CORS configuration at once, so that one deployment mends them all.
 * `issues` holds them as data, `message` as text.
 */
export class CorsConfigurationError extends Error {
  override readonly name = 'CorsConfigurationError';
  readonly issues: readonly CorsIssue[];

  constructor(issues: readonly CorsIssue[]) {
    super(describe(issues));
    this.issues = Object.freeze([...issues]);
  }
}

/** Collects mistakes while a configuration is read; one that was seen already is not told twice. */
export class IssueCollector {
  private readonly seen = new Map<string, CorsIssue>();

  add(issue: CorsIssue): void {
    const value = typeof issue.value === 'string' ? issue.value : quote(issue.value);
    const key = JSON.stringify([issue.place, issue.field, issue.code, value]);
    if (!this.seen.has(key)) {
      this.seen.set(key, Object.freeze(issue));
    }
  }

  get issues(): readonly CorsIssue[] {
    return [...this.seen.values()];
  }

  /** @throws CorsConfigurationError where anything was collected */
  throwIfAny(): void {
    if (this.seen.size > 0) {
      throw new CorsConfigurationError(this.issues);
    }
  }
}

function describe(issues: readonly CorsIssue[]): string {
  const count = issues.length === 1 ? 'one mistake ends' : `${issues.length} mistakes end`;
  const lines = issues.map((issue, index) => `  ${index + 1}. ${describeIssue(issue)}`);
  return [`The CORS configuration is wrong: ${count} the boot.`, ...lines].join('\n');
}

function describeIssue({ place, field, code, reason, suggestion }: CorsIssue): string {
  const where = field === '' ? place : `${place}, ${field}`;
  const advice = suggestion === undefined ? '' : `\n     Instead: ${suggestion}`;
  return `${where}: ${reason} [${code}]${advice}`;
}

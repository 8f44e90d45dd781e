import { documentation } from './documentation.js';
import { quote } from './text.js';

/** A stable code of an error in the configuration. Origins have more of them: see `OriginProblemCode`. */
export type CorsIssueCode = string;

/** One error of the configuration. */
export interface CorsIssue {
  /** `OrdersController.update`, `OrdersController`, `policies.partner`, `defaultPolicy`, `routes[0]`, `CORS_ORIGINS[2]`. */
  readonly place: string;
  /** The field of the policy or of the module's options; empty where the place itself is the error. */
  readonly field: string;
  /** The value as it was given. */
  readonly value: unknown;
  /** Stable: see rule 3.7. */
  readonly code: CorsIssueCode;
  /** The error, in a sentence. */
  readonly reason: string;
  /** The text to write instead, where it is known. */
  readonly suggestion?: string;
}

/**
 * Stops startup. It lists every error of the CORS configuration, so that one deployment can fix them all.
 * `issues` holds them as data, `message` as text.
 *
 * @example
 * const app = await NestFactory.create(AppModule, { abortOnError: false });
 * const error = await app.init().catch((thrown) => thrown);
 * if (error instanceof CorsConfigurationError) {
 *   error.issues.forEach(({ place, code, suggestion }) => console.log(place, code, suggestion));
 * }
 */
export class CorsConfigurationError extends Error {
  override readonly name = 'CorsConfigurationError';
  readonly issues: readonly CorsIssue[];

  constructor(issues: readonly CorsIssue[]) {
    super(describe(issues));
    this.issues = Object.freeze([...issues]);
  }
}

/** Collects errors while a configuration is read; a repeated error is kept once. */
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
  const count = issues.length === 1 ? '1 error stops' : `${issues.length} errors stop`;
  const lines = issues.map((issue, index) => `  ${index + 1}. ${describeIssue(issue)}`);
  return [`The CORS configuration is wrong: ${count} startup.`, ...lines, help(issues)].join('\n');
}

/** The address of the only code, or of the page with all of them. */
function help(issues: readonly CorsIssue[]): string {
  const [code, ...others] = new Set(issues.map((issue) => issue.code));
  return others.length === 0
    ? `Cause and fix: ${documentation('errors', code)}`
    : `Cause and fix of each code: ${documentation('errors')}`;
}

function describeIssue({ place, field, code, reason, suggestion }: CorsIssue): string {
  const where = field === '' ? place : `${place}, ${field}`;
  const advice = suggestion === undefined ? '' : `\n     Instead: ${suggestion}`;
  return `${where}: ${reason} [${code}]${advice}`;
}

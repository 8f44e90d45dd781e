import { GRANTS_NOTHING } from './policy.js';
import type { OriginTerm, ReadFields } from './options.js';

/**
 * Describes the grant of a policy (origin, credentials, methods, headers) as one string, by which two policies are
 * compared. Functions, providers and expressions are distinguished by identity and numbered in order.
 */
export class GrantKeys {
  private readonly numbers = new Map<unknown, number>();

  of(fields: ReadFields): string {
    const { origin = [], credentials = false, methods, allowedHeaders } = fields;
    if (origin.length === 0) {
      return GRANTS_NOTHING;
    }
    const any = origin.some((term) => term.kind === 'any');
    return JSON.stringify([
      any || origin.map((term) => this.ofTerm(term)).sort(),
      credentials,
      methods === undefined ? null : [...methods].sort(),
      headerKey(allowedHeaders),
    ]);
  }

  private ofTerm(term: OriginTerm): string {
    switch (term.kind) {
      case 'pattern':
        return term.pattern.text;
      case 'expression':
        return `expression ${String(term.expression)}`;
      case 'provider':
        return `provider ${this.number(term.provider)}`;
      case 'shared':
        return term.value;
      default:
        return term.kind;
    }
  }

  private number(identity: unknown): number {
    const number = this.numbers.get(identity) ?? this.numbers.size;
    this.numbers.set(identity, number);
    return number;
  }
}

/** `'*'` and no list at all grant the same. */
function headerKey(allowed: ReadFields['allowedHeaders']): unknown {
  return allowed === undefined || allowed === '*' ? null : allowed.map((name) => name.toLowerCase()).sort();
}

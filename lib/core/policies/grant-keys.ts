import type { OriginTerm, ReadFields } from './policy-fields.js';

/**
 * Names what a policy grants (origin, credentials, methods, headers), so that two policies compare by one string.
 * Functions, providers and expressions are told apart by identity, numbered as they are met.
 */
export class GrantKeys {
  private readonly numbers = new Map<unknown, number>();

  of(fields: ReadFields): string {
    const { origin = [], credentials = false, methods, allowedHeaders } = fields;
    const any = origin.some((term) => term.kind === 'any');
    return JSON.stringify([
      any ? '*' : origin.map((term) => this.ofTerm(term)).sort(),
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
  return allowed === undefined || allowed === '*' ? '*' : allowed.map((name) => name.toLowerCase()).sort();
}

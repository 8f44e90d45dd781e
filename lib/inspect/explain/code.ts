import type { OriginTerm } from '../../core/policy/options.js';
import { describeTerm } from '../policy-report.js';

/** Entries of a list that are repeated in a correction. Of a longer list only the new ones are written. */
const MOST_REPEATED = 6;

/** A text as a literal of TypeScript. */
export function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/**
 * A list with new entries as code.
 *
 * @param entries the entries so far, as code; `undefined`: one that is not known as code
 */
export function listCode(entries: readonly (string | undefined)[], ...added: readonly string[]): string {
  const known = entries.filter((entry) => entry !== undefined);
  return known.length < entries.length || known.length > MOST_REPEATED
    ? `[/* keep the ${entries.length === 1 ? 'entry' : `${entries.length} entries`} of now, and add: */ ${added.join(', ')}]`
    : `[${[...known, ...added].join(', ')}]`;
}

/**
 * The elements of a policy's `origin` as code, as they were written.
 *
 * @param place where the origin is written
 */
export function originCode(terms: readonly OriginTerm[], place: string | undefined): readonly (string | undefined)[] {
  return [...new Set(terms.map((term) => termCode(term, place)))];
}

function termCode(term: OriginTerm, place: string | undefined): string | undefined {
  const text = describeTerm(term);
  if (term.kind === 'provider') {
    const name = text.replace(/\(\)$/, '');
    // A function that is written in the policy itself has the name of the field.
    return text !== 'origin()' && /^[A-Za-z_$][\w$]*$/.test(name) ? name : undefined;
  }
  if (term.kind === 'expression') {
    return text;
  }
  // A term of the configuration has the place of its entry: CORS_ORIGINS[2].
  return term.place === place ? literal(text) : `ConfigOrigins.forKey(${literal(term.place.replace(/\[\d+\]$/, ''))})`;
}

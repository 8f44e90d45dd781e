import type { CorsIssue } from './issues.js';
import { nearest, quote } from './text.js';

/** An error in a field, apart from its place and name. */
export type FieldProblem = Omit<CorsIssue, 'place' | 'field'>;

/** Reports whether a value can be read as an object of options. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Advice by the name of an unknown field, for names that other libraries know. */
export type FieldAdvice = Readonly<Record<string, string>>;

/** The error of an unknown field, with advice or the nearest known name. */
export function unknownField(
  field: string,
  value: unknown,
  known: readonly string[],
  advice: FieldAdvice = {},
): FieldProblem {
  const suggestion = Object.hasOwn(advice, field) ? advice[field] : nearest(field, known);
  return {
    value,
    code: 'unknown-field',
    reason: `${quote(field)} is not a known field. The known fields are ${known.join(', ')}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** The errors of the unknown fields of an object of options, each with its field. */
export function unknownFields(
  given: object,
  known: readonly string[],
  advice?: FieldAdvice,
): (readonly [field: string, FieldProblem])[] {
  return Object.entries(given)
    .filter(([field]) => !known.includes(field))
    .map(([field, value]) => [field, unknownField(field, value, known, advice)]);
}

/** The error of a value that must be `true` or `false`; `undefined` for a boolean. */
export function notABoolean(value: unknown): FieldProblem | undefined {
  return typeof value === 'boolean'
    ? undefined
    : { value, code: 'not-a-boolean', reason: `${quote(value)} is neither true nor false.` };
}

/**
 * Checks that an object of options has known fields only.
 *
 * @param reader the start of the message: `CorsInspector.explain()`
 * @throws TypeError with the unknown field and the nearest known one
 */
export function expectFields(given: object, known: readonly string[], reader: string): void {
  const [first] = unknownFields(given, known);
  if (first !== undefined) {
    const [, { reason, suggestion }] = first;
    const hint = suggestion === undefined ? '' : ` Did you mean ${quote(suggestion)}?`;
    throw new TypeError(`${reader}: ${reason}${hint}`);
  }
}

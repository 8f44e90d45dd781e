import type { CorsIssue } from '../../core/issues/issues.js';
import { notABoolean } from '../../core/issues/fields.js';
import { quote } from '../../core/issues/text.js';
import { MAX_ALLOWLIST_LENGTH, MAX_ID, MAX_NOTE_LENGTH, MAX_STORED_ORIGIN_LENGTH } from './cors-origin.entity.js';

/** Longest text of a request that an error repeats. */
const SHOWN = 600;
/** Most entries on a page. */
const MOST_ENTRIES = 1_000;

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** Blanks at the ends of a text, which databases may ignore when they compare. */
const EDGE_BLANK = /^\s|\s$/;

/** Finds the errors in the fields of an entry besides its origin. They may contain anything that a client sent. */
export function checkFields(fields: { allowlist: unknown; note?: unknown; enabled?: unknown }): CorsIssue[] {
  const { allowlist, note, enabled } = fields;
  const issues: CorsIssue[] = [];
  const place = typeof allowlist === 'string' ? bounded(allowlist) : 'allowlist';
  const add = (field: string, value: unknown, code: string, reason: string): void =>
    void issues.push({ place, field, value: bounded(value), code, reason });
  if (!isName(allowlist)) {
    const reason =
      `${quote(allowlist)} is not the name of a list: it has 1 to ${MAX_ALLOWLIST_LENGTH} characters, without blanks at its ends ` +
      'and without control characters.';
    add('allowlist', allowlist, 'allowlist-name', reason);
  }
  if (note !== undefined && note !== null && !isStorable(note, MAX_NOTE_LENGTH)) {
    add('note', note, 'note-invalid', `The note is not a text of at most ${MAX_NOTE_LENGTH} characters.`);
  }
  const notBoolean = enabled === undefined ? undefined : notABoolean(enabled);
  if (notBoolean !== undefined) {
    add('enabled', enabled, notBoolean.code, notBoolean.reason);
  }
  return issues;
}

/** Finds the errors in the numbers of a page. */
export function checkPage(page: { limit: unknown; after: unknown }): CorsIssue[] {
  const ranges = { limit: [1, MOST_ENTRIES], after: [0, MAX_ID] } as const;
  return (['limit', 'after'] as const).flatMap((field) => {
    const value = page[field];
    const [min, max] = ranges[field];
    const isFit = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
    const reason = `${field} is not a whole number from ${min} to ${max}.`;
    return isFit ? [] : [{ place: 'list', field, value: bounded(value), code: 'page-invalid', reason }];
  });
}

/** Reports whether a row with these texts can exist; if not, no query is needed. */
export function mayBeStored(allowlist: unknown, origin: unknown): boolean {
  return isStorable(allowlist, MAX_ALLOWLIST_LENGTH) && isStorable(origin, MAX_STORED_ORIGIN_LENGTH);
}

/** A value as an error may repeat it: bounded, and not an object of the caller. */
export function bounded<T>(value: T): T | string {
  if (typeof value === 'string') {
    return value.length > SHOWN ? value.slice(0, SHOWN) : value;
  }
  return typeof value === 'object' ? quote(value) : value;
}

function isName(value: unknown): value is string {
  return isStorable(value, MAX_ALLOWLIST_LENGTH) && value !== '' && !CONTROL.test(value) && !EDGE_BLANK.test(value);
}

/**
 * Reports whether every database can store a text: none accepts half of a surrogate pair, and PostgreSQL accepts no
 * NUL.
 */
function isStorable(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length <= length && !value.includes('\0') && isWellFormed(value);
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

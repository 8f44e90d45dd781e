import type { CorsIssue } from '../core/problems/issues.js';
import { quote } from '../core/problems/quote.js';
import { MAX_ALLOWLIST_LENGTH, MAX_NOTE_LENGTH } from './cors-origin.entity.js';

/** Longest text of a request that an error hands back. */
const SHOWN = 600;

/** What is wrong with the fields of an entry besides its origin. Whatever a client sent may be among them. */
export function checkFields(fields: { allowlist: unknown; note?: unknown; enabled?: unknown }): CorsIssue[] {
  const { allowlist, note, enabled } = fields;
  const issues: CorsIssue[] = [];
  const place = typeof allowlist === 'string' ? bounded(allowlist) : 'allowlist';
  const add = (field: string, value: unknown, code: string, reason: string): void =>
    void issues.push({ place, field, value: bounded(value), code, reason });
  if (typeof allowlist !== 'string' || allowlist === '' || allowlist.length > MAX_ALLOWLIST_LENGTH) {
    const reason = `${quote(allowlist)} is no name of a list: 1 to ${MAX_ALLOWLIST_LENGTH} characters.`;
    add('allowlist', allowlist, 'allowlist-name', reason);
  }
  if (note !== undefined && note !== null && (typeof note !== 'string' || note.length > MAX_NOTE_LENGTH)) {
    add('note', note, 'note-invalid', `The note is no text of at most ${MAX_NOTE_LENGTH} characters.`);
  }
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    add('enabled', enabled, 'not-a-boolean', 'enabled is neither true nor false.');
  }
  return issues;
}

/** A value as an error may hand it back: bounded, and no object of the caller's. */
export function bounded<T>(value: T): T | string {
  if (typeof value === 'string') {
    return value.length > SHOWN ? value.slice(0, SHOWN) : value;
  }
  return typeof value === 'object' ? quote(value) : value;
}

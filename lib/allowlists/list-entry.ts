import { type OriginPattern, parseOriginPattern } from '../core/origins/origin-pattern.js';
import type { OriginProblem } from '../core/origins/origin-problem.js';
import { quote } from '../core/problems/quote.js';

/** An entry of a list: its pattern, or why no policy may use it, as a sentence. */
export type ListEntry = { readonly pattern: OriginPattern } | { readonly reason: string };

/** Whoever can write one row could else open every policy that uses the list. */
const ANY_ORIGIN: ListEntry = { reason: '"*" may stand in a policy only, never in a list that is loaded.' };
/** Sandboxed frames and redirects of strangers share it: only a policy may name it, beside its flag. */
const NULL_ORIGIN: ListEntry = { reason: '"null" may stand in a policy only, never in a list that is loaded.' };

/** Reads one entry as a source handed it over, whatever it is. */
export function readListEntry(value: unknown): ListEntry {
  if (value === '*') {
    return ANY_ORIGIN;
  }
  if (value === 'null') {
    return NULL_ORIGIN;
  }
  const read = parseOriginPattern(value);
  return 'code' in read ? { reason: reasonOf(read) } : { pattern: read };
}

/** The sentences of a problem: what is wrong and, where it is known, what to write instead. */
export function reasonOf({ reason, suggestion }: OriginProblem): string {
  return suggestion === undefined ? reason : `${reason} Instead: ${quote(suggestion)}.`;
}

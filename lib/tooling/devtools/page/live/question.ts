import type { Question } from '../app/question.js';
import { type DecisionRow, mainOf } from './decisions.js';

/** The request of a row, for an explanation: with the names of its headers, whose values the page is not told. */
export function questionOf(row: DecisionRow, page: string): Question {
  const { method, url, base = page, origin, credentials, webSocket } = mainOf(row);
  const names = new Set([...(row.preflight?.headers ?? []), ...(row.request?.headers ?? [])]);
  const address = base === page ? url : base + url;
  return {
    url: webSocket === true ? address.replace(/^http/, 'ws') : address,
    ...(origin === undefined ? {} : { origin }),
    credentials,
    ...(webSocket === true
      ? { webSocket }
      : {
          method,
          headers: Object.fromEntries([...names].map((name) => [name, EXAMPLES[name] ?? '1'])),
        }),
  };
}

/** Values that decide whether a browser asks first. */
const EXAMPLES: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/** Sentences for the user about what a decision does not say. */
export function notesOf(row: DecisionRow): readonly string[] {
  const names = new Set([...(row.preflight?.headers ?? []), ...(row.request?.headers ?? [])]);
  return [
    'Filled in from a live decision.',
    ...(names.size > 0 ? ['The values of headers are not kept: their names decide.'] : []),
    ...(row.request === undefined ? ['A preflight has no cookies: set them if the request has some.'] : []),
  ];
}

import type { HeaderField } from '../protocol/fields.js';
import { isNeverExposed } from '../protocol/header-names.js';
import { type BrowserRequest, isCrossOrigin, type ServerAnswer } from './browser-request.js';
import { listOf } from './field-list.js';

/** CORS-safelisted response-header names (Fetch, 2.2.2): readable without `Access-Control-Expose-Headers`. */
const SAFELISTED: ReadonlySet<string> = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/** Reports whether scripts may read a response header without its being exposed to them. */
export function isSafelistedResponseHeader(name: string): boolean {
  return SAFELISTED.has(name.toLowerCase());
}

/**
 * The response headers that a script may read, in their order, names in lower case: those of the safelist and the
 * exposed ones, or all where `*` exposes them to a request without credentials; never `Set-Cookie` (Fetch, 2.2.6, CORS
 * filtered response). To the page's own origin all but `Set-Cookie`, and none of an answer to `mode: 'no-cors'`.
 */
export function visibleHeaders(request: BrowserRequest, answer: ServerAnswer): readonly HeaderField[] {
  const fields = answer.headers.map(([name, value]): HeaderField => [name.toLowerCase(), value]);
  const readable = fields.filter(([name]) => !isNeverExposed(name));
  if (!isCrossOrigin(request)) {
    return readable;
  }
  if (request.mode === 'no-cors') {
    return [];
  }
  const exposed = new Set(listOf(fields, 'access-control-expose-headers')?.map((name) => name.toLowerCase()));
  const all = request.credentials !== 'include' && exposed.has('*');
  return readable.filter(([name]) => all || SAFELISTED.has(name) || exposed.has(name));
}

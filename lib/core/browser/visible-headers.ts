import type { HeaderField } from '../http/headers.js';
import { isNeverExposed } from '../http/header-names.js';
import { type BrowserRequest, isCrossOrigin, listOf, type ServerAnswer } from './request.js';

/**
 * CORS-safelisted response-header names (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name): readable
 * without `Access-Control-Expose-Headers`.
 */
export const SAFELISTED_RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/** Reports whether scripts may read a response header that is not exposed. */
export function isSafelistedResponseHeader(name: string): boolean {
  return SAFELISTED_RESPONSE_HEADERS.has(name.toLowerCase());
}

/**
 * The response headers that a script may read, in their order, names in lower case: those of the safelist and the
 * exposed ones, or all where `*` exposes them to a request without credentials; never `Set-Cookie`
 * (https://fetch.spec.whatwg.org/#concept-filtered-response-cors). To the page's own origin all but `Set-Cookie`, and
 * none of an answer to `mode: 'no-cors'`.
 *
 * @example
 * visibleHeaders(request, { status: 200, headers: [['Content-Type', 'text/plain'], ['X-Total', '3']] });
 * // [['content-type', 'text/plain']]: X-Total is not exposed
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
  return readable.filter(([name]) => all || SAFELISTED_RESPONSE_HEADERS.has(name) || exposed.has(name));
}

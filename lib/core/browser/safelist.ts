import type { HeaderField } from '../http/headers.js';
import { isForbiddenRequestHeader, isSafelistedContentType } from '../http/header-names.js';
import { isForbiddenMethod, isSafelistedMethod } from '../http/methods.js';
import { splitFieldValue, trimOws } from '../http/lists.js';
import type { BrowserRequest } from './request.js';

const MAX_VALUE_BYTES = 128;
const MAX_ALL_BYTES = 1024;

const UNSAFE_BYTE = /[\x00-\x08\x0a-\x1f"():<>?@[\\\]{}\x7f]/;
const LANGUAGE = /^[0-9A-Za-z *,\-.;=]*$/;
const SINGLE_RANGE = /^bytes=(\d+)-(\d*)$/;
const METHOD_OVERRIDES: ReadonlySet<string> = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

/**
 * The request header that `*` in `Access-Control-Allow-Headers` does not cover
 * (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
 */
export const NON_WILDCARD_HEADER = 'authorization';

/**
 * Reports whether a page may set this header without asking
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). A value is a string of bytes, as in `Headers`.
 * Chromium safelists some client hints besides (`DPR`, `Save-Data`, `Width`).
 *
 * @example
 * isSafelistedRequestHeader('Content-Type', 'text/plain'); // true
 * isSafelistedRequestHeader('Content-Type', 'application/json'); // false
 */
export function isSafelistedRequestHeader(name: string, value: string): boolean {
  if (value.length > MAX_VALUE_BYTES) {
    return false;
  }
  switch (name.toLowerCase()) {
    case 'accept':
      return !UNSAFE_BYTE.test(value);
    case 'accept-language':
    case 'content-language':
      return LANGUAGE.test(value);
    case 'content-type':
      return !UNSAFE_BYTE.test(value) && isSafelistedContentType(trimOws(value.split(';', 1)[0]!).toLowerCase());
    case 'range':
      return isSingleRange(value);
    default:
      return false;
  }
}

/**
 * The lower-case, sorted names of the headers that need the server's consent
 * (https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names): what `Access-Control-Request-Headers` lists.
 *
 * @example
 * unsafeHeaderNames([['X-Tenant', 'tea'], ['Accept', 'text/html']]); // ['x-tenant']
 */
export function unsafeHeaderNames(headers: readonly HeaderField[]): readonly string[] {
  const safe = headers.filter(([name, value]) => isSafelistedRequestHeader(name, value));
  const size = safe.reduce((sum, [, value]) => sum + value.length, 0);
  const unsafe = size > MAX_ALL_BYTES ? headers : headers.filter((header) => !safe.includes(header));
  return [...new Set(unsafe.map(([name]) => name.toLowerCase()))].sort();
}

/**
 * Reports whether a browser drops this header when a script sets it
 * (https://fetch.spec.whatwg.org/#forbidden-request-header).
 *
 * @example
 * isHeaderForbiddenToPages('Cookie', 'sid=1'); // true
 */
export function isHeaderForbiddenToPages(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (METHOD_OVERRIDES.has(lower)) {
    return splitFieldValue(value).some(isForbiddenMethod);
  }
  return isForbiddenRequestHeader(lower);
}

/**
 * Reports whether the request may only be sent once a preflight has granted it, if it goes to another origin.
 *
 * @example
 * needsPreflight({ method: 'PUT', headers: [] }); // true
 * needsPreflight({ method: 'POST', headers: [['Content-Type', 'text/plain']] }); // false
 */
export function needsPreflight({ method, headers }: Pick<BrowserRequest, 'method' | 'headers'>): boolean {
  return !isSafelistedMethod(method) || unsafeHeaderNames(headers).length > 0;
}

function isSingleRange(value: string): boolean {
  const range = SINGLE_RANGE.exec(value);
  return range !== null && (!range[2] || BigInt(range[1]!) <= BigInt(range[2]));
}

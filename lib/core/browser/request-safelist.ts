import type { HeaderField } from '../protocol/fields.js';
import { isForbiddenRequestHeader, isSafelistedContentType } from '../protocol/header-names.js';
import { isForbiddenMethod, isSafelistedMethod } from '../protocol/methods.js';
import { isToken } from '../protocol/tokens.js';
import type { BrowserRequest } from './browser-request.js';

const MAX_VALUE_BYTES = 128;
const MAX_ALL_BYTES = 1024;

const UNSAFE_BYTE = /[\x00-\x08\x0a-\x1f"():<>?@[\\\]{}\x7f]/;
const LANGUAGE = /^[0-9A-Za-z *,\-.;=]*$/;
const SINGLE_RANGE = /^bytes=(\d+)-(\d*)$/;
const METHOD_OVERRIDES: ReadonlySet<string> = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

/** The request header that `*` in `Access-Control-Allow-Headers` does not cover (Fetch, 2.2.2, non-wildcard). */
export const NON_WILDCARD_HEADER = 'authorization';

/**
 * Reports whether a page may set this header without asking (Fetch, 2.2.2, CORS-safelisted request-header). A value is
 * a string of bytes, as `Headers` holds it. Chromium safelists some client hints besides (`DPR`, `Save-Data`, `Width`).
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
      return !UNSAFE_BYTE.test(value) && isSafelistedContentType(essenceOf(value) ?? '');
    case 'range':
      return isSingleRange(value);
    default:
      return false;
  }
}

/**
 * The lower-case, sorted names of the headers that need the server's consent (Fetch, 2.2.2, CORS-unsafe request-header
 * names): what `Access-Control-Request-Headers` lists.
 */
export function unsafeHeaderNames(headers: readonly HeaderField[]): readonly string[] {
  const safe = headers.filter(([name, value]) => isSafelistedRequestHeader(name, value));
  const size = safe.reduce((sum, [, value]) => sum + value.length, 0);
  const unsafe = size > MAX_ALL_BYTES ? headers : headers.filter((header) => !safe.includes(header));
  return [...new Set(unsafe.map(([name]) => name.toLowerCase()))].sort();
}

/** Reports whether a browser drops this header when a script sets it (Fetch, 2.2.2, forbidden request-header). */
export function isHeaderForbiddenToPages(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (METHOD_OVERRIDES.has(lower)) {
    return value.split(',').some((method) => isForbiddenMethod(method.trim()));
  }
  return isForbiddenRequestHeader(lower);
}

/** Reports whether the request may only be sent once a preflight has granted it, if it goes to another origin. */
export function needsPreflight({ method, headers }: Pick<BrowserRequest, 'method' | 'headers'>): boolean {
  return !isSafelistedMethod(method) || unsafeHeaderNames(headers).length > 0;
}

/** `type/subtype` in lower case (MIME Sniffing, 4.4); `undefined` for what is no media type. */
function essenceOf(value: string): string | undefined {
  const [type = '', subtype, ...rest] = (value.split(';', 1)[0] ?? '').split('/');
  const trimmed = [type.trimStart(), subtype?.trimEnd() ?? ''];
  return rest.length === 0 && trimmed.every(isToken) ? trimmed.join('/').toLowerCase() : undefined;
}

function isSingleRange(value: string): boolean {
  const [, start, end] = SINGLE_RANGE.exec(value) ?? [];
  return start !== undefined && (!end || Number(start) <= Number(end));
}

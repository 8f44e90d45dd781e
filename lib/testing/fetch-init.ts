import {
  type BrowserCredentials,
  type BrowserMode,
  type BrowserRequest,
  normalizeMethod,
} from '../core/browser/browser-request.js';
import { isHeaderForbiddenToPages, isSafelistedRequestHeader } from '../core/browser/request-safelist.js';
import type { HeaderField } from '../core/protocol/fields.js';
import { isForbiddenMethod, isSafelistedMethod } from '../core/protocol/methods.js';
import { isToken } from '../core/protocol/tokens.js';

/**
 * What a page hands to `fetch()` beside the URL, with the defaults of the Fetch Standard: `GET`, `mode: 'cors'`,
 * `credentials: 'same-origin'`, `redirect: 'follow'`.
 */
export interface BrowserFetchInit extends Pick<RequestInit, 'headers' | 'body' | 'signal'> {
  readonly method?: string;
  readonly mode?: BrowserMode;
  readonly credentials?: BrowserCredentials;
  readonly redirect?: 'follow' | 'error' | 'manual';
}

/** A request of a page, and the body that it sends. */
export interface PageRequest {
  readonly request: BrowserRequest;
  readonly body: Uint8Array | undefined;
}

/**
 * Reads what a page hands to `fetch()` (Fetch, 5.4). Headers that a page must not set are dropped, as browsers do it.
 *
 * @throws TypeError for what `fetch()` refuses before anything is sent
 */
export async function readInit(origin: string, url: URL, init: BrowserFetchInit): Promise<PageRequest> {
  const { mode = 'cors', credentials = 'same-origin' } = init;
  const method = normalizeMethod(init.method ?? 'GET');
  const problem = problemOf(url, method, mode, init.body);
  if (problem !== undefined) {
    throw new TypeError(`Failed to execute 'fetch' on 'Window': ${problem}`);
  }
  // The platform knows what a body becomes: its bytes, and the media type that goes with them.
  const carrier = init.body === undefined || init.body === null ? undefined : new Response(init.body);
  const headers = headersOf(new Headers(init.headers), mode);
  const type = carrier?.headers.get('content-type');
  if (typeof type === 'string' && headers.every(([name]) => name !== 'content-type')) {
    headers.push(['content-type', type]);
  }
  const body = carrier && new Uint8Array(await carrier.arrayBuffer());
  return { request: { origin, url: url.href, method, headers, credentials, mode }, body };
}

function problemOf(url: URL, method: string, mode: BrowserMode, body: BrowserFetchInit['body']): string | undefined {
  if (url.username !== '' || url.password !== '') {
    return `Request cannot be constructed from a URL that includes credentials: ${url.href}`;
  }
  if (!isToken(method)) {
    return `'${method}' is not a valid HTTP method.`;
  }
  if (isForbiddenMethod(method)) {
    return `'${method}' HTTP method is unsupported.`;
  }
  if (mode === 'no-cors' && !isSafelistedMethod(method)) {
    return `'${method}' is unsupported in no-cors mode.`;
  }
  if (body === undefined || body === null) {
    return undefined;
  }
  if (method === 'GET' || method === 'HEAD') {
    return 'Request with GET/HEAD method cannot have body.';
  }
  return body instanceof ReadableStream
    ? 'A stream as a body needs HTTP/2, which this browser does not speak.'
    : undefined;
}

function headersOf(headers: Headers, mode: BrowserMode): HeaderField[] {
  return [...headers].filter(([name, value]) =>
    mode === 'no-cors'
      ? name !== 'range' && isSafelistedRequestHeader(name, value)
      : !isHeaderForbiddenToPages(name, value),
  );
}

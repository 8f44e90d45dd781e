import type { HeaderField } from '../http/headers.js';
import { isToken, splitFieldValue } from '../http/lists.js';

/**
 * `omit`, `same-origin` (what `fetch()` does by itself) or `include`
 * (https://fetch.spec.whatwg.org/#concept-request-credentials-mode).
 */
export type BrowserCredentials = 'omit' | 'same-origin' | 'include';

/** The modes that a page may pass to `fetch()` (https://fetch.spec.whatwg.org/#concept-request-mode). */
export type BrowserMode = 'cors' | 'no-cors' | 'same-origin';

/**
 * One request of a page, before it is sent (https://fetch.spec.whatwg.org/#concept-request). Plain data; nothing here
 * sends it.
 *
 * @example
 * const request: BrowserRequest = {
 *   origin: 'https://app.example',
 *   url: 'https://api.example/orders/7',
 *   method: 'PUT',
 *   headers: [['content-type', 'application/json']],
 *   credentials: 'include',
 * };
 */
export interface BrowserRequest {
  /** The page's origin: `https://app.example`, or `null` for an opaque one. */
  readonly origin: string;
  /** Absolute, as `new URL(…).href` writes it. */
  readonly url: string;
  /** Normalised by {@link normalizeMethod}. */
  readonly method: string;
  /** The headers that the script sets, and the `Content-Type` of its body. Not those that a browser adds by itself. */
  readonly headers: readonly HeaderField[];
  readonly credentials: BrowserCredentials;
  /** `cors` by default. */
  readonly mode?: BrowserMode;
  /** The state from earlier redirects; absent on the first request. */
  readonly redirected?: RedirectHistory;
}

/** The state that a request keeps about its redirects. */
export interface RedirectHistory {
  /** The URL that the page asked for. */
  readonly from: string;
  /** Number of redirects that have been followed; 20 is the limit. */
  readonly count: number;
  /**
   * True if another origin redirected away from itself: from then on `Origin` is `null`
   * (https://fetch.spec.whatwg.org/#concept-request-tainted-origin).
   */
  readonly tainted: boolean;
  /**
   * True if a request to another origin came before: the rules of CORS also apply on the way back (response tainting
   * `cors`).
   */
  readonly crossed: boolean;
}

/**
 * The head of a server's answer. A name may occur several times, in upper or lower case.
 *
 * @example
 * const answer: ServerAnswer = { status: 200, headers: [['Access-Control-Allow-Origin', '*']] };
 */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: readonly HeaderField[];
}

/**
 * Methods that `fetch()` turns into upper case; others, `patch` among them, stay as they are
 * (https://fetch.spec.whatwg.org/#concept-method-normalize).
 */
const NORMALIZED_METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/**
 * Normalises a method as `fetch()` does (https://fetch.spec.whatwg.org/#concept-method-normalize).
 *
 * @example
 * normalizeMethod('put'); // 'PUT'
 * normalizeMethod('patch'); // 'patch'
 */
export function normalizeMethod(method: string): string {
  const upper = method.toUpperCase();
  return NORMALIZED_METHODS.has(upper) ? upper : method;
}

/**
 * The value of a field by its lower-case name, several joined by `, `
 * (https://fetch.spec.whatwg.org/#concept-header-list-get).
 */
export function fieldOf(headers: readonly HeaderField[], name: string): string | undefined {
  const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** Reports whether a URL is of HTTP. */
export function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/** The origin of an absolute URL, serialized; `null` for an opaque one. */
export function originOfUrl(url: string): string {
  return new URL(url).origin;
}

/**
 * Reports whether the CORS protocol applies to this request: its target is of another origin, or was before a redirect.
 *
 * @example
 * isCrossOrigin({ ...request, origin: 'https://app.example', url: 'https://api.example/orders' }); // true
 */
export function isCrossOrigin(request: BrowserRequest): boolean {
  return request.redirected?.crossed === true || originOfUrl(request.url) !== request.origin;
}

/**
 * The value of `Origin` (https://fetch.spec.whatwg.org/#serializing-a-request-origin).
 *
 * @example
 * serializedOrigin(request); // 'https://app.example', or 'null' after a redirect between two other origins
 */
export function serializedOrigin(request: BrowserRequest): string {
  return request.redirected?.tainted === true ? 'null' : request.origin;
}

/**
 * Reports whether cookies and HTTP authentication go with the request
 * (https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch).
 *
 * @example
 * carriesCredentials({ ...request, credentials: 'include' }); // true
 */
export function carriesCredentials(request: BrowserRequest): boolean {
  const { credentials } = request;
  return credentials === 'include' || (credentials === 'same-origin' && !isCrossOrigin(request));
}

/**
 * Reports whether the request carries `Origin` (https://fetch.spec.whatwg.org/#origin-header): to the page's own origin,
 * and without CORS, only where its method may change something.
 */
export function sendsOrigin(request: BrowserRequest): boolean {
  const byCors = (request.mode ?? 'cors') === 'cors' && isCrossOrigin(request);
  return byCors || (request.method !== 'GET' && request.method !== 'HEAD');
}

/**
 * Reads a field that is a list of tokens, as those of the CORS protocol are
 * (https://fetch.spec.whatwg.org/#extract-header-list-values). Takes a lower-case name; empty elements are ignored (RFC
 * 9110, 5.6.1.2).
 *
 * @returns `undefined` where an element is no token; an empty list where there is no such field
 */
export function listOf(headers: readonly HeaderField[], name: string): readonly string[] | undefined {
  const elements = splitFieldValue(fieldOf(headers, name) ?? '').filter((element) => element !== '');
  return elements.every(isToken) ? elements : undefined;
}

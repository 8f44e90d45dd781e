import { type HeaderField, ORIGIN, REQUEST_HEADERS, REQUEST_METHOD } from '../http/headers.js';
import { isSafelistedMethod } from '../http/methods.js';
import { block, type Block } from './block.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, listOf, serializedOrigin, type ServerAnswer } from './request.js';
import { checkStatus, corsCheck } from './cors-check.js';
import { isRedirect } from './redirect.js';
import { needsPreflight, NON_WILDCARD_HEADER, unsafeHeaderNames } from './safelist.js';

/**
 * Seconds that a grant is kept where the answer does not say (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0).
 */
const DEFAULT_MAX_AGE = 5;

/** Chromium's cap of `Access-Control-Max-Age`, in seconds; Firefox caps at 86,400. */
const MAX_AGE_CAP = 7200;

/** The grant of a preflight's answer, for the preflight cache. */
export interface PreflightGrant {
  readonly methods: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
  /** Seconds; 0 where it may not be kept. */
  readonly maxAge: number;
}

/**
 * The header fields of the preflight that goes ahead of a request
 * (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0): an `OPTIONS` request to the same URL, which carries no
 * credentials and no header of the script.
 *
 * @returns `undefined` where the browser sends the request without asking
 *
 * @example
 * preflightFields({ ...request, method: 'PUT' }); // [['Accept', …], ['Access-Control-Request-Method', 'PUT'], …]
 */
export function preflightFields(request: BrowserRequest): readonly HeaderField[] | undefined {
  if ((request.mode ?? 'cors') !== 'cors' || !isCrossOrigin(request) || !needsPreflight(request)) {
    return undefined;
  }
  const names = unsafeHeaderNames(request.headers);
  return [
    ['Accept', '*/*'],
    [REQUEST_METHOD, request.method],
    ...(names.length > 0 ? [[REQUEST_HEADERS, names.join(',')] as const] : []),
    [ORIGIN, serializedOrigin(request)],
  ];
}

/**
 * Checks the answer to a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0): decides whether the browser
 * sends the request. If it refuses several headers, the first by name is at fault; Chromium shows any of them.
 *
 * @returns `undefined` where the request is sent
 *
 * @example
 * const block = checkPreflight(request, answer);
 * if (block === undefined) cache.keep(request, grantOf(answer), Date.now());
 */
export function checkPreflight(request: BrowserRequest, answer: ServerAnswer): Block | undefined {
  if (isRedirect(answer)) {
    return block(request, 'preflight', 'preflight-redirect');
  }
  const refusal = checkStatus(request, answer, 'preflight') ?? corsCheck(request, answer, 'preflight');
  if (refusal !== undefined) {
    return refusal;
  }
  if (answer.status < 200 || answer.status > 299) {
    return block(request, 'preflight', 'preflight-status');
  }
  const methods = listOf(answer.headers, 'access-control-allow-methods');
  if (methods === undefined) {
    return block(request, 'preflight', 'unreadable-allow-methods');
  }
  const headers = allowedHeaders(answer);
  if (headers === undefined) {
    return block(request, 'preflight', 'unreadable-allow-headers');
  }
  const withCredentials = request.credentials === 'include';
  const { method } = request;
  if (!isSafelistedMethod(method) && !methods.includes(method) && (withCredentials || !methods.includes('*'))) {
    return block(request, 'preflight', 'method-not-allowed', method);
  }
  const anyHeader = !withCredentials && headers.includes('*');
  const refused = unsafeHeaderNames(request.headers).find(
    (name) => !headers.includes(name) && (!anyHeader || name === NON_WILDCARD_HEADER),
  );
  return refused === undefined ? undefined : block(request, 'preflight', 'header-not-allowed', refused);
}

/**
 * Reads the grant of an answer that passed {@link checkPreflight}.
 *
 * @example
 * grantOf({ status: 204, headers: [['Access-Control-Allow-Methods', 'PUT']] }); // { methods: ['PUT'], headers: [], maxAge: 5 }
 */
export function grantOf(answer: ServerAnswer): PreflightGrant {
  const methods = listOf(answer.headers, 'access-control-allow-methods') ?? [];
  return { methods, headers: allowedHeaders(answer) ?? [], maxAge: maxAgeOf(answer) };
}

function allowedHeaders(answer: ServerAnswer): readonly string[] | undefined {
  return listOf(answer.headers, 'access-control-allow-headers')?.map((name) => name.toLowerCase());
}

/** As Chromium reads it: a negative number, which the standard's grammar does not know, means 0. */
function maxAgeOf(answer: ServerAnswer): number {
  const value = fieldOf(answer.headers, 'access-control-max-age') ?? '';
  return /^[+-]?\d+$/.test(value) ? Math.min(Math.max(Number(value), 0), MAX_AGE_CAP) : DEFAULT_MAX_AGE;
}

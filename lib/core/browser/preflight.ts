import { type HeaderField, ORIGIN, REQUEST_HEADERS, REQUEST_METHOD } from '../protocol/fields.js';
import { isSafelistedMethod } from '../protocol/methods.js';
import { block, type Block } from './block.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, serializedOrigin, type ServerAnswer } from './browser-request.js';
import { corsCheck } from './cors-check.js';
import { listOf } from './field-list.js';
import { needsPreflight, NON_WILDCARD_HEADER, unsafeHeaderNames } from './request-safelist.js';

/** Seconds that a grant is kept where the answer does not say (Fetch, 4.8). */
const DEFAULT_MAX_AGE = 5;

/** Chromium's cap of `Access-Control-Max-Age`, in seconds; Firefox caps at 86,400. */
const MAX_AGE_CAP = 7200;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a preflight's answer grants, for the preflight cache. */
export interface PreflightGrant {
  readonly methods: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
  /** Seconds; 0 where it may not be kept. */
  readonly maxAge: number;
}

/**
 * The header fields of the preflight that goes ahead of a request (Fetch, 4.8): an `OPTIONS` request to the same URL,
 * which carries no credentials and no header of the script.
 *
 * @returns `undefined` where the browser sends the request without asking
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
 * Judges the answer to a preflight (Fetch, 4.8, step 7): does it let the browser send the request? Where it refuses
 * several headers the first by name is at fault; Chromium names any of them.
 *
 * @returns `undefined` where the request is sent
 */
export function checkPreflight(request: BrowserRequest, answer: ServerAnswer): Block | undefined {
  if (REDIRECTS.has(answer.status) && fieldOf(answer.headers, 'location') !== undefined) {
    return block(request, 'preflight', 'preflight-redirect');
  }
  const refusal = corsCheck(request, answer, 'preflight');
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

/** What an answer that passed {@link checkPreflight} grants. */
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

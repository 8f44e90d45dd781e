import { trimOws } from './lists.js';

/**
 * Forbidden request-headers (https://fetch.spec.whatwg.org/#forbidden-request-header): a page cannot set them, so
 * allowing them has no effect.
 */
const FORBIDDEN_REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/**
 * Forbidden response-header names (https://fetch.spec.whatwg.org/#forbidden-response-header-name): no page ever reads
 * them.
 */
const NEVER_EXPOSED: ReadonlySet<string> = new Set(['set-cookie', 'set-cookie2']);

/** Response headers of the CORS protocol itself; as request headers they are probably a mix-up. */
const CORS_RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-allow-private-network',
  'access-control-expose-headers',
  'access-control-max-age',
]);

/**
 * Set by browsers themselves, or safelisted whatever their value
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header): no grant was needed to send them.
 */
const SENT_WITHOUT_ASKING: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'content-language',
  'if-modified-since',
  'if-none-match',
  'last-event-id',
  'pragma',
  'priority',
  'purpose',
  'range',
  'save-data',
  'upgrade-insecure-requests',
  'user-agent',
]);

/**
 * The values of `Content-Type` that need no preflight (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
const SAFELISTED_CONTENT_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);

/** Added on the way by proxies, load balancers and tracing, never by a page. */
const ADDED_ON_THE_WAY =
  /^(?:x-forwarded(?:-.*)?|forwarded|x-real-ip|x-client-ip|x-original-.*|x-request-id|x-correlation-id|x-amzn-.*|x-amz-cf-.*|x-cloud-trace-context|x-envoy-.*|x-b3-.*|x-vercel-.*|x-azure-.*|x-appengine-.*|cf-.*|cdn-loop|true-client-ip|fly-.*|traceparent|tracestate|baggage|b3)$/;

/** Takes a lower-case name. */
export function isForbiddenRequestHeader(name: string): boolean {
  return FORBIDDEN_REQUEST_HEADERS.has(name) || name.startsWith('proxy-') || name.startsWith('sec-');
}

/** Takes a lower-case name. */
export function isNeverExposed(name: string): boolean {
  return NEVER_EXPOSED.has(name);
}

/** Takes a lower-case name. */
export function isCorsResponseHeader(name: string): boolean {
  return CORS_RESPONSE_HEADERS.has(name);
}

/**
 * Reports whether a browser sends a preflight before a page may send this header. A server can see that by name, and
 * for `Content-Type` by value. Takes a lower-case name.
 */
export function isAskedFor(name: string, value: string | undefined): boolean {
  if (name === 'content-type') {
    return !isSafelistedContentType(trimOws((value ?? '').split(';', 1)[0]!).toLowerCase());
  }
  return !isForbiddenRequestHeader(name) && !SENT_WITHOUT_ASKING.has(name);
}

/** Takes a media type in lower case, without parameters. */
export function isSafelistedContentType(essence: string): boolean {
  return SAFELISTED_CONTENT_TYPES.has(essence);
}

/** Reports whether proxies and tracing add a header of this (lower-case) name by themselves. */
export function isAddedOnTheWay(name: string): boolean {
  return ADDED_ON_THE_WAY.test(name);
}

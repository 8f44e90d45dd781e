/**
 * Names of the header fields of the CORS protocol (https://fetch.spec.whatwg.org/#http-cors-protocol), as this library
 * writes them.
 */
export const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
export const ALLOW_CREDENTIALS = 'Access-Control-Allow-Credentials';
export const ALLOW_METHODS = 'Access-Control-Allow-Methods';
export const ALLOW_HEADERS = 'Access-Control-Allow-Headers';
export const ALLOW_PRIVATE_NETWORK = 'Access-Control-Allow-Private-Network';
export const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';
export const MAX_AGE = 'Access-Control-Max-Age';

/** https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header */
export const RESOURCE_POLICY = 'Cross-Origin-Resource-Policy';
/** https://w3c.github.io/resource-timing/#sec-timing-allow-origin */
export const TIMING_ALLOW_ORIGIN = 'Timing-Allow-Origin';

export const VARY = 'Vary';

export const ORIGIN = 'Origin';
export const COOKIE = 'Cookie';
export const AUTHORIZATION = 'Authorization';
export const SEC_FETCH_SITE = 'Sec-Fetch-Site';
export const SEC_FETCH_MODE = 'Sec-Fetch-Mode';
export const SEC_FETCH_DEST = 'Sec-Fetch-Dest';
export const REQUEST_METHOD = 'Access-Control-Request-Method';
export const REQUEST_HEADERS = 'Access-Control-Request-Headers';
export const REQUEST_PRIVATE_NETWORK = 'Access-Control-Request-Private-Network';

/** A header field to set: name and value. */
export type HeaderField = readonly [name: string, value: string];

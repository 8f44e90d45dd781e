/** Names of the header fields of the CORS protocol (Fetch, 3.3), as this library writes them. */
export const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';
export const ALLOW_CREDENTIALS = 'Access-Control-Allow-Credentials';
export const ALLOW_METHODS = 'Access-Control-Allow-Methods';
export const ALLOW_HEADERS = 'Access-Control-Allow-Headers';
export const ALLOW_PRIVATE_NETWORK = 'Access-Control-Allow-Private-Network';
export const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';
export const MAX_AGE = 'Access-Control-Max-Age';

export const VARY = 'Vary';

export const ORIGIN = 'Origin';
export const REQUEST_METHOD = 'Access-Control-Request-Method';
export const REQUEST_HEADERS = 'Access-Control-Request-Headers';
export const REQUEST_PRIVATE_NETWORK = 'Access-Control-Request-Private-Network';

/** A header field to set: name and value. */
export type HeaderField = readonly [name: string, value: string];

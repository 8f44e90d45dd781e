import type { BrowserRequest } from './request.js';

/**
 * Why a page does not get an answer; stable codes.
 * Of the CORS check, on a preflight's answer and on the request's own (https://fetch.spec.whatwg.org/#cors-check):
 * - `missing-allow-origin`: there is no `Access-Control-Allow-Origin`
 * - `wildcard-with-credentials`: it is `*`, and the request carries credentials
 * - `multiple-allow-origin`, `invalid-allow-origin`, `other-allow-origin`: its value is not the page's origin
 * - `credentials-not-allowed`: `Access-Control-Allow-Credentials` is not `true`
 *
 * Of the preflight alone (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0):
 * - `preflight-status`: its status is not 200 to 299
 * - `preflight-redirect`: it redirects
 * - `unreadable-allow-methods`, `unreadable-allow-headers`: a list that is no list of tokens
 * - `method-not-allowed`, `header-not-allowed`: the lists lack what was asked for
 *
 * Of redirects (https://fetch.spec.whatwg.org/#http-redirect-fetch) and modes:
 * - `redirect-with-user-info`: to another origin, with a user name or a password in the URL
 * - `redirect-refused`: the page asked for `redirect: 'error'`
 * - `redirect-unsafe`: to a URL of `about:`, `blob:`, `data:`, `file:` or `filesystem:`
 * - `redirect-invalid`: to what is no URL
 * - `redirect-ambiguous`: the answer has several `Location` fields
 * - `too-many-redirects`: more than 20
 * - `mode-same-origin`: the page asked for `mode: 'same-origin'`, and the URL is of another one
 * - `mode-no-cors`: the page asked for `mode: 'no-cors'` with a `redirect` other than `follow`, and the URL is of
 *   another origin
 *
 * Of what has nothing to do with CORS:
 * - `unsupported-scheme`: the URL, or the one that it is redirected to, is not of HTTP(S)
 * - `unsafe-port`: browsers send nothing to this port
 * - `body-too-large`: a request with `keepalive` has a body of more than 64 KiB
 * - `not-cached`: the page asked for `cache: 'only-if-cached'`
 * - `resource-policy`: `Cross-Origin-Resource-Policy` keeps the answer from a request with `mode: 'no-cors'`
 * - `proxy-authentication`: the answer has the status 407
 * - `no-answer`: the connection failed, or the server switched protocols unasked
 */
export type BlockReason =
  | CorsCheckReason
  | 'preflight-status'
  | 'preflight-redirect'
  | 'unreadable-allow-methods'
  | 'unreadable-allow-headers'
  | 'method-not-allowed'
  | 'header-not-allowed'
  | 'redirect-with-user-info'
  | 'redirect-refused'
  | 'redirect-unsafe'
  | 'redirect-invalid'
  | 'too-many-redirects'
  | 'redirect-ambiguous'
  | 'mode-same-origin'
  | 'mode-no-cors'
  | 'unsupported-scheme'
  | 'unsafe-port'
  | 'body-too-large'
  | 'not-cached'
  | 'resource-policy'
  | 'proxy-authentication'
  | 'no-answer';

/** Why the CORS check fails (https://fetch.spec.whatwg.org/#cors-check). */
export type CorsCheckReason =
  | 'missing-allow-origin'
  | 'wildcard-with-credentials'
  | 'multiple-allow-origin'
  | 'invalid-allow-origin'
  | 'other-allow-origin'
  | 'credentials-not-allowed';

/** Why a page does not get an answer, in a code and in words. */
export interface Block {
  readonly reason: BlockReason;
  /** Which answer it is about: that of the preflight, or that of the request itself. */
  readonly stage: 'preflight' | 'response';
  /** The message that Chromium writes to the developer's console, byte for byte. */
  readonly message: string;
  /** The value at fault: of `Access-Control-Allow-Origin` or `-Credentials`, the method, or the header's name. */
  readonly value?: string;
}

const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";
const VALID_VALUE = ' Have the server send the header with a valid value.';
const ORIGIN = "'Access-Control-Allow-Origin' header";
const CREDENTIALS_MODE = "when the request's credentials mode is 'include'.";

/** Chromium 156 prints these texts, each after `PREFLIGHT` where a preflight is at fault. */
const CHECKS: Readonly<Record<CorsCheckReason | 'preflight-status' | 'preflight-redirect', (value: string) => string>> =
  {
    'missing-allow-origin': () => `No ${ORIGIN} is present on the requested resource.`,
    'wildcard-with-credentials': () =>
      `The value of the ${ORIGIN} in the response must not be the wildcard '*' ${CREDENTIALS_MODE}`,
    'multiple-allow-origin': (value) =>
      `The ${ORIGIN} contains multiple values '${value}', but only one is allowed.${VALID_VALUE}`,
    'invalid-allow-origin': (value) => `The ${ORIGIN} contains the invalid value '${value}'.${VALID_VALUE}`,
    'other-allow-origin': (value) =>
      `The ${ORIGIN} has a value '${value}' that is not equal to the supplied origin.${VALID_VALUE}`,
    'credentials-not-allowed': (value) =>
      `The value of the 'Access-Control-Allow-Credentials' header in the response is '${value}' which must be 'true' ${CREDENTIALS_MODE}`,
    'preflight-status': () => 'It does not have HTTP ok status.',
    'preflight-redirect': () => 'Redirect is not allowed for a preflight request.',
  };

const GRANTS = {
  'unreadable-allow-methods': () =>
    'Cannot parse Access-Control-Allow-Methods response header field in preflight response.',
  'unreadable-allow-headers': () =>
    'Cannot parse Access-Control-Allow-Headers response header field in preflight response.',
  'method-not-allowed': (value: string) =>
    `Method ${value} is not allowed by Access-Control-Allow-Methods in preflight response.`,
  'header-not-allowed': (value: string) =>
    `Request header field ${value} is not allowed by Access-Control-Allow-Headers in preflight response.`,
  // Chromium has a place for the location here, and leaves it empty.
  'redirect-with-user-info': () =>
    "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
};

const NETWORK_ERRORS = {
  'redirect-refused': 'net::ERR_FAILED',
  'redirect-unsafe': 'net::ERR_UNSAFE_REDIRECT',
  'redirect-invalid': 'net::ERR_INVALID_REDIRECT',
  'redirect-ambiguous': 'net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION',
  'too-many-redirects': 'net::ERR_TOO_MANY_REDIRECTS',
  'unsafe-port': 'net::ERR_UNSAFE_PORT',
  'body-too-large': 'net::ERR_FAILED',
  'not-cached': 'net::ERR_CACHE_MISS',
  'resource-policy': 'net::ERR_BLOCKED_BY_RESPONSE.',
  'proxy-authentication': 'net::ERR_UNEXPECTED_PROXY_AUTH',
  'no-answer': 'net::ERR_FAILED',
};

/** The reasons for which Chromium prints only the code of a network error. */
type NetworkError = keyof typeof NETWORK_ERRORS;

const SCHEMES =
  'Cross origin requests are only supported for protocol schemes: chrome, chrome-experimental-site-token-provider, ' +
  'chrome-extension, chrome-untrusted, data, http, https, isolated-app.';

/** A block of this request, with Chromium's text. `value` is the value at fault, if there is one. */
export function block(request: BrowserRequest, stage: Block['stage'], reason: BlockReason, value?: string): Block {
  const message = messageOf(request, stage, reason, value ?? '');
  return Object.freeze({ reason, stage, message, ...(value !== undefined && { value }) });
}

function messageOf(request: BrowserRequest, stage: Block['stage'], reason: BlockReason, value: string): string {
  switch (reason) {
    case 'unsupported-scheme':
      return subject(request) + SCHEMES;
    case 'resource-policy':
      return networkError(reason) + (value === 'same-site' ? 'NotSameSite' : 'NotSameOrigin');
    case 'mode-no-cors':
      return `Fetch API cannot load ${request.url}. Request mode is "no-cors" but the redirect mode is not "follow".`;
    case 'mode-same-origin':
      if (request.redirected !== undefined) {
        return `Unsafe attempt to load URL ${request.url} from frame with URL ${request.origin}/. Domains, protocols and ports must match.\n`;
      }
      return `Fetch API cannot load ${request.url}. Request mode is "same-origin" but the URL's origin is not same as the request origin ${request.origin}.`;
    case 'unreadable-allow-methods':
    case 'unreadable-allow-headers':
    case 'method-not-allowed':
    case 'header-not-allowed':
    case 'redirect-with-user-info':
      return subject(request) + GRANTS[reason](value);
    case 'missing-allow-origin':
    case 'wildcard-with-credentials':
    case 'multiple-allow-origin':
    case 'invalid-allow-origin':
    case 'other-allow-origin':
    case 'credentials-not-allowed':
    case 'preflight-status':
    case 'preflight-redirect':
      return subject(request) + (stage === 'preflight' ? PREFLIGHT : '') + CHECKS[reason](escaped(value));
    default:
      return networkError(reason);
  }
}

function networkError(reason: NetworkError): string {
  return `Failed to load resource: ${NETWORK_ERRORS[reason]}`;
}

/** Bytes that are not printable ASCII, as Chromium shows them. */
function escaped(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, (char) => {
    const code = char.charCodeAt(0).toString(16).toUpperCase();
    return `\\u${code.padStart(4, '0')}`;
  });
}

function subject({ url, origin, redirected }: BrowserRequest): string {
  const from = redirected === undefined || redirected.from === url ? '' : `(redirected from '${redirected.from}') `;
  return `Access to fetch at '${url}' ${from}from origin '${origin}' has been blocked by CORS policy: `;
}

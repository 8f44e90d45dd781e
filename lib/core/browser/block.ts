import type { BrowserRequest } from './browser-request.js';

/**
 * Why a page does not get an answer; stable codes.
 * Of the CORS check, of a preflight's answer as well as of the request's own (Fetch, 4.10):
 * - `missing-allow-origin`: there is no `Access-Control-Allow-Origin`
 * - `wildcard-with-credentials`: it is `*`, and the request carries credentials
 * - `multiple-allow-origin`, `invalid-allow-origin`, `other-allow-origin`: its value is not the page's origin
 * - `credentials-not-allowed`: `Access-Control-Allow-Credentials` is not `true`
 *
 * Of the preflight alone (Fetch, 4.8):
 * - `preflight-status`: its status is not 200 to 299
 * - `preflight-redirect`: it redirects
 * - `unreadable-allow-methods`, `unreadable-allow-headers`: a list that is no list of tokens
 * - `method-not-allowed`, `header-not-allowed`: the lists lack what was asked for
 *
 * Of redirects (Fetch, 4.4) and modes:
 * - `redirect-with-user-info`: to another origin, with a user name or a password in the URL
 * - `redirect-refused`: the page asked for `redirect: 'error'`
 * - `redirect-unsafe`: to a URL that is not of HTTP(S)
 * - `redirect-invalid`: to what is no URL
 * - `too-many-redirects`: more than 20
 * - `mode-same-origin`: the page asked for `mode: 'same-origin'`, and the URL is of another one
 * - `no-answer`: the connection failed
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
  | 'mode-same-origin'
  | 'no-answer';

/** Why the CORS check fails (Fetch, 4.10). */
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
  /** What Chromium writes to the developer's console, byte for byte. */
  readonly message: string;
  /** The value at fault: of `Access-Control-Allow-Origin` or `-Credentials`, the method, or the header's name. */
  readonly value?: string;
}

const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";
const VALID_VALUE = ' Have the server send the header with a valid value.';
const ORIGIN = "'Access-Control-Allow-Origin' header";
const CREDENTIALS_MODE = "when the request's credentials mode is 'include'.";

/** Chromium 156 says these words, each after `PREFLIGHT` where a preflight is at fault. */
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
  'too-many-redirects': 'net::ERR_TOO_MANY_REDIRECTS',
  'no-answer': 'net::ERR_FAILED',
};

/** A block of this request, with Chromium's words for it. `value` is what the reason speaks of, if it does. */
export function block(request: BrowserRequest, stage: Block['stage'], reason: BlockReason, value?: string): Block {
  const message = messageOf(request, stage, reason, value ?? '');
  return Object.freeze({ reason, stage, message, ...(value !== undefined && { value }) });
}

function messageOf(request: BrowserRequest, stage: Block['stage'], reason: BlockReason, value: string): string {
  switch (reason) {
    case 'redirect-refused':
    case 'redirect-unsafe':
    case 'redirect-invalid':
    case 'too-many-redirects':
    case 'no-answer':
      return `Failed to load resource: ${NETWORK_ERRORS[reason]}`;
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
    default:
      return subject(request) + (stage === 'preflight' ? PREFLIGHT : '') + CHECKS[reason](value);
  }
}

function subject({ url, origin, redirected }: BrowserRequest): string {
  const from = redirected === undefined || redirected.from === url ? '' : `(redirected from '${redirected.from}') `;
  return `Access to fetch at '${url}' ${from}from origin '${origin}' has been blocked by CORS policy: `;
}

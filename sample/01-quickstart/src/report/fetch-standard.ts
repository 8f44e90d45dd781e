/**
 * What a browser checks of CORS, after the Fetch Standard (https://fetch.spec.whatwg.org, sections 2.2.2, 4.8 to 4.10),
 * in the words that Chromium prints. Left out, as no scenario needs it: redirects, `Range`, and the preflight cache.
 */

export type Headers = Readonly<Record<string, string>>;

export interface CrossOriginRequest {
  readonly origin: string;
  readonly method: string;
  readonly headers: Headers;
  readonly withCredentials: boolean;
}

export interface ServerResponse {
  readonly status: number;
  /** By lower-case name; several fields of one name are joined by `, `. */
  readonly headers: Headers;
}

export type BlockReason =
  | 'missing-allow-origin'
  | 'wildcard-with-credentials'
  | 'other-allow-origin'
  | 'credentials-not-allowed'
  | 'preflight-status'
  | 'method-not-allowed'
  | 'header-not-allowed';

/** Why a page does not get an answer; `undefined` in its place means that it does. */
export interface Block {
  readonly reason: BlockReason;
  /** Chromium's words for it. */
  readonly message: string;
}

const safelistedMethods = new Set(['GET', 'HEAD', 'POST']);
const safelistedMediaTypes = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
const safelistedResponseHeaders = new Set(
  'cache-control content-language content-length content-type expires last-modified pragma'.split(' '),
);
const forbiddenResponseHeaders = new Set(['set-cookie', 'set-cookie2']);

/** The lower-case, sorted names of request headers that need the server's consent. */
export function unsafeHeaderNames(headers: Headers): string[] {
  const unsafe = Object.entries(headers).filter(([name, value]) => !isSafelisted(name.toLowerCase(), value));
  return unsafe.map(([name]) => name.toLowerCase()).sort();
}

function isSafelisted(name: string, value: string): boolean {
  if (value.length > 128) {
    return false;
  }
  if (name === 'content-type') {
    return safelistedMediaTypes.has((value.split(';')[0] ?? '').trim().toLowerCase());
  }
  return ['accept', 'accept-language', 'content-language'].includes(name);
}

/** Whether the browser asks by a preflight before it sends the request. */
export function needsPreflight(request: CrossOriginRequest): boolean {
  return !safelistedMethods.has(request.method) || unsafeHeaderNames(request.headers).length > 0;
}

/** The CORS check (Fetch, 4.10): may the page see this response at all? */
export function corsCheck(request: CrossOriginRequest, response: ServerResponse): Block | undefined {
  const allowed = response.headers['access-control-allow-origin'];
  if (allowed === undefined) {
    const message = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    return { reason: 'missing-allow-origin', message };
  }
  if (allowed === '*' && !request.withCredentials) {
    return undefined;
  }
  if (allowed === '*') {
    const value = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*'";
    const message = `${value} when the request's credentials mode is 'include'.`;
    return { reason: 'wildcard-with-credentials', message };
  }
  if (allowed !== request.origin) {
    // Chromium has words of their own for values that are no origin, or several; the library sends neither.
    const message = `The 'Access-Control-Allow-Origin' header has a value '${allowed}' that is not equal to the supplied origin.`;
    return { reason: 'other-allow-origin', message };
  }
  const credentials = response.headers['access-control-allow-credentials'] ?? '';
  if (request.withCredentials && credentials !== 'true') {
    const value = `The value of the 'Access-Control-Allow-Credentials' header in the response is '${credentials}'`;
    const message = `${value} which must be 'true' when the request's credentials mode is 'include'.`;
    return { reason: 'credentials-not-allowed', message };
  }
  return undefined;
}

/** CORS-preflight fetch, step 7 (Fetch, 4.8): does the preflight's answer let the browser send the request? */
export function preflightCheck(request: CrossOriginRequest, answer: ServerResponse): Block | undefined {
  const prefix = "Response to preflight request doesn't pass access control check:";
  const refusal = corsCheck(request, answer);
  if (refusal) {
    return { reason: refusal.reason, message: `${prefix} ${refusal.message}` };
  }
  if (answer.status < 200 || answer.status > 299) {
    return { reason: 'preflight-status', message: `${prefix} It does not have HTTP ok status.` };
  }
  const methods = listOf(answer.headers['access-control-allow-methods']);
  const anyMethod = methods.includes('*') && !request.withCredentials;
  if (!methods.includes(request.method) && !safelistedMethods.has(request.method) && !anyMethod) {
    const message = `Method ${request.method} is not allowed by Access-Control-Allow-Methods in preflight response.`;
    return { reason: 'method-not-allowed', message };
  }
  const names = listOf(answer.headers['access-control-allow-headers']).map((name) => name.toLowerCase());
  const anyHeader = names.includes('*') && !request.withCredentials;
  for (const name of unsafeHeaderNames(request.headers)) {
    // `*` does not cover `Authorization`.
    if (!names.includes(name) && !(anyHeader && name !== 'authorization')) {
      const message = `Request header field ${name} is not allowed by Access-Control-Allow-Headers in preflight response.`;
      return { reason: 'header-not-allowed', message };
    }
  }
  return undefined;
}

/** The response headers that a script may read: CORS-safelisted and exposed ones, by name in order. */
export function readableHeaders(request: CrossOriginRequest, response: ServerResponse): Record<string, string> {
  const exposed = listOf(response.headers['access-control-expose-headers']).map((name) => name.toLowerCase());
  const all = exposed.includes('*') && !request.withCredentials;
  const readable = Object.entries(response.headers).filter(
    ([name]) =>
      safelistedResponseHeaders.has(name) || (!forbiddenResponseHeaders.has(name) && (all || exposed.includes(name))),
  );
  return Object.fromEntries(readable.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listOf(value: string | undefined): string[] {
  return (value ?? '').split(',').map((item) => item.trim());
}

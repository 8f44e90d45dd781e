import { block, type Block } from './block.js';
import {
  type BrowserRequest,
  fieldOf,
  isCrossOrigin,
  isHttp,
  originOfUrl,
  type RedirectHistory,
  type ServerAnswer,
} from './request.js';
import { NON_WILDCARD_HEADER } from './safelist.js';

const REDIRECT_STATUS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 20;

/** For these Chromium reports an unsafe redirect, for others an unsupported scheme. */
const UNSAFE_SCHEMES: ReadonlySet<string> = new Set(['about:', 'blob:', 'data:', 'file:', 'filesystem:']);

/** Dropped with the body (https://fetch.spec.whatwg.org/#request-body-header-name). */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

/** The result of a redirect: another request, or none. */
export type Redirect =
  | {
      readonly request: BrowserRequest;
      /** True if the body is sent again. A 303, and a 301 or 302 to a `POST`, turn the request into a `GET`. */
      readonly keepsBody: boolean;
    }
  | { readonly blocked: Block };

/**
 * Reports whether a status is one of redirects (https://fetch.spec.whatwg.org/#redirect-status): without a `Location`
 * there is nothing to follow.
 */
export function isRedirectStatus(status: number): boolean {
  return REDIRECT_STATUS.has(status);
}

/**
 * Reports whether the answer redirects: a redirect status with a `Location`
 * (https://fetch.spec.whatwg.org/#redirect-status).
 *
 * @example
 * isRedirect({ status: 308, headers: [['Location', '/orders/']] }); // true
 */
export function isRedirect({ status, headers }: ServerAnswer): boolean {
  return isRedirectStatus(status) && fieldOf(headers, 'location') !== undefined;
}

/**
 * Follows a redirect (https://fetch.spec.whatwg.org/#http-redirect-fetch). The answer has passed the CORS check. The
 * new request gets its own preflight if it needs one.
 *
 * @param answer one for which {@link isRedirect} is true
 *
 * @example
 * const next = followRedirect(request, answer);
 * if ('request' in next) next.request.url; // the URL to send the request to
 */
export function followRedirect(request: BrowserRequest, answer: ServerAnswer): Redirect {
  const locations = answer.headers.filter(([name]) => name.toLowerCase() === 'location').map(([, value]) => value);
  if (locations.length > 1) {
    return { blocked: block(request, 'response', 'redirect-ambiguous') };
  }
  // Browsers pass on bytes beyond ASCII unchanged, in any encoding.
  const location = (locations[0] ?? '').replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  if (target === undefined) {
    return { blocked: block(request, 'response', 'redirect-invalid') };
  }
  const leaves = target.origin !== originOfUrl(request.url);
  const crossed = isCrossOrigin(request);
  const redirected: RedirectHistory = {
    from: request.redirected?.from ?? request.url,
    count: (request.redirected?.count ?? 0) + 1,
    tainted: request.redirected?.tainted === true || (leaves && originOfUrl(request.url) !== request.origin),
    crossed,
  };
  if (!isHttp(target)) {
    return {
      blocked: UNSAFE_SCHEMES.has(target.protocol)
        ? block(request, 'response', 'redirect-unsafe')
        : block({ ...request, url: target.href, redirected }, 'response', 'unsupported-scheme'),
    };
  }
  if (redirected.count > MAX_REDIRECTS) {
    return { blocked: block(request, 'response', 'too-many-redirects') };
  }
  const userInfo = target.username !== '' || target.password !== '';
  const cors = (request.mode ?? 'cors') === 'cors';
  if (userInfo && cors && (crossed || target.origin !== request.origin)) {
    return { blocked: block(request, 'response', 'redirect-with-user-info') };
  }
  // A fragment is kept unless the location has its own (https://fetch.spec.whatwg.org/#concept-response-location-url).
  target.hash ||= new URL(request.url).hash;

  const keepsBody = !becomesGet(request.method, answer.status);
  const headers = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return (keepsBody || !BODY_HEADERS.has(lower)) && !(leaves && lower === NON_WILDCARD_HEADER);
  });
  const method = keepsBody ? request.method : 'GET';
  return { request: { ...request, url: target.href, method, headers, redirected }, keepsBody };
}

function becomesGet(method: string, status: number): boolean {
  return status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 307 && method === 'POST';
}

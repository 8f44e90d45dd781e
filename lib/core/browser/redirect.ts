import { block, type Block } from './block.js';
import {
  type BrowserRequest,
  fieldOf,
  isCrossOrigin,
  originOfUrl,
  type RedirectHistory,
  type ServerAnswer,
} from './browser-request.js';
import { NON_WILDCARD_HEADER } from './request-safelist.js';

const REDIRECT_STATUS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 20;

/** Dropped with the body (Fetch, 2.2.2, request-body-header name). */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

/** What becomes of a request that is redirected: another request, or none. */
export type Redirect =
  | {
      readonly request: BrowserRequest;
      /** Whether the body goes along; a 303, and a 301 or 302 to a `POST`, turn the request into a `GET`. */
      readonly keepsBody: boolean;
    }
  | { readonly blocked: Block };

/** Reports whether the answer redirects: a redirect status with a `Location` (Fetch, 2.2.3 and 4.4). */
export function isRedirect({ status, headers }: ServerAnswer): boolean {
  return REDIRECT_STATUS.has(status) && fieldOf(headers, 'location') !== undefined;
}

/**
 * Follows a redirect (Fetch, 4.4, HTTP-redirect fetch). The answer has passed the CORS check; what comes out is asked
 * for by a preflight of its own where it needs one.
 *
 * @param answer one for which {@link isRedirect} holds
 */
export function followRedirect(request: BrowserRequest, answer: ServerAnswer): Redirect {
  const location = fieldOf(answer.headers, 'location') ?? '';
  const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  if (target === undefined) {
    return { blocked: block(request, 'response', 'redirect-invalid') };
  }
  if (!/^https?:$/.test(target.protocol)) {
    return { blocked: block(request, 'response', 'redirect-unsafe') };
  }
  const count = request.redirected?.count ?? 0;
  if (count === MAX_REDIRECTS) {
    return { blocked: block(request, 'response', 'too-many-redirects') };
  }
  const userInfo = target.username !== '' || target.password !== '';
  const crossed = isCrossOrigin(request);
  const cors = (request.mode ?? 'cors') === 'cors';
  if (userInfo && cors && (crossed || target.origin !== request.origin)) {
    return { blocked: block(request, 'response', 'redirect-with-user-info') };
  }
  // A fragment is kept unless the location brings its own (Fetch, 2.2.6, location URL).
  target.hash ||= new URL(request.url).hash;

  const leaves = target.origin !== originOfUrl(request.url);
  const keepsBody = !becomesGet(request.method, answer.status);
  const redirected: RedirectHistory = {
    from: request.redirected?.from ?? request.url,
    count: count + 1,
    tainted: request.redirected?.tainted === true || (leaves && originOfUrl(request.url) !== request.origin),
    crossed,
  };
  const headers = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return (keepsBody || !BODY_HEADERS.has(lower)) && !(leaves && lower === NON_WILDCARD_HEADER);
  });
  const method = keepsBody ? request.method : 'GET';
  return { request: { ...request, url: target.href, method, headers, redirected }, keepsBody };
}

function becomesGet(method: string, status: number): boolean {
  return status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
}

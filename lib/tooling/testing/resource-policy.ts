import { block, type Block } from '../../core/browser/block.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, type ServerAnswer } from '../../core/browser/request.js';
import { registrableDomain } from '../../config/public-suffix.js';

/**
 * Judges whether `Cross-Origin-Resource-Policy` lets a page use the answer to a request with `mode: 'no-cors'`
 * (https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check). A value that is not of the three, another case of
 * letters among them, allows everybody.
 */
export function checkResourcePolicy(request: BrowserRequest, answer: ServerAnswer): Block | undefined {
  if (request.mode !== 'no-cors' || !isCrossOrigin(request)) {
    return undefined;
  }
  const policy = fieldOf(answer.headers, 'cross-origin-resource-policy');
  const target = new URL(request.url);
  const allowed =
    policy === 'same-origin'
      ? target.origin === request.origin
      : policy !== 'same-site' || isOfSameSite(request.origin, target);
  return allowed ? undefined : block(request, 'response', 'resource-policy', policy);
}

/** The scheme may differ, as long as an insecure page does not read what came over HTTPS. */
function isOfSameSite(origin: string, target: URL): boolean {
  if (origin === 'null') {
    return false;
  }
  const page = new URL(origin);
  const secure = page.protocol === 'https:' || target.protocol !== 'https:';
  return secure && registrableDomain(page.hostname) === registrableDomain(target.hostname);
}

import { block, type Block, type CorsCheckReason } from './block.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, serializedOrigin, type ServerAnswer } from './browser-request.js';

/**
 * Judges the answer to the request itself (Fetch, 4.10, CORS check): may the page see it at all? A request of the
 * page's own origin, and one with `mode: 'no-cors'`, is not judged.
 *
 * @returns `undefined` where the page gets the answer
 */
export function checkResponse(request: BrowserRequest, answer: ServerAnswer): Block | undefined {
  return (request.mode ?? 'cors') === 'cors' && isCrossOrigin(request)
    ? corsCheck(request, answer, 'response')
    : undefined;
}

/** The CORS check itself, of either answer. */
export function corsCheck(request: BrowserRequest, answer: ServerAnswer, stage: Block['stage']): Block | undefined {
  const failed = (reason: CorsCheckReason, value?: string): Block => block(request, stage, reason, value);
  const withCredentials = request.credentials === 'include';
  const allowed = fieldOf(answer.headers, 'access-control-allow-origin');
  if (allowed === undefined) {
    return failed('missing-allow-origin');
  }
  if (allowed === '*') {
    return withCredentials ? failed('wildcard-with-credentials') : undefined;
  }
  if (allowed !== serializedOrigin(request)) {
    return failed(mismatch(allowed), allowed);
  }
  const credentials = fieldOf(answer.headers, 'access-control-allow-credentials') ?? '';
  return withCredentials && credentials !== 'true' ? failed('credentials-not-allowed', credentials) : undefined;
}

/** How Chromium tells apart what is not the page's origin. */
function mismatch(allowed: string): CorsCheckReason {
  if (/[ ,]/.test(allowed)) {
    return 'multiple-allow-origin';
  }
  return allowed === 'null' || URL.canParse(allowed) ? 'other-allow-origin' : 'invalid-allow-origin';
}

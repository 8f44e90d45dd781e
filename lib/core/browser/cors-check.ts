import { block, type Block, type CorsCheckReason } from './block.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, serializedOrigin, type ServerAnswer } from './request.js';

/**
 * Decides whether the page may see the answer to the request itself (https://fetch.spec.whatwg.org/#cors-check). The
 * CORS check leaves out a request of the page's own origin, and one with `mode: 'no-cors'`. No page sees the statuses
 * 101 and 407.
 *
 * @returns `undefined` where the page gets the answer
 *
 * @example
 * const block = checkResponse(request, { status: 200, headers: [] });
 * block?.reason; // 'missing-allow-origin'
 */
export function checkResponse(request: BrowserRequest, answer: ServerAnswer): Block | undefined {
  const refused = checkStatus(request, answer, 'response');
  if (refused !== undefined) {
    return refused;
  }
  return (request.mode ?? 'cors') === 'cors' && isCrossOrigin(request)
    ? corsCheck(request, answer, 'response')
    : undefined;
}

/**
 * Statuses that end every request: a switch of protocols was not requested, and there is no proxy that could ask for a
 * password.
 */
export function checkStatus(
  request: BrowserRequest,
  { status }: ServerAnswer,
  stage: Block['stage'],
): Block | undefined {
  if (status === 101) {
    return block(request, stage, 'no-answer');
  }
  return status === 407 ? block(request, stage, 'proxy-authentication') : undefined;
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

/** The reason that Chromium gives for a value that is not the page's origin. */
function mismatch(allowed: string): CorsCheckReason {
  if (/[ ,]/.test(allowed)) {
    return 'multiple-allow-origin';
  }
  return allowed === 'null' || URL.canParse(allowed) ? 'other-allow-origin' : 'invalid-allow-origin';
}

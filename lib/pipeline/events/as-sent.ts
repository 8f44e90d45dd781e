import type { CorsReason } from '../../core/decision.js';
import { isFromOtherOrigin } from '../../core/decide/enforcement.js';
import { corsCheck } from '../../core/browser/cors-check.js';
import type { CorsRequest } from '../../core/request.js';
import type { Exchange, OwnFields } from '../../platform/exchange.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import { ALLOW_CREDENTIALS, ALLOW_ORIGIN } from '../../core/http/headers.js';

/**
 * The decision about a request in flight, as it was sent (rule 3.5). Where the response has CORS headers of the app
 * itself, these say whether a page may read it. A request that the server has refused stays refused.
 */
export function sentDecisionOf({ decision: about, ownFields }: Exchange): RequestDecision {
  const { request, decision } = about;
  if (ownFields === undefined || decision.status !== undefined) {
    return toOwnPages(about);
  }
  return {
    ...about,
    decision: {
      allowed: isReadable(ownFields, request),
      reason: 'own-headers',
      headers: [
        [ALLOW_ORIGIN, ownFields.allowOrigin],
        ...(ownFields.allowCredentials === undefined ? [] : [[ALLOW_CREDENTIALS, ownFields.allowCredentials] as const]),
      ],
      vary: decision.vary,
    },
  };
}

/** Refusals that do not concern a page of the app's own origin, which needs no grant and reads the response. */
const REFUSALS: ReadonlySet<CorsReason> = new Set<CorsReason>(['no-cors', 'origin-not-allowed', 'method-not-allowed']);

/** The decision as it is published: a same-origin request is never refused. */
export function toOwnPages(about: RequestDecision): RequestDecision {
  const { kind, decision, request } = about;
  const { reason, status } = decision;
  return kind === 'actual' && status === undefined && REFUSALS.has(reason) && !isFromOtherOrigin(request)
    ? { ...about, decision: { ...decision, allowed: true, reason: 'same-origin' } }
    : about;
}

/** The CORS check of a browser. A request with cookies is one that a page has sent with `credentials: 'include'`. */
function isReadable({ allowOrigin, allowCredentials }: OwnFields, request: CorsRequest): boolean {
  const { origin, method } = request;
  if (origin === undefined) {
    return true;
  }
  const answer = {
    status: 200,
    headers: [
      [ALLOW_ORIGIN, allowOrigin],
      [ALLOW_CREDENTIALS, allowCredentials ?? ''],
    ] as const,
  };
  const credentials = request.header('cookie') === undefined ? 'omit' : 'include';
  return corsCheck({ origin, url: request.url, method, headers: [], credentials }, answer, 'response') === undefined;
}

import { ForbiddenException } from '@nestjs/common';
import { forwardedOrigin } from '../core/decide/enforcement.js';
import { bareDecision, type CorsReason, type Decision } from '../core/decision.js';
import { ORIGIN } from '../core/http/headers.js';
import type { CorsRequest } from '../core/request.js';
import type { RequestDecision } from '../engine/request-decision.js';

const SENTENCES: Partial<Record<CorsReason, string>> = {
  'no-cors': 'This route is closed to other origins.',
  'no-policy': 'This route is closed to other origins.',
  'method-not-allowed': 'This method is closed to other origins.',
  'beyond-own-grant': 'This route does not accept cross-origin requests of this kind.',
};

/** Makes the error that an enforcing policy answers with (rule 3.6). It contains nothing that the client sent. */
function refusalError({ reason }: Decision): ForbiddenException {
  return new ForbiddenException({
    statusCode: 403,
    error: 'Forbidden',
    message: SENTENCES[reason] ?? 'This route does not accept requests from this origin.',
    reason,
  });
}

/**
 * The refusal of a decision.
 *
 * @param observer told of each refusal
 * @returns `undefined`: the request goes on
 */
export function refusalOf(
  { decision, request }: RequestDecision,
  observer: { refused(request: CorsRequest): void },
): Error | undefined {
  if (decision.status === undefined) {
    return undefined;
  }
  observer.refused(request);
  return refusalError(decision);
}

/** The decision about a request that could not be decided: closed, as if its origin were not allowed. */
const UNDECIDED = bareDecision('origin-not-allowed', Object.freeze([ORIGIN]));

/**
 * The error for a request that could not be decided, in an app that enforces policies (rule 3.6); `undefined`: the
 * request goes on.
 *
 * @param request `undefined`: not even the request could be read
 */
export function undecidedRefusal(enforces: boolean, request: CorsRequest | undefined): Error | undefined {
  const hasNoOrigin = request !== undefined && request.origin === undefined;
  return enforces && !hasNoOrigin ? refusalError(UNDECIDED) : undefined;
}

export function undecided(request: CorsRequest): RequestDecision {
  return {
    kind: 'actual',
    decision: UNDECIDED,
    policy: undefined,
    target: undefined,
    route: undefined,
    asked: request.method,
    reportOnly: undefined,
    provisional: false,
    request,
  };
}

/**
 * Reports whether a request was refused only because the app does not trust the proxy in front of it: its `Origin` is the
 * address that the proxy was asked for. Browsers that send `Sec-Fetch-Site` need no address.
 */
export function isRefusedBehindProxy(request: CorsRequest): boolean {
  return (
    request.origin !== undefined &&
    request.header('sec-fetch-site') === undefined &&
    forwardedOrigin(request) === request.origin
  );
}

/** The text of the log line, which is written once. */
export const PROXY_WARNING =
  'A request of the same origin was refused with 403: behind a proxy that ends TLS or changes the host, the app does not ' +
  "know its own origin. Let the platform trust the proxy: app.set('trust proxy', …) on Express, new FastifyAdapter({ " +
  'trustProxy: … }) on Fastify. Further requests of this kind are not logged.';

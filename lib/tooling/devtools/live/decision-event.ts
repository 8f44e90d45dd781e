import { hasCredentials } from '../../../core/decide/enforcement.js';
import { isAddedOnTheWay, isAskedFor } from '../../../core/http/header-names.js';
import { parseRequestHeaders } from '../../../core/http/request-headers.js';
import { printable } from '../../../core/issues/text.js';
import type { CorsRequest } from '../../../core/request.js';
import type { RequestDecision } from '../../../engine/request-decision.js';
import type { CorsDecisionMessage } from '../../../pipeline/events/channels.js';
import type { DecisionEvent } from '../protocol.js';

/** Most characters of a path and query, as of an origin. */
const MAX_URL = 512;
/** A host name has at most 253. */
const MAX_BASE = 300;
const MAX_NAME = 64;
/** Names of headers that are kept of a request. */
export const MOST_NAMES = 32;

/** A decision as the page shows it, without what its place among the others adds. */
export type DecisionContent = Omit<DecisionEvent, 'id' | 'time' | 'pair'>;

/**
 * Reads what the page shows of a decision. Every text of the client is cut, and no value of a header is read but that
 * of `Origin` and the host.
 */
export function decisionContent(message: CorsDecisionMessage, { request }: RequestDecision): DecisionContent {
  const base = baseOf(request);
  return {
    ...message,
    url: printable(request.url, MAX_URL),
    ...(base === undefined ? {} : { base }),
    credentials: hasCredentials(request),
    headers: (message.preflight ? askedNames(request) : scriptNames(request))
      .slice(0, MOST_NAMES)
      .map((name) => printable(name, MAX_NAME)),
  };
}

function baseOf(request: CorsRequest): string | undefined {
  try {
    const base = request.ownOrigin();
    return base === undefined ? undefined : printable(base, MAX_BASE);
  } catch {
    // A function of the app, such as that of `trust proxy`, has thrown.
    return undefined;
  }
}

function askedNames(request: CorsRequest): readonly string[] {
  return parseRequestHeaders(request.header('access-control-request-headers')) ?? [];
}

function scriptNames(request: CorsRequest): readonly string[] {
  return request.headerNames().filter((name) => !isAddedOnTheWay(name) && isAskedFor(name, request.header(name)));
}

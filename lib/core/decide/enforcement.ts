import { trimOws } from '../http/lists.js';
import { isAddedOnTheWay, isAskedFor } from '../http/header-names.js';
import { isSafelistedMethod } from '../http/methods.js';
import { allowsMethod, enforcementOf, type Policy, type RoutePolicy } from '../policy/policy.js';
import type { CorsRequest } from '../request.js';
import { bareDecision, type Decision } from '../decision.js';

const FORBIDDEN = 403;

/**
 * Reports whether a browser would call this request cross-origin: it has an `Origin`, and neither `Sec-Fetch-Site`
 * (https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header) nor, where that is missing, its own address says that it
 * comes from the same origin.
 */
export function isFromOtherOrigin(request: CorsRequest): boolean {
  if (request.origin === undefined) {
    return false;
  }
  const site = request.header('sec-fetch-site');
  return site === undefined ? request.origin !== request.ownOrigin() : site !== 'same-origin' && site !== 'none';
}

/**
 * Reports whether a request without `Origin` comes from a page of another site: an `<img>`, a form, a `no-cors` fetch.
 * A link that leads here (a top-level navigation by `GET`) is not included.
 */
function isCrossSiteWithoutOrigin(request: CorsRequest): boolean {
  if (request.origin !== undefined || request.header('sec-fetch-site') !== 'cross-site') {
    return false;
  }
  const navigates = request.header('sec-fetch-mode') === 'navigate' && request.header('sec-fetch-dest') === 'document';
  return !(navigates && (request.method === 'GET' || request.method === 'HEAD'));
}

/** Reports whether a browser sent a preflight before this request. */
export function wasPreflighted(request: CorsRequest): boolean {
  return (
    !isSafelistedMethod(request.method) ||
    request.headerNames().some((name) => !isAddedOnTheWay(name) && isAskedFor(name, request.header(name)))
  );
}

/** Schemes of `Authorization` that browsers answer by themselves, as they add cookies by themselves. */
const BROWSER_AUTHENTICATION = /^(?:basic|digest|negotiate|ntlm)(?: |$)/i;

/**
 * Reports whether a request has what a browser adds with credentials: cookies, or HTTP authentication
 * (https://fetch.spec.whatwg.org/#credentials). A `Bearer` token is a header that a script has set.
 */
export function hasCredentials(request: CorsRequest): boolean {
  return request.header('cookie') !== undefined || BROWSER_AUTHENTICATION.test(request.header('authorization') ?? '');
}

/**
 * Turns a decision that refuses a cross-origin request into one that the server itself carries out (rule 3.6). Any other
 * decision is returned as it is.
 */
export function enforce(decision: Decision, request: CorsRequest): Decision {
  return decision.allowed || !isFromOtherOrigin(request) ? decision : Object.freeze({ ...decision, status: FORBIDDEN });
}

/** The same for a request without an `Origin`, under `enforce: 'fetch-metadata'`. */
export function enforceFetchMetadata(decision: Decision, policy: RoutePolicy, request: CorsRequest): Decision {
  return isCrossSiteWithoutOrigin(request) && !allowsAnyOrigin(policy, request.method)
    ? Object.freeze({ ...bareDecision('cross-site', decision.vary), status: FORBIDDEN })
    : decision;
}

/** Reports whether the policy allows every origin for this method. Such a grant needs no `Origin`. */
function allowsAnyOrigin(policy: RoutePolicy, method: string): boolean {
  return policy?.kind === 'policy' && policy.origin.any && allowsMethod(policy, method);
}

/** Reports whether the server itself enforces this policy. */
export function enforces(policy: RoutePolicy): boolean {
  return enforcementOf(policy) !== false;
}

/**
 * Reports whether a request uses what one of the other policies grants on this method and path, but the route's own
 * does not (rule 3.4). The preflight could not distinguish the routes, so its grant was for another one.
 */
export function exceedsOwnGrant(own: Policy, others: readonly RoutePolicy[], request: CorsRequest): boolean {
  const policies = others.filter((policy): policy is Policy => policy?.kind === 'policy');
  if (!own.credentials && policies.some((policy) => policy.credentials) && hasCredentials(request)) {
    return true;
  }
  if (!allowsMethod(own, request.method)) {
    return true;
  }
  const granted = own.allowedHeaders;
  if (granted.kind !== 'names') {
    return false;
  }
  return request
    .headerNames()
    .some(
      (name) =>
        !granted.names.has(name) &&
        isAskedFor(name, request.header(name)) &&
        policies.some((policy) => grantsHeader(policy, name)),
    );
}

function grantsHeader({ allowedHeaders }: Policy, name: string): boolean {
  return allowedHeaders.kind === 'names' ? allowedHeaders.names.has(name) : !isAddedOnTheWay(name);
}

/** The request's own origin as a proxy in front of the app reports it, if the proxy were trusted. */
export function forwardedOrigin(request: CorsRequest): string | undefined {
  const protocol = first(request.header('x-forwarded-proto'));
  const host = first(request.header('x-forwarded-host'));
  if (protocol === undefined && host === undefined) {
    return undefined;
  }
  const [ownProtocol, ownHost] = (request.ownOrigin() ?? '').split('://');
  return `${protocol ?? ownProtocol}://${host ?? ownHost}`.toLowerCase();
}

function first(list: string | undefined): string | undefined {
  return list && trimOws(list.split(',', 1)[0]!);
}

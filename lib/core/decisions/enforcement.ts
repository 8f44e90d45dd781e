import { admitsMethod } from './decide-actual.js';
import type { Decision } from './decision.js';
import { isAddedOnTheWay, needsPreflight } from '../protocol/header-names.js';
import { isSafelistedMethod } from '../protocol/methods.js';
import { type Policy, type RoutePolicy } from '../policies/policy.js';
import type { CorsRequest } from '../requests/request.js';

const FORBIDDEN = 403;

/**
 * Reports whether a browser would call this request cross-origin: it has an `Origin`, and neither `Sec-Fetch-Site`
 * (Fetch Metadata) nor, where that is missing, its own address says that it comes from the same origin.
 */
export function isCrossOrigin(request: CorsRequest): boolean {
  if (request.origin === undefined) {
    return false;
  }
  const site = request.header('sec-fetch-site');
  return site === undefined ? request.origin !== request.ownOrigin() : site !== 'same-origin' && site !== 'none';
}

/** Reports whether a browser has asked by a preflight before it sent this request (Fetch, "CORS-preflight fetch"). */
export function wasPreflighted(request: CorsRequest): boolean {
  return (
    !isSafelistedMethod(request.method) ||
    request.headerNames().some((name) => !isAddedOnTheWay(name) && needsPreflight(name, request.header(name)))
  );
}

/**
 * Turns a decision that refuses a cross-origin request into one that the server itself carries out (DESIGN 3.6); any
 * other decision is returned as it is.
 */
export function enforce(decision: Decision, request: CorsRequest): Decision {
  return decision.allowed || !isCrossOrigin(request) ? decision : Object.freeze({ ...decision, status: FORBIDDEN });
}

/**
 * Reports whether a request uses what one of the other policies grants on this method and path, but the route's own
 * does not (DESIGN 3.4). The preflight could not tell the routes apart, so the grant it gave was for another one.
 */
export function exceedsOwnGrant(own: Policy, others: readonly RoutePolicy[], request: CorsRequest): boolean {
  const policies = others.filter((policy): policy is Policy => policy?.kind === 'policy' && policy !== own);
  const cookies = request.header('cookie') !== undefined;
  if (cookies && !own.credentials && policies.some((policy) => policy.credentials)) {
    return true;
  }
  if (!admitsMethod(own, request.method)) {
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
        needsPreflight(name, request.header(name)) &&
        policies.some((policy) => grantsHeader(policy, name)),
    );
}

function grantsHeader({ allowedHeaders }: Policy, name: string): boolean {
  return allowedHeaders.kind === 'names' ? allowedHeaders.names.has(name) : !isAddedOnTheWay(name);
}

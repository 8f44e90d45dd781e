import type { ServerResponse } from 'node:http';
import type { Decision } from '../core/decision.js';
import { RESOURCE_POLICY, VARY } from '../core/http/headers.js';
import type { RequestDecision } from '../engine/request-decision.js';
import type { OwnFields } from './exchange.js';
import { CORS_PREFIX, isOurs, settleOwn } from './own-fields.js';
import { addVary, type HeaderValue } from './vary.js';

/**
 * Sets the fields of a decision: among those that the app gives with the head, or else on the response.
 *
 * @param args of `writeHead`; changed where fields are given with the head
 * @returns the CORS fields of the app itself, where these are sent in place of the decision's
 */
export function writeFields(
  response: ServerResponse,
  args: unknown[],
  decided: RequestDecision,
): OwnFields | undefined {
  const { decision, policy, kind } = decided;
  if (policy === undefined && decision.vary.length === 0 && kind === 'actual') {
    return undefined;
  }
  // As Node reads them: the message may be left out, and the fields may be followed by `undefined`.
  const index = typeof args[1] === 'string' || (args[2] !== undefined && args[2] !== null) ? 2 : 1;
  const given = args[index];
  if (Array.isArray(given)) {
    // Node throws for a flat list that ends with a name.
    return Array.isArray(given[0]) || given.length % 2 === 0 ? settleOwn(response, args, index, decided) : undefined;
  }
  const names = response.getHeaderNames();
  if (names.some(mustBeSettled)) {
    return settleOwn(response, args, index, decided);
  }
  const vary = names.includes('vary') ? response.getHeader(VARY) : undefined;
  const resourcePolicy = policy?.kind === 'policy' && kind === 'actual' ? policy.resourcePolicy : undefined;
  if (typeof given !== 'object' || given === null) {
    onResponse(response, vary, decision, resourcePolicy);
    return undefined;
  }
  const head = inObject(given as Record<string, HeaderValue>, vary, decision, resourcePolicy);
  if (head === undefined) {
    return settleOwn(response, args, index, decided);
  }
  args[index] = head;
  return undefined;
}

/** Takes the fields of a decision back from a response whose head could not be written. */
export function takeBack(response: ServerResponse, { headers }: Decision): void {
  for (const [name, value] of headers) {
    if (response.getHeader(name) === value) {
      response.removeHeader(name);
    }
  }
}

/** Reports whether a field that is set on the response must be settled with those of the decision. */
function mustBeSettled(name: string): boolean {
  return name.startsWith(CORS_PREFIX) || name === 'timing-allow-origin';
}

/** @param own the `Vary` that is set on the response */
function onResponse(
  response: ServerResponse,
  own: HeaderValue,
  { headers, vary }: Decision,
  resourcePolicy: string | undefined,
): void {
  for (const [name, value] of headers) {
    response.setHeader(name, value);
  }
  if (resourcePolicy !== undefined) {
    response.setHeader(RESOURCE_POLICY, resourcePolicy);
  }
  const merged = addVary(own, vary);
  if (merged !== undefined && merged !== own) {
    response.setHeader(VARY, merged);
  }
}

/**
 * A copy, because the app may write other heads with the same object; `undefined` where the app has given a field
 * among them that must be settled with the decision's.
 *
 * @param before the `Vary` that is set on the response
 */
function inObject(
  given: Readonly<Record<string, HeaderValue>>,
  before: HeaderValue,
  { headers, vary }: Decision,
  resourcePolicy: string | undefined,
): Record<string, HeaderValue> | undefined {
  const head: Record<string, HeaderValue> = {};
  let own = before;
  for (const name of Object.keys(given)) {
    // Most names differ in their length: folding the case of each would cost more than the rest.
    if (name.length === VARY.length && name.toLowerCase() === 'vary') {
      own = given[name];
      continue;
    }
    if (name.length > CORS_PREFIX.length && isOurs(name.toLowerCase())) {
      if (name.length !== RESOURCE_POLICY.length || name.toLowerCase() !== 'cross-origin-resource-policy') {
        return undefined;
      }
      if (resourcePolicy !== undefined) {
        continue;
      }
    }
    head[name] = given[name];
  }
  for (const [name, value] of headers) {
    head[name] = value;
  }
  if (resourcePolicy !== undefined) {
    head[RESOURCE_POLICY] = resourcePolicy;
  }
  const merged = addVary(own, vary);
  if (merged !== undefined) {
    head[VARY] = merged;
  }
  return head;
}

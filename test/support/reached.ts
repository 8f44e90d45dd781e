import type { CorsPolicyOptions } from '../../lib/index.js';
import type { TestApp } from './app.js';
import { rawRequest } from './raw-http.js';

const APP = 'https://app.example';

const names: string[] = [];

/** A policy with its name in its answers: as `maxAge` in a preflight, as the exposed header in a response. */
export function named(name: string): CorsPolicyOptions {
  names.push(name);
  return { origin: APP, maxAge: names.length - 1, exposedHeaders: [`X-${name}`] };
}

/** The name of the policy that answered a preflight with this `Access-Control-Max-Age`. */
export const nameOf = (maxAge: string | undefined): string | undefined =>
  maxAge === undefined ? undefined : names[Number(maxAge)];

/** The handler that serves a request, the policy of its response, and the policy of its preflight. */
export interface Reached {
  /** The body of the handler's response, or its status if it is not 200 or has no body. */
  readonly handler: string | number;
  readonly response: string | undefined;
  readonly preflight: string | undefined;
}

/** Sends a request and its preflight. */
export async function reached(
  app: Pick<TestApp, 'port'>,
  method: string,
  target: string,
  headers: Record<string, string> = {},
): Promise<Reached> {
  const fields = Object.entries({ Origin: APP, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const actual = await rawRequest(app.port, `${method} ${target} HTTP/1.1`, fields);
  const asked = [...fields, `Access-Control-Request-Method: ${method}`];
  const preflight = await rawRequest(app.port, `OPTIONS ${target} HTTP/1.1`, asked);
  return {
    handler: actual.status === 200 && method !== 'HEAD' ? actual.body : actual.status,
    response: actual.cors()['access-control-expose-headers']?.slice(2),
    preflight: nameOf(preflight.cors()['access-control-max-age']),
  };
}

/** The result of a handler that returns the name of its policy. */
export const by = (name: string): Reached => ({ handler: name, response: name, preflight: name });

/** The result if no handler serves the request. */
export const unserved = (status = 404): Reached => ({ handler: status, response: undefined, preflight: undefined });

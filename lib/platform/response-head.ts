import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestDecision } from '../engine/request-decision.js';
import { type Exchange, exchangeOf, keepExchange, reserveExchange, type WriteHead } from './exchange.js';
import { takeBack, writeFields } from './head-fields.js';

const NOTHING = (): void => undefined;

/**
 * Has a response carry the fields of an exchange's decision. They are written with the head, so that they are sent
 * whatever the app sets, clears or replaces meanwhile. CORS fields of the app itself are settled with them then (rule
 * 3.5; `settleOwn`).
 *
 * @param decision `undefined`: the decision is still to be taken
 */
export function carry(exchange: Exchange, response: ServerResponse, decision?: RequestDecision): void {
  if (decision !== undefined) {
    exchange.decision = decision;
  }
  const hasFields = decision === undefined || decision.policy !== undefined || decision.decision.vary.length > 0;
  if (hasFields && exchange.next === undefined) {
    guard(exchange, response);
  }
}

/**
 * Calls back once when nothing can change a response's head any more: when it is written, or when the connection closes
 * without one. Of several callers only the first is called back: an app inside another one tells nothing twice.
 *
 * @param settled must not throw
 */
export function onHead(exchange: Exchange, response: ServerResponse, settled: () => void): void {
  if (exchange.onHead !== undefined) {
    return;
  }
  if (exchange.next === undefined) {
    guard(exchange, response);
  }
  exchange.onHead = settled;
  response.once('close', () => tellHead(exchange));
}

/**
 * Gives a request and its response the properties that `carry()` will set, with the values that they have. Before Node
 * 24, a property that is added after Express has changed the prototype takes a microsecond, because it gives the object a
 * hidden class of its own. To set one that is there takes a tenth of that.
 */
export function reserve(message: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = writeHead;
  if ('writeHeader' in response) {
    const { writeHeader } = response;
    response.writeHeader = writeHeader;
  }
  reserveExchange(message);
}

/** The response itself is guarded, not its prototype: an Express app that another one calls puts its own in place. */
function guard(exchange: Exchange, response: ServerResponse): void {
  exchange.next = response.writeHead as unknown as WriteHead;
  response.writeHead = settleAndWrite;
  if ('writeHeader' in response) {
    // Node's other name for it (https://nodejs.org/api/deprecations.html#DEP0063). HTTP/2 has none.
    response.writeHeader = settleAndWrite;
  }
  if (response.req !== exchange.message) {
    keepExchange(response, exchange);
  }
}

/** One function for all responses: none is made for a request. */
function settleAndWrite(this: ServerResponse, ...args: unknown[]): ServerResponse {
  const exchange = exchangeFor(this);
  if (exchange === undefined) {
    // Someone has cut the response off from its request: nothing is known of it any more.
    return writeHeadBehind(this).apply(this, args);
  }
  if (exchange.isHeadWritten || this.headersSent) {
    // Node throws.
    return exchange.next!.apply(this, args);
  }
  const { decision } = exchange;
  let written: ServerResponse;
  exchange.ownFields = writeFields(this, args, decision);
  try {
    written = exchange.next!.apply(this, args);
  } catch (error) {
    // Node rejects this head, and the app will write another one: these fields must not pass for its own then.
    if (!this.headersSent) {
      exchange.ownFields = undefined;
      takeBack(this, decision.decision);
    }
    throw error;
  }
  exchange.isHeadWritten = true;
  if (exchange.ownFields !== undefined) {
    exchange.decider.ownFieldsSent(decision);
  }
  if (exchange.onHead !== undefined) {
    tellHead(exchange);
  }
  return written;
}

/** Also where the response is derived from one that is guarded. */
function writeHeadBehind(response: ServerResponse): WriteHead {
  let behind: object = response;
  while ((behind as ServerResponse).writeHead === (settleAndWrite as unknown)) {
    behind = Object.getPrototypeOf(behind) as object;
  }
  return (behind as { writeHead: WriteHead }).writeHead;
}

/** The state of the request that a guarded response answers. */
function exchangeFor(response: ServerResponse): Exchange | undefined {
  const request = response.req as object | undefined;
  return (request && exchangeOf(request)) ?? exchangeOf(response);
}

function tellHead(exchange: Exchange): void {
  const settled = exchange.onHead;
  exchange.onHead = NOTHING;
  settled?.();
}

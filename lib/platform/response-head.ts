import type { ServerResponse } from 'node:http';
import type { Decision } from '../core/decisions/decision.js';
import { ALLOW_ORIGIN, type HeaderField, VARY } from '../core/protocol/fields.js';
import type { Decided, Postponed } from './decided.js';
import { type Held, heldOf, hold, holdBy, lastWord, type WriteHead } from './held.js';
import { addVary, type HeaderValue } from './vary.js';

const NOTHING = (): void => undefined;
/** How the names of all response fields of the CORS protocol begin. */
const PREFIX = 'access-control-';

/**
 * Has a response carry the fields of what was decided about its request, in place of what was decided before. They are
 * written with the head, so that they stand whatever the app sets, clears or replaces meanwhile. Where the app has set
 * one of them itself, its own wins, but for `Vary`, which is added to.
 */
export function carry(request: object, response: ServerResponse, decided: Decided): void {
  const held = hold(request, decided);
  const { headers, vary } = decided.decision;
  if (held.next === undefined && (headers.length > 0 || vary.length > 0)) {
    guard(request, response, held);
  }
}

/** The same of a decision that can wait until the head is written. */
export function postpone(request: object, response: ServerResponse, postponed: Postponed): void {
  const held = hold(request, undefined, postponed);
  if (held.next === undefined) {
    guard(request, response, held);
  }
}

/**
 * Calls back once when nothing can change a response's head any more: when it is written, or when the connection closes
 * without one. Of several callers the first is heard: an inner app tells nothing twice.
 *
 * Precondition: something was decided about the request.
 *
 * @param settled must not throw
 */
export function onHead(request: object, response: ServerResponse, settled: () => void): void {
  const held = heldOf(request);
  if (held === undefined || held.onHead !== undefined) {
    return;
  }
  if (held.next === undefined) {
    guard(request, response, held);
  }
  held.onHead = settled;
  response.once('close', () => tellHead(held));
}

/** The response itself is guarded, not its prototype: an Express app that another one calls puts its own in place. */
function guard(request: object, response: ServerResponse, held: Held): void {
  held.next = response.writeHead as unknown as WriteHead;
  response.writeHead = settleAndWrite;
  if (response.req !== request) {
    holdBy(response, held);
  }
}

/** One function for all responses: none is made for a request. */
function settleAndWrite(this: ServerResponse, ...args: unknown[]): ServerResponse {
  const held = heldFor(this);
  if (held === undefined) {
    // Someone has cut the response off from its request: nothing is known of it any more.
    return writeHeadBehind(this).apply(this, args);
  }
  if (!held.settled) {
    writeFields(this, args, lastWord(held).decision);
  }
  const written = held.next!.apply(this, args);
  // Only now: a head that the app has spoilt is refused by Node, and that of the error comes after it.
  held.settled = true;
  if (held.onHead !== undefined) {
    tellHead(held);
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

/** What is held of the request that a guarded response answers. */
function heldFor(response: ServerResponse): Held | undefined {
  const request = response.req as object | undefined;
  return (request && heldOf(request)) ?? heldOf(response);
}

function tellHead(held: Held): void {
  const settled = held.onHead;
  held.onHead = NOTHING;
  settled?.();
}

/** Sets the fields of a decision, where the head's own headers are given with it, as the app may have done, among those. */
function writeFields(response: ServerResponse, args: unknown[], { headers, vary }: Decision): void {
  if (headers.length === 0 && vary.length === 0) {
    return;
  }
  keepOneOrigin(response);
  // As Node reads them: the message may be left out, and what stands behind the headers may be `undefined`.
  const index = typeof args[1] === 'string' || args[2] ? 2 : 1;
  const given = args[index];
  if (Array.isArray(given)) {
    args[index] = inList(given, missingOn(response, headers), response.getHeader(VARY), vary);
  } else if (typeof given === 'object' && given !== null) {
    const own = given as Record<string, HeaderValue>;
    args[index] = inObject(own, missingOn(response, headers), response.getHeader(VARY), vary);
  } else {
    onResponse(response, headers, vary);
  }
}

/** Where the app has appended its own: two values would be refused by every browser. */
function keepOneOrigin(response: ServerResponse): void {
  const origins = response.getHeader(ALLOW_ORIGIN);
  if (Array.isArray(origins)) {
    response.setHeader(ALLOW_ORIGIN, origins.at(-1) as string);
  }
}

function onResponse(response: ServerResponse, headers: readonly HeaderField[], vary: readonly string[]): void {
  for (const [name, value] of headers) {
    if (!response.hasHeader(name)) {
      response.setHeader(name, value);
    }
  }
  const own = response.getHeader(VARY);
  const merged = addVary(own, vary);
  if (merged !== undefined && merged !== own) {
    response.setHeader(VARY, merged);
  }
}

/** Those that the app has not set by now. */
function missingOn(response: ServerResponse, headers: readonly HeaderField[]): readonly HeaderField[] {
  for (const [name] of headers) {
    if (response.hasHeader(name)) {
      return headers.filter(([each]) => !response.hasHeader(each));
    }
  }
  return headers;
}

/** A copy: the app may write other heads with the same object. */
function inObject(
  given: Readonly<Record<string, HeaderValue>>,
  missing: readonly HeaderField[],
  before: HeaderValue,
  vary: readonly string[],
): Record<string, HeaderValue> {
  const head: Record<string, HeaderValue> = {};
  let own = before;
  let left = missing;
  for (const name of Object.keys(given)) {
    // Most names are told apart by their length: to fold each one's case would cost more than all the rest.
    if (name.length === VARY.length && name.toLowerCase() === 'vary') {
      own = given[name];
      continue;
    }
    head[name] = given[name];
    if (name.length > PREFIX.length && name.toLowerCase().startsWith(PREFIX)) {
      left = left.filter((field) => field[0].toLowerCase() !== name.toLowerCase());
    }
  }
  for (const [name, value] of left) {
    head[name] = value;
  }
  const merged = addVary(own, vary);
  if (merged !== undefined) {
    head[VARY] = merged;
  }
  return head;
}

/** Raw headers: flat (`[name, value, …]`) or in pairs. */
function inList(
  given: readonly unknown[],
  missing: readonly HeaderField[],
  before: HeaderValue,
  vary: readonly string[],
): unknown[] {
  const pairs: (readonly unknown[])[] = Array.isArray(given[0])
    ? (given as unknown[][])
    : Array.from({ length: given.length / 2 }, (_, pair) => [given[2 * pair], given[2 * pair + 1]]);
  const named = pairs.map(([name]) => String(name).toLowerCase());
  const own = pairs.filter((_, index) => named[index] === 'vary').map(([, value]) => String(value));
  const merged = addVary(own.length === 0 ? before : own, vary);
  return [
    ...pairs.filter((_, index) => named[index] !== 'vary'),
    ...missing.filter(([name]) => !named.includes(name.toLowerCase())),
    ...(merged === undefined ? [] : [[VARY, merged]]),
  ].flat();
}

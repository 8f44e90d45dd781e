import type { ServerResponse } from 'node:http';
import type { Decision } from '../core/decisions/decision.js';
import { ALLOW_ORIGIN, type HeaderField, VARY } from '../core/protocol/fields.js';
import type { Decided } from './decided.js';
import { type Held, heldOf, hold, holdBy, type WriteHead } from './held.js';
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
  if (!held.settled) {
    writeFields(this, args, held.decided.decision);
  }
  const written = held.next!.apply(this, args);
  // Only now: a head that the app has spoilt is refused by Node, and that of the error comes after it.
  held.settled = true;
  if (held.onHead !== undefined) {
    tellHead(held);
  }
  return written;
}

/** What is held of the request that a guarded response answers. */
function heldFor(response: ServerResponse): Held {
  return (response.req && heldOf(response.req)) ?? heldOf(response)!;
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
  const present = response.getHeaderNames();
  if (present.includes(ALLOW_ORIGIN.toLowerCase())) {
    keepOneOrigin(response);
  }
  // As Node reads them: the message may be left out, and what stands behind the headers may be `undefined`.
  const index = typeof args[1] === 'string' || args[2] ? 2 : 1;
  const given = args[index];
  const missing = headers.filter(([name]) => !present.includes(name.toLowerCase()));
  const own = present.includes('vary') ? response.getHeader(VARY) : undefined;
  if (Array.isArray(given)) {
    args[index] = inList(given, missing, own, vary);
  } else if (typeof given === 'object' && given !== null) {
    args[index] = inObject(given as Record<string, HeaderValue>, missing, own, vary);
  } else {
    onResponse(response, missing, own, vary);
  }
}

/** Where the app has appended its own: two values would be refused by every browser. */
function keepOneOrigin(response: ServerResponse): void {
  const origins = response.getHeader(ALLOW_ORIGIN);
  if (Array.isArray(origins)) {
    response.setHeader(ALLOW_ORIGIN, origins.at(-1) as string);
  }
}

function onResponse(
  response: ServerResponse,
  missing: readonly HeaderField[],
  own: HeaderValue,
  vary: readonly string[],
): void {
  for (const [name, value] of missing) {
    response.setHeader(name, value);
  }
  const merged = addVary(own, vary);
  if (merged !== undefined && merged !== own) {
    response.setHeader(VARY, merged);
  }
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
    const lower = name.toLowerCase();
    if (lower === 'vary') {
      own = given[name];
      continue;
    }
    head[name] = given[name];
    if (lower.startsWith(PREFIX)) {
      left = left.filter((field) => field[0].toLowerCase() !== lower);
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

import type { ServerResponse } from 'node:http';
import { ALLOW_ORIGIN } from '../core/protocol/fields.js';
import { addVary } from './vary.js';

/** The names that a response's `Vary` must carry when its head is written. */
const VARY = Symbol('nestjs-cors-policy:vary');
/** What a guarded response's `writeHead` was before. */
const NEXT = Symbol('nestjs-cors-policy:write-head');
/** What is to be told once a response's head is settled; shared by apps that are mounted in each other. */
const ON_HEAD = Symbol.for('nestjs-cors-policy:on-head');

interface GuardedResponse extends ServerResponse {
  [VARY]?: readonly string[];
  [NEXT]?: WriteHead;
  [ON_HEAD]?: (() => void) | undefined;
}

const NOTHING = (): void => undefined;

type WriteHead = (this: GuardedResponse, ...args: unknown[]) => ServerResponse;

/**
 * Has the response's `Vary` carry these names, and no others of ours, whatever the app sets: the last word on `Vary`
 * and on a single ACAO is spoken when the head is written, as the app may replace either header at any time before.
 *
 * The response itself is guarded, not its prototype: an Express app that another one calls puts its own in place.
 */
export function keepVary(response: ServerResponse, names: readonly string[]): void {
  guard(response)[VARY] = names;
}

/**
 * Calls back once when nothing can change a response's head any more: when it is written, or when the connection closes
 * without one. Of several callers the first is heard: an inner app tells nothing twice.
 *
 * @param settled must not throw
 */
export function onHead(response: ServerResponse, settled: () => void): void {
  const guarded = guard(response);
  if (guarded[ON_HEAD] !== undefined) {
    return;
  }
  guarded[ON_HEAD] = settled;
  response.once('close', () => tellHead(guarded));
}

function guard(response: ServerResponse): GuardedResponse {
  const guarded = response as GuardedResponse;
  if (guarded[NEXT] === undefined) {
    guarded[NEXT] = response.writeHead as unknown as WriteHead;
    guarded.writeHead = settleAndWrite;
  }
  return guarded;
}

function tellHead(response: GuardedResponse): void {
  const settled = response[ON_HEAD];
  response[ON_HEAD] = NOTHING;
  settled?.();
}

/** One function for all responses: none is made for a request. */
function settleAndWrite(this: GuardedResponse, ...args: unknown[]): ServerResponse {
  settle(this, args);
  if (this[ON_HEAD] !== undefined) {
    tellHead(this);
  }
  return this[NEXT]!.apply(this, args);
}

function settle(response: GuardedResponse, args: unknown[]): void {
  const names = response[VARY];
  if (names === undefined || response.headersSent) {
    return;
  }
  adoptHeaders(response, args);
  const origin = response.getHeader(ALLOW_ORIGIN);
  if (Array.isArray(origin)) {
    // Appended to ours: what the app set wins, and two values would be refused by every browser.
    response.setHeader(ALLOW_ORIGIN, origin.at(-1) as string);
  }
  const present = response.getHeader('Vary');
  const settled = addVary(present, names);
  if (settled !== undefined && settled !== present) {
    response.setHeader('Vary', settled);
  }
}

/**
 * `writeHead(status, [message], headers)` would replace `Vary` after us: a `Vary` among its headers is taken out and
 * set on the response, where it is merged.
 */
function adoptHeaders(response: GuardedResponse, args: unknown[]): void {
  // As Node reads them: the message may be left out, and what stands behind the headers may be `undefined`.
  const index = typeof args[1] === 'string' || args[2] ? 2 : 1;
  const headers = args[index];
  if (Array.isArray(headers)) {
    args[index] = withoutVary(response, headers);
  } else if (typeof headers === 'object' && headers !== null) {
    const entries = Object.entries(headers as Record<string, string | string[]>);
    const vary = entries.filter(([name]) => isVary(name));
    if (vary.length > 0) {
      vary.forEach(([, value]) => response.setHeader('Vary', value));
      args[index] = Object.fromEntries(entries.filter(([name]) => !isVary(name)));
    }
  }
}

/** Raw headers: flat (`[name, value, …]`) or in pairs. */
function withoutVary(response: GuardedResponse, headers: readonly unknown[]): unknown[] {
  const pairs: unknown[][] = Array.isArray(headers[0])
    ? (headers as unknown[][])
    : Array.from({ length: headers.length / 2 }, (_, pair) => [headers[2 * pair], headers[2 * pair + 1]]);
  const vary = pairs.filter(([name]) => isVary(String(name))).map(([, value]) => String(value));
  if (vary.length > 0) {
    response.setHeader('Vary', vary);
  }
  return pairs.filter(([name]) => !isVary(String(name))).flat();
}

function isVary(name: string): boolean {
  return name.toLowerCase() === 'vary';
}

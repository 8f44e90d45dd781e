import type { ServerResponse } from 'node:http';
import type { Decided, Postponed } from './decided.js';

export type WriteHead = (this: ServerResponse, ...args: unknown[]) => ServerResponse;

/** What the library keeps of a request in flight. */
export interface Held {
  /** The last word on it so far; `undefined`: it is postponed. */
  decided: Decided | undefined;
  postponed: Postponed | undefined;
  /** The `writeHead` of its response before the library put its own there; `undefined`: it has not. */
  next: WriteHead | undefined;
  /** Whether the head has been written. */
  settled: boolean;
  /** Who is told once the head is settled. */
  onHead: (() => void) | undefined;
}

/**
 * Under which a request, or a response that does not lead back to its request, bears what is held: shared by apps that
 * are mounted in each other, and by both forms of this package. One property for everything: on Node before 24 each that
 * is added costs an object whose prototype was changed, as Express does, a shape of its own.
 */
const HELD = Symbol.for('nestjs-cors-policy:held');

interface Bearer {
  [HELD]?: Held;
}

export function heldOf(bearer: object): Held | undefined {
  return (bearer as Bearer)[HELD];
}

/** The last word on what is held; what was postponed is decided now. */
export function lastWord(held: Held): Decided {
  return (held.decided ??= held.postponed!.decide());
}

/** Holds what was decided about a request, or is to be, in place of what was held before. One of the two must be given. */
export function hold(request: object, decided: Decided | undefined, postponed?: Postponed): Held {
  const before = heldOf(request);
  if (before !== undefined) {
    before.decided = decided;
    before.postponed = postponed;
    return before;
  }
  const held: Held = { decided, postponed, next: undefined, settled: false, onHead: undefined };
  holdBy(request, held);
  return held;
}

export function holdBy(bearer: object, held: Held): void {
  (bearer as Bearer)[HELD] = held;
}

import type { DecisionEvent } from '../protocol.js';
import { originProblem } from '../page-origin.js';
import { isAddedOnTheWay, isAskedFor } from '../../../core/http/header-names.js';
import { type DecisionContent, MOST_NAMES } from './decision-event.js';

/** Decisions that are kept. */
const MOST_DECISIONS = 200;
/** Refused origins that are kept. */
const MOST_ORIGINS = 20;
/** Longest time from a preflight to its request, in milliseconds. */
const PAIR_MS = 10_000;

/** Decisions after a given one, and how many of them are no longer kept. */
export interface LaterDecisions {
  readonly decisions: readonly DecisionEvent[];
  readonly leftOut: number;
}

/** The last decisions of an app, within fixed bounds. */
export class RecentDecisions {
  readonly #decisions: DecisionEvent[] = [];
  /** Ids of preflights whose request has come. */
  readonly #paired = new Set<number>();
  readonly #refused = new Set<string>();
  readonly #now: () => number;
  #last = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The id of the last decision; 0: there was none. */
  get last(): number {
    return this.#last;
  }

  /** Origins that a policy does not allow, the last refused one first. */
  get refusedOrigins(): readonly string[] {
    return [...this.#refused].reverse();
  }

  note(content: DecisionContent): void {
    const time = this.#now();
    const pair = content.preflight ? undefined : this.#preflightOf(content, time);
    this.#last += 1;
    this.#decisions.push(Object.freeze({ id: this.#last, time, ...content, ...(pair === undefined ? {} : { pair }) }));
    if (this.#decisions.length > MOST_DECISIONS) {
      this.#paired.delete(this.#decisions.shift()!.id);
    }
    if (content.reason === 'origin-not-allowed' && content.origin !== undefined) {
      this.#noteRefused(content.origin);
    }
  }

  /** @param id that of the last decision that is known already; 0: none */
  after(id: number): LaterDecisions {
    const count = Math.max(0, this.#last - id);
    const decisions = count === 0 ? [] : this.#decisions.slice(-count);
    return { decisions, leftOut: count - decisions.length };
  }

  /** The first granted preflight for this request that has no request yet. */
  #preflightOf({ origin, method, url, headers, webSocket }: DecisionContent, time: number): number | undefined {
    if (origin === undefined || webSocket === true) {
      return undefined;
    }
    const found = this.#decisions.find(
      (each) =>
        each.preflight &&
        each.origin === origin &&
        each.url === url &&
        each.method === method &&
        time - each.time <= PAIR_MS &&
        hasAsked(headers, each.headers) &&
        // Behind a refused preflight there is no request. Of one that passes on, the app decides.
        (each.allowed || each.reason === 'no-policy' || each.reason === 'no-route') &&
        !this.#paired.has(each.id),
    );
    if (found !== undefined) {
      this.#paired.add(found.id);
    }
    return found?.id;
  }

  #noteRefused(origin: string): void {
    if (originProblem(origin) !== undefined) {
      return;
    }
    this.#refused.delete(origin);
    this.#refused.add(origin);
    if (this.#refused.size > MOST_ORIGINS) {
      const [oldest] = this.#refused;
      this.#refused.delete(oldest!);
    }
  }
}

/**
 * Reports whether a request has the headers that a preflight asks for: a simple request to the same address has none.
 * Headers that a request cannot prove are left out.
 */
function hasAsked(names: readonly string[], asked: readonly string[]): boolean {
  const isCut = asked.length === MOST_NAMES;
  return (
    isCut ||
    asked.every(
      (name) => names.includes(name) || name === 'content-type' || !isAskedFor(name, '') || isAddedOnTheWay(name),
    )
  );
}

import type { MaybePromise } from '../core/origins/admission.js';
import { AnswerCache } from './answer-cache.js';
import { now } from './clock.js';
import type { ResolvedAllowlistOptions } from './options.js';
import type { Questions } from './questions.js';

/** The answers to questions that have a key: kept for a time, and shared while they are awaited. */
export class Answers {
  readonly #questions: Questions;
  readonly #cache: AnswerCache;
  /** Bounded, as `Questions` bounds the calls under way. */
  readonly #awaited = new Map<string, Promise<boolean>>();

  constructor(questions: Questions, options: ResolvedAllowlistOptions) {
    this.#questions = questions;
    this.#cache = new AnswerCache(options);
  }

  /** Answers at hand. */
  get count(): number {
    return this.#cache.countFresh();
  }

  /** The answer that is kept, or under way: asked for first, as to put a question makes closures. */
  atHand(key: string): MaybePromise<boolean> | undefined {
    return this.#cache.get(key) ?? this.#awaited.get(key);
  }

  /** Puts a question that nothing is at hand for. */
  ask(key: string, put: () => unknown): MaybePromise<boolean> {
    const askedAt = now();
    let kept: object | undefined;
    const answer = this.#questions.ask(put, {
      answered: (allowed) => {
        this.#awaited.delete(key);
        kept = this.#cache.set(key, allowed, askedAt);
      },
      answeredLate: (allowed) => {
        // Only in the place of what stood in for it: a question put since then knows better.
        if (kept !== undefined && this.#cache.holds(key, kept) && !this.#awaited.has(key)) {
          this.#cache.set(key, allowed, askedAt);
        }
      },
    });
    if (typeof answer !== 'boolean') {
      this.#awaited.set(key, answer);
    }
    return answer;
  }
}

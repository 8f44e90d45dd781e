import type { MaybePromise } from '../../core/policy/origin-provider.js';
import { AnswerCache } from './answer-cache.js';
import { now } from '../time.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { ProviderCalls } from './provider-calls.js';

/** The answers to questions that have a key: kept for a time, and shared while they are awaited. */
export class Answers {
  readonly #calls: ProviderCalls;
  readonly #cache: AnswerCache;
  /** Bounded, because `ProviderCalls` bounds the calls under way. */
  readonly #awaited = new Map<string, Promise<boolean>>();

  constructor(calls: ProviderCalls, options: ResolvedAllowlistOptions) {
    this.#calls = calls;
    this.#cache = new AnswerCache(options);
  }

  /** Number of cached answers. */
  get count(): number {
    return this.#cache.countFresh();
  }

  /** Reports whether a cached answer allows. */
  get allowSome(): boolean {
    return this.#cache.allowsSome;
  }

  /** The cached answer, or the call under way. Read first, because a new call creates closures. */
  atHand(key: string): MaybePromise<boolean> | undefined {
    return this.#cache.get(key) ?? this.#awaited.get(key);
  }

  /** Makes a call for a key without an answer. */
  ask(key: string, put: () => unknown): MaybePromise<boolean> {
    const askedAt = now();
    let kept: object | undefined;
    const answer = this.#calls.ask(put, {
      answered: (allowed) => {
        this.#awaited.delete(key);
        kept = this.#cache.set(key, allowed, askedAt);
      },
      answeredLate: (allowed) => {
        // Only replaces its own placeholder: a later call has a newer answer.
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

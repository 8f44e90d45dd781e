import type { MaybePromise } from '../core/origins/admission.js';
import { quote } from '../core/problems/quote.js';
import { CallLimit } from './call-limit.js';
import { Health } from './health.js';
import { AllowlistError, quietly } from './log.js';
import type { AllowlistSetup } from './setup.js';

/** The least time without a failure after which questions count as answered again. */
const LEAST_QUIET_MS = 1_000;

/** Learns what became of a question. */
export interface Outcome {
  /** The answer; `false` too where the question failed or its time was up. */
  answered(allowed: boolean): void;
  /** What the provider said after its time was up. */
  answeredLate(allowed: boolean): void;
}

/**
 * Puts questions to code of the app. Only `true` allows: a throw, a rejection, any other value, and no answer within
 * `timeoutMs` deny, and are logged once per change of state. No more than `maxEntries` questions are under way; further
 * ones are denied. An answer at hand is handed on at once; no answer rejects.
 */
export class Questions {
  readonly #label: string;
  readonly #timeoutMs: number;
  readonly #limit: CallLimit;
  readonly #health: Health;

  constructor({ label, options, log }: Omit<AllowlistSetup<unknown>, 'provider'>) {
    this.#label = label;
    this.#timeoutMs = options.timeoutMs;
    this.#limit = new CallLimit(options.maxEntries);
    this.#health = new Health(quietly(log), Math.max(options.negativeTtlMs, LEAST_QUIET_MS));
  }

  /** What went wrong last; `undefined` while questions are answered. */
  get lastError(): string | undefined {
    return this.#health.lastError;
  }

  /** @param put asks the provider; may throw and return anything */
  ask(put: () => unknown, outcome?: Outcome): MaybePromise<boolean> {
    if (!this.#limit.hasRoom()) {
      return this.fail(new AllowlistError('too many questions wait for an answer'));
    }
    let answer: unknown;
    let isLater: boolean;
    try {
      answer = put();
      isLater = isThenable(answer);
    } catch (error) {
      const allowed = this.fail(error);
      outcome?.answered(allowed);
      return allowed;
    }
    if (isLater) {
      return this.#wait(answer, outcome);
    }
    const allowed = this.#judge(answer);
    outcome?.answered(allowed);
    return allowed;
  }

  /** Counts a failure, and denies. */
  fail(error: unknown): false {
    this.#health.failed(error, (text) => `${this.#label}: a question failed: ${text}; failed questions deny`);
    return false;
  }

  #wait(answer: unknown, outcome: Outcome | undefined): Promise<boolean> {
    const place = this.#limit.enter();
    return new Promise((resolve) => {
      let isLate = false;
      const end = (allowed: boolean): void => {
        outcome?.answered(allowed);
        resolve(allowed);
      };
      // Someone waits for this one, so the process may wait too.
      const timer = setTimeout(() => {
        isLate = true;
        place.giveUp();
        end(this.fail(new AllowlistError(`no answer within ${this.#timeoutMs} ms`)));
      }, this.#timeoutMs);
      const inTime = (allowed: boolean): void => {
        clearTimeout(timer);
        place.leave();
        end(allowed);
      };
      const late = (value: unknown): void => {
        place.leaveLate();
        if (typeof value === 'boolean') {
          outcome?.answeredLate(value);
        }
      };
      Promise.resolve(answer).then(
        (value) => (isLate ? late(value) : inTime(this.#judge(value))),
        (error: unknown) => (isLate ? late(undefined) : inTime(this.fail(error))),
      );
    });
  }

  #judge(answer: unknown): boolean {
    if (typeof answer !== 'boolean') {
      return this.fail(new AllowlistError(`answered ${quote(answer)}, not a boolean`));
    }
    this.#health.succeeded(() => `${this.#label}: questions are answered again`);
    return answer;
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}

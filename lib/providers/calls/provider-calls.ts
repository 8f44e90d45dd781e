import type { MaybePromise } from '../../core/policy/origin-provider.js';
import { quote } from '../../core/issues/text.js';
import { CallLimit } from './call-limit.js';
import { Health } from '../health.js';
import { AllowlistError, quietly } from '../log.js';
import { later } from '../time.js';
import type { AllowlistSetup } from '../status.js';

/** The least time without a failure after which calls are answered again. */
const LEAST_QUIET_MS = 1_000;

/** Gets the result of a call. */
export interface CallListener {
  /** The answer; `false` too if the call failed or its time was up. */
  answered(allowed: boolean): void;
  /** The provider's answer after its time was up. */
  answeredLate(allowed: boolean): void;
}

/**
 * Calls code of the app. Only `true` allows: a throw, a rejection, any other value, and no answer within `timeoutMs`
 * deny, and are logged once per change of state. At most `maxEntries` calls are under way; further ones are denied. A
 * synchronous answer is passed on at once; no answer rejects.
 */
export class ProviderCalls {
  readonly #label: string;
  readonly #timeoutMs: number;
  readonly #limit: CallLimit;
  readonly #health: Health;
  /** The timers of calls that a caller waits for. */
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  constructor({ label, options, log }: Omit<AllowlistSetup<unknown>, 'provider'>) {
    this.#label = label;
    this.#timeoutMs = options.timeoutMs;
    this.#limit = new CallLimit(options.maxEntries);
    this.#health = new Health(quietly(log), Math.max(options.negativeTtlMs, LEAST_QUIET_MS));
  }

  /** The last error; `undefined` while calls are answered. */
  get lastError(): string | undefined {
    return this.#health.lastError;
  }

  /** Reports whether none was answered since they began to fail. */
  get onlyFail(): boolean {
    return this.#health.onlyFails;
  }

  /** @param put asks the provider; may throw and return anything */
  ask(put: () => unknown, listener?: CallListener): MaybePromise<boolean> {
    if (!this.#limit.hasRoom()) {
      return this.fail(new AllowlistError('too many calls wait for an answer'));
    }
    let answer: unknown;
    let isLater: boolean;
    try {
      answer = put();
      isLater = isThenable(answer);
    } catch (error) {
      const allowed = this.fail(error);
      listener?.answered(allowed);
      return allowed;
    }
    if (isLater) {
      return this.#wait(answer, listener);
    }
    const allowed = this.#judge(answer);
    listener?.answered(allowed);
    return allowed;
  }

  /**
   * Lets the process end before the calls under way are answered. A client that waits for one keeps the process alive by
   * its connection.
   */
  stop(): void {
    this.#isStopped = true;
    this.#timers.forEach((timer) => timer.unref());
  }

  /** Counts a failure, and denies. */
  fail(error: unknown): false {
    this.#health.failed(error, (text) => `${this.#label}: a call failed: ${text}; failed calls deny`);
    return false;
  }

  #wait(answer: unknown, listener: CallListener | undefined): Promise<boolean> {
    const place = this.#limit.enter();
    return new Promise((resolve) => {
      let isLate = false;
      const end = (allowed: boolean): void => {
        this.#timers.delete(timer);
        listener?.answered(allowed);
        resolve(allowed);
      };
      // A caller waits for this one, so the process may wait too, until the app closes.
      const timer = (this.#isStopped ? later : setTimeout)(() => {
        isLate = true;
        place.giveUp();
        end(this.fail(new AllowlistError(`no answer within ${this.#timeoutMs} ms`)));
      }, this.#timeoutMs);
      this.#timers.add(timer);
      const inTime = (allowed: boolean): void => {
        clearTimeout(timer);
        place.leave();
        end(allowed);
      };
      const late = (value: unknown): void => {
        place.leaveLate();
        if (typeof value === 'boolean') {
          listener?.answeredLate(value);
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
    this.#health.succeeded(() => `${this.#label}: calls are answered again`);
    return answer;
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}

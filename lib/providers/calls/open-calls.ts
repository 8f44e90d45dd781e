import { AllowlistError } from '../log.js';
import { now } from '../time.js';

/** Calls that may be open before a further one is refused. */
const MOST_OPEN = 2;
/** Time after which one more call may be made though others are open; doubled for each such call. */
const FIRST_WAIT_MS = 60_000;

/**
 * The calls of a provider that have not ended, aborted or not: a provider that ignores its signal would else collect one
 * for each try. A promise may also be lost for good, so one more is let through after a minute, then after two, four and
 * so on: 18 in a month.
 */
export class OpenCalls {
  #open = 0;
  #nextAt = 0;
  #waitMs = FIRST_WAIT_MS;

  /** Makes a call. @throws AllowlistError (a rejection) where earlier calls have every place */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#open >= MOST_OPEN && now() < this.#nextAt) {
      throw new AllowlistError(`${this.#open} earlier calls have not ended, though their signals were aborted`);
    }
    if (++this.#open >= MOST_OPEN) {
      this.#nextAt = now() + this.#waitMs;
      this.#waitMs *= 2;
    }
    try {
      return await call();
    } finally {
      this.#open--;
      this.#waitMs = FIRST_WAIT_MS;
    }
  }
}

import { now } from './clock.js';

/** Steps and milliseconds of work after which the event loop gets its turn. */
const STEPS = 500;
const MS = 2;
/** How often the clock is read, in steps. */
const CLOCK_EVERY = 32;

/** Cuts long work into slices, so that requests are answered in between. */
export class Slices {
  #steps = 0;
  #startedAt = now();

  /** Counts a step. A promise means that the slice is used up: await it before the next step. */
  step(): Promise<void> | undefined {
    this.#steps++;
    const isOver = this.#steps >= STEPS || (this.#steps % CLOCK_EVERY === 0 && now() - this.#startedAt >= MS);
    return isOver ? this.#pause() : undefined;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#steps = 0;
    this.#startedAt = now();
  }
}

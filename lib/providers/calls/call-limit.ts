import { now } from '../time.js';

/** Interval at which one more call is let through while all places are taken. */
const PROBE_EVERY_MS = 5_000;

/** Age from which an abandoned call is lost if the provider answers another one in time. */
const LOST_MS = 10_000;

/** The slot of a call until the provider has answered it, in time or late. */
export interface Slot {
  /** The provider answered, or threw, while a caller waited. */
  leave(): void;
  /** No caller waits for the call any more, but the provider is still working on it. */
  giveUp(): void;
  /** The provider answered a call that was given up. */
  leaveLate(): void;
}

/**
 * Bounds the calls that a provider has not answered yet, including those that no caller waits for any more. Otherwise a
 * database that hangs would collect one for every request of an attacker.
 *
 * A call may also be lost for good. So after an answer in time, calls that were given up a while before are forgotten:
 * the provider works, and their answers will not come. Calls given up just now are kept: otherwise a provider that
 * hangs for some origins and answers for others would collect calls without end. If lost calls take all slots, one of
 * them is forgotten from time to time, to try again.
 */
export class CallLimit {
  readonly #max: number;
  /** When each call was given up, the oldest first. */
  readonly #givenUp = new Map<Slot, number>();
  #waiting = 0;
  #probeAt = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Reports whether a call may be made now. */
  hasRoom(): boolean {
    return this.#waiting + this.#givenUp.size < this.#max || this.#makeRoom();
  }

  /** Takes a slot, which {@link hasRoom} has just reported to be there. */
  enter(): Slot {
    this.#waiting++;
    const slot: Slot = {
      leave: () => {
        this.#waiting--;
        this.#writeOff();
      },
      giveUp: () => {
        this.#waiting--;
        this.#givenUp.set(slot, now());
      },
      leaveLate: () => {
        this.#givenUp.delete(slot);
      },
    };
    return slot;
  }

  #writeOff(): void {
    for (const [slot, at] of this.#givenUp) {
      if (now() - at < LOST_MS) {
        return;
      }
      this.#givenUp.delete(slot);
    }
  }

  #makeRoom(): boolean {
    const [lost] = this.#givenUp.keys();
    if (lost === undefined || now() < this.#probeAt) {
      return false;
    }
    this.#probeAt = now() + PROBE_EVERY_MS;
    this.#givenUp.delete(lost);
    return true;
  }
}

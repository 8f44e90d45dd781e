import { now } from './clock.js';

/** How often one more call is let through while all places are taken. */
const PROBE_EVERY_MS = 5_000;

/** The place that a call holds until the provider has answered it, in time or late. */
export interface Place {
  /** The provider answered, or threw, while someone waited. */
  leave(): void;
  /** Nobody waits for the call any more, though the provider is still at it. */
  giveUp(): void;
  /** The provider answered a call that was given up. */
  leaveLate(): void;
}

/**
 * Bounds the calls that a provider has not answered yet, those that nobody waits for any more included: a database
 * that hangs would else collect one for every request that an attacker sends.
 *
 * A call may also be lost for good. So an answer in time writes off the calls given up before: the provider works, and
 * they will not come. And where they take all places, one of them is written off now and then, to find out.
 */
export class CallLimit {
  readonly #max: number;
  readonly #givenUp = new Set<Place>();
  #waiting = 0;
  #probeAt = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Reports whether a call may be made now. */
  hasRoom(): boolean {
    return this.#waiting + this.#givenUp.size < this.#max || this.#makeRoom();
  }

  /** Takes a place, which {@link hasRoom} has just reported to be there. */
  enter(): Place {
    this.#waiting++;
    const place: Place = {
      leave: () => {
        this.#waiting--;
        if (this.#givenUp.size > 0) {
          this.#givenUp.clear();
        }
      },
      giveUp: () => {
        this.#waiting--;
        this.#givenUp.add(place);
      },
      leaveLate: () => {
        this.#givenUp.delete(place);
      },
    };
    return place;
  }

  #makeRoom(): boolean {
    const [lost] = this.#givenUp;
    if (lost === undefined || now() < this.#probeAt) {
      return false;
    }
    this.#probeAt = now() + PROBE_EVERY_MS;
    this.#givenUp.delete(lost);
    return true;
  }
}

import type { Instance } from './instance.js';

/** The maximum of parallel requests. A busy machine gets fewer requests instead of a queue. */
const MOST_PENDING = 10;

/** The results of the requests since the last call of `take()`. */
export interface Outcome {
  readonly answered: number;
  /** Requests that failed, or that got a status other than 200 and 204. */
  readonly failed: readonly string[];
  /** The number of wrong grants. */
  readonly wronglyAllowed: number;
  /** The number of wrong refusals. */
  readonly wronglyRefused: number;
  /** The median time of an answer in milliseconds. */
  readonly median: number;
}

/** An allowed page and a refused page that send requests all the time. */
export class Load {
  /** The origin that is on the list from the first load. */
  static readonly MAY = 'https://partner.example';
  static readonly MAY_NOT = 'https://evil.example';

  readonly #instance: Instance;
  readonly #rate: number;
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();
  readonly #startedAt = performance.now();
  #count = 0;
  /** `true`: the list was loaded, so the allowed page must get grants. */
  #isLoaded = false;
  #outcome = fresh();

  /** @param rate requests a second */
  constructor(instance: Instance, rate: number) {
    this.#instance = instance;
    this.#rate = rate;
    this.#timer = setInterval(() => this.#sendDue(), 5);
  }

  /** Expects grants for the allowed page from now on. */
  expectLoaded(): void {
    this.#isLoaded = true;
  }

  /** Returns the results since the last call. */
  take(): Outcome {
    const { times, ...outcome } = this.#outcome;
    this.#outcome = fresh();
    const median = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    return { ...outcome, answered: times.length, median };
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  #sendDue(): void {
    const due = ((performance.now() - this.#startedAt) / 1_000) * this.#rate;
    for (; this.#count < due; this.#count++) {
      if (this.#pending.size >= MOST_PENDING) {
        continue;
      }
      const sent = this.#send(this.#count % 2 === 0 ? Load.MAY : Load.MAY_NOT, this.#count % 4 >= 2);
      this.#pending.add(sent);
      void sent.finally(() => this.#pending.delete(sent));
    }
  }

  async #send(origin: string, preflight: boolean): Promise<void> {
    const sentAt = performance.now();
    const mustBeAllowed = this.#isLoaded && origin === Load.MAY;
    try {
      const { status, allowed } = await this.#instance.ask(origin, preflight);
      if (status !== (preflight ? 204 : 200)) {
        this.#outcome.failed.push(`status ${status}`);
      }
      this.#outcome.wronglyAllowed += origin === Load.MAY_NOT && allowed !== undefined ? 1 : 0;
      this.#outcome.wronglyRefused += mustBeAllowed && allowed !== origin ? 1 : 0;
    } catch (error) {
      this.#outcome.failed.push(String(error));
    }
    this.#outcome.times.push(performance.now() - sentAt);
  }
}

function fresh() {
  return {
    times: [] as number[],
    failed: [] as string[],
    wronglyAllowed: 0,
    wronglyRefused: 0,
  };
}

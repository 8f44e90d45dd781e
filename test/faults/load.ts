import type { Instance } from './instance.js';

/** The most requests under way: a machine that is busy with other things gets fewer requests, not a queue of them. */
const MOST_PENDING = 10;

/** What came of the requests since the last look. */
export interface Outcome {
  readonly answered: number;
  /** Requests that failed, or that were answered by anything but 200 and 204. */
  readonly failed: readonly string[];
  /** Times that an origin got what it may never get. */
  readonly wronglyAdmitted: number;
  /** Times that an origin did not get what it has had all the time. */
  readonly wronglyRefused: number;
  /** How long an answer took, in milliseconds: half of them took longer. */
  readonly median: number;
}

/** Pages that use an app all the time: one that may, and one that may not. */
export class Load {
  /** On the list from the first load on. */
  static readonly MAY = 'https://partner.example';
  static readonly MAY_NOT = 'https://evil.example';

  readonly #instance: Instance;
  readonly #rate: number;
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();
  readonly #startedAt = performance.now();
  #count = 0;
  /** Whether the list was loaded, so that the one that may is let in. */
  #isLoaded = false;
  #outcome = fresh();

  /** @param rate requests a second */
  constructor(instance: Instance, rate: number) {
    this.#instance = instance;
    this.#rate = rate;
    this.#timer = setInterval(() => this.#sendDue(), 5);
  }

  /** From now on the one that may must be let in. */
  expectLoaded(): void {
    this.#isLoaded = true;
  }

  /** What came of it since the last look. */
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
    const mustBeAdmitted = this.#isLoaded && origin === Load.MAY;
    try {
      const { status, allowed } = await this.#instance.ask(origin, preflight);
      if (status !== (preflight ? 204 : 200)) {
        this.#outcome.failed.push(`status ${status}`);
      }
      this.#outcome.wronglyAdmitted += origin === Load.MAY_NOT && allowed !== undefined ? 1 : 0;
      this.#outcome.wronglyRefused += mustBeAdmitted && allowed !== origin ? 1 : 0;
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
    wronglyAdmitted: 0,
    wronglyRefused: 0,
  };
}

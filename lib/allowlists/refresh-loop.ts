import { later, now } from './clock.js';
import { type Deferred, deferred } from './deferred.js';
import { AllowlistError } from './log.js';
import type { ResolvedAllowlistOptions } from './options.js';

/** The wait after a first failed load; doubled after each further one. */
const FIRST_RETRY_MS = 250;
/** The least time between the starts of two loads that changes ask for: a storm of them makes four a second. */
const CHANGE_GAP_MS = 250;

/**
 * Decides when to load: never twice at a time, every `refreshMs`, sooner after a failure or a change, and at once
 * where someone waits for it. Its timers do not keep the process alive.
 */
export class RefreshLoop {
  readonly #load: (signal: AbortSignal) => Promise<void>;
  readonly #options: Pick<ResolvedAllowlistOptions, 'refreshMs' | 'loadTimeoutMs'>;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #running: AbortController | undefined;
  #settled: Promise<void> = Promise.resolve();
  /** Those who wait for the first load that starts after they asked. */
  #waiting: Deferred | undefined;
  #isChanged = false;
  #changeLoadAt = -Infinity;
  #failures = 0;
  #isStopped = false;

  /** @param load loads once; rejects where that fails, and soon after the signal is aborted */
  constructor(
    load: (signal: AbortSignal) => Promise<void>,
    options: Pick<ResolvedAllowlistOptions, 'refreshMs' | 'loadTimeoutMs'>,
  ) {
    this.#load = load;
    this.#options = options;
  }

  /** Begins with a load, unless one has begun already. */
  start(): void {
    if (!this.#isStopped && this.#running === undefined && this.#timer === undefined) {
      this.#run();
    }
  }

  /** Asks for a load that starts after this call, soon. However often it is called in the meantime, one follows. */
  changed(): void {
    if (this.#isStopped) {
      return;
    }
    this.#isChanged = true;
    if (this.#running === undefined) {
      this.#schedule(Math.min(this.#dueAt, this.#changeDueAt()));
    }
  }

  /** Resolves with the first load that starts after this call, and rejects where that fails. */
  refresh(): Promise<void> {
    if (this.#isStopped) {
      return Promise.reject(stopped());
    }
    this.#waiting ??= deferred();
    const { promise } = this.#waiting;
    if (this.#running === undefined) {
      this.#run();
    }
    return promise;
  }

  /** Aborts the load under way, and loads no more. Those who wait are told. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#running?.abort(stopped());
    await this.#settled;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Infinity;
    if (this.#isChanged) {
      this.#changeLoadAt = now();
    }
    this.#isChanged = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#settled = this.#loadOnce().then(
      () => {
        this.#ended(0);
        waiting?.resolve();
      },
      (error: unknown) => {
        this.#ended(this.#failures + 1);
        waiting?.reject(error);
      },
    );
  }

  async #loadOnce(): Promise<void> {
    const { loadTimeoutMs } = this.#options;
    const running = new AbortController();
    this.#running = running;
    const tooLate = () => running.abort(new AllowlistError(`load() did not end within ${loadTimeoutMs} ms`));
    const timer = later(tooLate, loadTimeoutMs);
    try {
      await this.#load(running.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #ended(failures: number): void {
    this.#running = undefined;
    this.#failures = failures;
    if (this.#isStopped) {
      this.#waiting?.reject(stopped());
    } else if (this.#waiting !== undefined) {
      this.#run();
    } else {
      this.#schedule(Math.min(now() + this.#pauseMs(), this.#isChanged ? this.#changeDueAt() : Infinity));
    }
  }

  #schedule(dueAt: number): void {
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    const ms = dueAt - now();
    if (ms <= 0) {
      this.#run();
    } else {
      this.#timer = later(() => this.#run(), Math.ceil(ms));
    }
  }

  #pauseMs(): number {
    const { refreshMs } = this.#options;
    return this.#failures === 0 ? refreshMs : Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), refreshMs);
  }

  #changeDueAt(): number {
    return Math.max(now(), this.#changeLoadAt + CHANGE_GAP_MS);
  }
}

function stopped(): AllowlistError {
  return new AllowlistError('the allowlist is stopped');
}

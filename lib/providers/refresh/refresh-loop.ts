import { type Deferred, deferred, later, now, retryMs } from '../time.js';
import { AllowlistError } from '../log.js';
import type { ResolvedAllowlistOptions } from '../options.js';

/**
 * The time between the starts of two loads that changes ask for, as a multiple of what the last load took: a storm of
 * changes keeps a source busy for a fifth of the time, and a slower source is loaded less often.
 */
const CHANGE_GAP = 5;
const LEAST_CHANGE_GAP_MS = 25;
const MOST_CHANGE_GAP_MS = 1_000;

/** The times between the loads of a loop. */
export interface RefreshTimes extends Pick<ResolvedAllowlistOptions, 'refreshMs' | 'loadTimeoutMs'> {
  /** The wait after a good load, asked for anew each time. */
  readonly pauseMs: () => number;
}

/** Loads once. Rejects where that fails, and soon after the signal is aborted. */
export type LoadOnce = (signal: AbortSignal, isForced: boolean) => Promise<void>;

/**
 * Decides when to load: never twice at a time, every `pauseMs()`, sooner after a failure or a change, and at once if a
 * caller waits for it. Its timers do not keep the process alive.
 */
export class RefreshLoop {
  readonly #load: LoadOnce;
  readonly #times: RefreshTimes;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #running: AbortController | undefined;
  #settled: Promise<void> = Promise.resolve();
  /** Callers that wait for the first load after their call. */
  #waiting: Deferred | undefined;
  #isChanged = false;
  #changeLoadAt = -Infinity;
  #changeGapMs = LEAST_CHANGE_GAP_MS;
  #failures = 0;
  #isStopped = false;

  /** @param load gets `true` if a caller waits for this very load, which must then not be skipped */
  constructor(load: LoadOnce, times: RefreshTimes) {
    this.#load = load;
    this.#times = times;
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

  /** Aborts the load under way, and loads no more. Waiting callers get a rejection. */
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
    this.#settled = this.#loadOnce(waiting !== undefined).then(
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

  async #loadOnce(isForced: boolean): Promise<void> {
    const { loadTimeoutMs } = this.#times;
    const running = new AbortController();
    this.#running = running;
    const tooLate = () => running.abort(new AllowlistError(`load() did not end within ${loadTimeoutMs} ms`));
    const timer = later(tooLate, loadTimeoutMs);
    const startedAt = now();
    try {
      await this.#load(running.signal, isForced);
    } finally {
      clearTimeout(timer);
      const gap = (now() - startedAt) * CHANGE_GAP;
      this.#changeGapMs = Math.min(Math.max(gap, LEAST_CHANGE_GAP_MS), MOST_CHANGE_GAP_MS);
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
    const { refreshMs, pauseMs } = this.#times;
    return this.#failures === 0 ? pauseMs() : retryMs(this.#failures, refreshMs);
  }

  #changeDueAt(): number {
    return Math.max(now(), this.#changeLoadAt + this.#changeGapMs);
  }
}

function stopped(): AllowlistError {
  return new AllowlistError('the allowlist is stopped');
}

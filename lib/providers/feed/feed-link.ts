import type { FeedTimes } from './feed-options.js';
import { Health } from '../health.js';
import { AllowlistError, type AllowlistLog, quietly } from '../log.js';
import { later, lessByChance, now, retryMs, untilAborted } from '../time.js';

/** The longest wait after a failed try to connect. */
const LAST_RETRY_MS = 5_000;

/** A connection that receives changes. */
export interface FeedConnection {
  /** Checks that the connection is alive. Rejects, or never ends, if it is dead. */
  check(): Promise<void>;
  /** Ends it, by force after about a second. Never rejects. */
  close(): Promise<void>;
}

/** The parts that a link needs. */
export interface FeedLinkSetup {
  /** The name in log lines. */
  readonly label: string;
  readonly log: AllowlistLog;
  readonly times: Required<FeedTimes>;
  /**
   * Connects, and reports to watchers what they may have missed by then.
   * @param lost to be called once the connection is gone; calling it later or twice is harmless
   * @param signal aborted where the connection is not wanted any more, in the midst of the attempt too
   */
  readonly connect: (lost: (error: unknown) => void, signal: AbortSignal) => Promise<FeedConnection>;
  /** Called where messages may be missed: once the connection is gone, and at each try that fails. */
  readonly missed: () => void;
}

/**
 * Keeps one connection to a feed: connects, checks it, and connects again, until it is stopped. A change of its state
 * is one log line, however often it tries. It is healthy again only after its first check, so that a server which drops
 * each connection at once does not fill the log. Its timers do not keep the process alive.
 */
export class FeedLink {
  readonly #setup: FeedLinkSetup;
  readonly #health: Health;
  #session = new AbortController();
  #ended: Promise<void> | undefined;
  #isStopped = false;

  constructor(setup: FeedLinkSetup) {
    this.#setup = setup;
    this.#health = new Health(quietly(setup.log));
  }

  /** Begins to connect. */
  start(): void {
    this.#ended ??= this.#run();
  }

  /** Ends the connection, or the attempt; resolves once it is closed. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#session.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#isStopped;) {
      const startedAt = now();
      try {
        this.#session = new AbortController();
        await this.#hold(this.#session.signal);
      } catch (error) {
        if (this.#isStopped) {
          return;
        }
        failures = now() - startedAt > LAST_RETRY_MS + this.#setup.times.checkMs ? 1 : failures + 1;
        await this.#failed(error, retryMs(failures, LAST_RETRY_MS));
      }
    }
  }

  async #failed(error: unknown, pauseMs: number): Promise<void> {
    const { label, missed } = this.#setup;
    const meanwhile = 'changes are found by looking for them while it tries again';
    this.#health.failed(error, (text) => `${label}: not connected: ${text}; ${meanwhile}`);
    // A stop ends the pause.
    this.#session = new AbortController();
    missed();
    await pause(pauseMs, this.#session.signal).catch(() => undefined);
  }

  /** Connects, and keeps the connection until it is lost: it only ever rejects. */
  async #hold(signal: AbortSignal): Promise<never> {
    const { label, times } = this.#setup;
    const connection = await this.#connect(signal);
    try {
      for (;;) {
        await pause(times.checkMs, signal);
        const tooLate = () => this.#session.abort(new AllowlistError(`no answer within ${times.checkTimeoutMs} ms`));
        await inTime(connection.check(), times.checkTimeoutMs, tooLate, signal);
        this.#health.succeeded(() => `${label}: connected again`);
      }
    } finally {
      const closed = connection.close();
      if (this.#isStopped) {
        await closed;
      }
    }
  }

  #connect(signal: AbortSignal): Promise<FeedConnection> {
    const session = this.#session;
    const { connectTimeoutMs } = this.#setup.times;
    const tooLate = () => session.abort(new AllowlistError(`no connection within ${connectTimeoutMs} ms`));
    const connection = this.#setup.connect((error) => session.abort(error), signal);
    return inTime(connection, connectTimeoutMs, tooLate, signal);
  }
}

/** The result of `work`, unless the signal is aborted, which `tooLate` does in the end. */
async function inTime<T>(work: Promise<T>, ms: number, tooLate: () => void, signal: AbortSignal): Promise<T> {
  const timer = later(tooLate, ms);
  try {
    return await untilAborted(work, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits up to a fifth less than `ms`, so that the instances of an app do not act in step. Rejects on an abort. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = later(resolve, Math.ceil(lessByChance(ms)));
  });
  await untilAborted(over, signal).finally(() => clearTimeout(timer));
}

import { AllowlistError } from './log.js';

/** Longest time that Node's timers can wait for, in milliseconds; a longer one fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;
/** The wait after a first failure. */
const FIRST_RETRY_MS = 250;
/** The most that chance takes off a time. */
const SHARE = 0.2;

/** Milliseconds on a clock that never runs backwards. The only clock of this folder, besides the timers. */
export function now(): number {
  return performance.now();
}

/** A timer that does not keep the process alive. */
export function later(run: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(run, ms).unref();
}

/** A time up to a fifth shorter, at random, so that instances that were started together do not run in step. */
export function lessByChance(ms: number): number {
  return ms * (1 - SHARE * Math.random());
}

/** The wait after a failure, in milliseconds: 250, doubled after each further one, up to `most`. */
export function retryMs(failures: number, most: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), most);
}

/** A promise that is settled from outside. */
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

export function deferred(): Deferred {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/**
 * The result of `work`, if it ends within `ms` milliseconds.
 *
 * @param what the start of the message: `no answer`
 * @throws AllowlistError (a rejection) where `work` did not end in time; its later result is ignored
 */
export function withTimeout<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    // A caller waits for this, so this timer keeps the process alive: it would otherwise end during startup.
    const timer = setTimeout(() => reject(new AllowlistError(`${what} within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The result of `work`, or the reason of the abort, whichever is first. A result after the abort is ignored. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

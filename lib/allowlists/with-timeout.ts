import { AllowlistError } from './log.js';

/**
 * What `work` comes to, if it does so within `ms` milliseconds.
 * @throws AllowlistError that `what` did not end in time; what `work` comes to later is ignored
 */
export function withTimeout<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    // Someone waits for this, so the process may wait too: it would else end in the midst of a boot.
    const timer = setTimeout(() => reject(new AllowlistError(`${what} within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What `work` comes to, or the reason of the abort, whichever is first. What comes after the abort is ignored. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

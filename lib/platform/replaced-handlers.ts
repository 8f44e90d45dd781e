import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { Stop } from './adapter.js';

/** The handler of the app behind each function that was put in its place. */
const originals = new WeakMap<object, object>();

/** Notes that a function, which checks each request first, is now in the place of a handler. */
export function noteReplaced(handler: object, replacement: object): void {
  originals.set(replacement, originalOf(handler));
}

export function isReplaced(handler: object): boolean {
  return originals.has(handler);
}

/** The handler that the app has registered. */
export function originalOf<Handler extends object>(handler: Handler): Handler {
  return (originals.get(handler) ?? handler) as Handler;
}

/**
 * Goes on with a request that a check has refused or has to wait for.
 *
 * @param proceed runs the handler
 * @param refuse hands the error over to the platform
 */
export async function goOn(
  checked: MaybePromise<Stop | undefined>,
  proceed: () => unknown,
  refuse: (error: Error) => unknown,
): Promise<unknown> {
  const stop = await checked;
  if (stop === undefined) {
    return proceed();
  }
  return stop === 'answered' ? undefined : refuse(stop);
}

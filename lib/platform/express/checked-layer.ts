import type { MaybePromise } from '../../core/policy/origin-provider.js';
import type { Stop } from '../adapter.js';
import { goOn, noteReplaced } from '../replaced-handlers.js';
import type { ExpressLayer } from './router.js';

type ExpressHandle = (request: object, response: object, next: (error?: Error) => void) => unknown;

/** Express recognizes error handlers by the number of their parameters. */
const ERROR_HANDLER_LENGTH = 4;

/**
 * Runs a check before a layer's function, inside the layer itself: an earlier layer would not know that this one is
 * reached.
 */
export function checkBefore(
  layer: ExpressLayer,
  check: (request: object, response: object) => MaybePromise<Stop | undefined>,
): void {
  const handle = layer.handle as ExpressHandle & ExpressLayer['handle'];
  if (handle.length >= ERROR_HANDLER_LENGTH) {
    return;
  }
  const checked: ExpressHandle = (request, response, next) => {
    const result = check(request, response);
    return result === undefined ? handle(request, response, next) : goOnAt(handle, result, request, response, next);
  };
  Object.defineProperties(checked, {
    name: { value: handle.name, configurable: true },
    stack: { get: () => handle.stack, configurable: true },
  });
  noteReplaced(handle, checked);
  layer.handle = checked;
}

/** A separate function: a closure in a function slows down each of its calls, even those that do not wait. */
function goOnAt(
  handle: ExpressHandle,
  result: MaybePromise<Stop | undefined>,
  request: object,
  response: object,
  next: (error?: Error) => void,
): Promise<unknown> {
  return goOn(result, () => handle(request, response, next), next);
}

import { quote } from '../core/problems/quote.js';
import { AllowlistError } from './log.js';

/**
 * A list as a provider handed it over.
 * @param method that did, for the message
 * @throws AllowlistError where it is no list
 */
export function iterableOf(list: unknown, method: string): Iterable<unknown> {
  // A string is iterable too, by its characters; that is never what was meant.
  const isIterable =
    typeof list === 'object' && list !== null && typeof Reflect.get(list, Symbol.iterator) === 'function';
  if (!isIterable) {
    throw new AllowlistError(`${method} must hand over an iterable of strings, not ${quote(list)}`);
  }
  return list as Iterable<unknown>;
}

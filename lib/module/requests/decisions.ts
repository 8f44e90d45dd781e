import type { Platform } from '../../platform/platform.js';
import type { Outcome } from './outcome.js';

/** What was decided about a request in flight: the platform keeps with it what it was given. */
export function outcomeOf(platform: Platform, native: object): Outcome | undefined {
  return platform.decidedOf(native) as Outcome | undefined;
}

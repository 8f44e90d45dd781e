import type { CorsRequest } from '../../core/requests/request.js';
import type { Platform } from '../../platform/platform.js';
import type { Outcome } from './outcome.js';

/** What was decided about a request in flight: the platform keeps with it what it was given. */
export function outcomeOf(platform: Platform, native: object): Outcome | undefined {
  return platform.decidedOf(native) as Outcome | undefined;
}

/** Reports whether a request still asks for what was decided: middleware may have rewritten its method or its path. */
export function stillHolds({ request: then }: Outcome, now: CorsRequest): boolean {
  return then.method === now.method && (then.target === now.target || then.path === now.path);
}

import type { RewriteCheck } from '../platform/adapter.js';
import { exchangeOf } from '../platform/exchange.js';
import { carryOut, giveUp, type HookObserver } from './request-hook.js';
import { type CorsRuntime, grantsOf } from './runtime.js';

/**
 * Decides a request again that middleware has rewritten, before code runs that is no handler: a static file server, a
 * mounted app, an external route (rule 3.6). The new decision has to grant what the request was granted before. A
 * preflight that no policy answered is answered now, for the route that the rewritten request reaches.
 *
 * @param running what to decide with; `undefined` until the app's routes are known
 */
export function rewriteCheck(running: () => CorsRuntime | undefined, observer: HookObserver): RewriteCheck {
  return (native, response, target) => {
    const cors = running();
    const exchange = cors && exchangeOf(cors.platform.messageOf(native));
    if (cors === undefined || exchange === undefined) {
      return undefined;
    }
    const { platform, engine } = cors;
    const request = platform.request(native, exchange.request, target);
    try {
      const decision = engine.decide(request, grantsOf(exchange, request, engine));
      return decision instanceof Promise
        ? decision
            .then((each) => carryOut(cors, native, response, each, observer))
            .catch((error: unknown) => giveUp(error, cors, request, observer))
        : carryOut(cors, native, response, decision, observer);
    } catch (error) {
      return giveUp(error, cors, request, observer);
    }
  };
}

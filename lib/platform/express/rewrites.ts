import type { RewriteCheck } from '../adapter.js';
import { exchangeOf } from '../exchange.js';
import { isReplaced } from '../replaced-handlers.js';
import { checkBefore } from './checked-layer.js';
import { ExpressCorsRequest, type ExpressRequest, SLASH } from './express-request.js';
import { type ExpressLayer, handleOf } from './router.js';

/** They serve nothing, and run for each request. */
const BODY_PARSERS: ReadonlySet<string> = new Set(['jsonParser', 'urlencodedParser', 'rawParser', 'textParser']);

/** Runs a check before code of the app that is not a handler, also inside routers, whose own middleware may rewrite. */
export function watchAll(stack: readonly ExpressLayer[], check: RewriteCheck, seen = new Set<object>()): void {
  for (const layer of stack.filter((each) => !seen.has(each))) {
    seen.add(layer);
    if (layer.route !== undefined) {
      layer.route.stack.filter(({ handle }) => !isReplaced(handle)).forEach((each) => watch(each, check));
    } else if (!BODY_PARSERS.has(layer.name)) {
      watch(layer, check);
      watchAll(handleOf(layer).stack ?? [], check, seen);
    }
  }
}

function watch(layer: ExpressLayer, check: RewriteCheck): void {
  checkBefore(layer, (request, response) => {
    const target = rewrittenTarget(request as ExpressRequest);
    return target === undefined ? undefined : check(request, response, target);
  });
}

/**
 * The address that the router reads now; `undefined`: method, address and host are those of the last decision. Code that is
 * mounted at a path gets addresses without that path: it is added again.
 */
function rewrittenTarget(native: ExpressRequest): string | undefined {
  const last = exchangeOf(native)?.request as ExpressCorsRequest | undefined;
  if (last === undefined) {
    return undefined;
  }
  const { method, url = '' } = native;
  const prefix = mountOf(native, last);
  const isSameAddress = prefix === '' ? url === last.target : isBelow(url, last.target, prefix);
  return method === last.method && isSameAddress && last.hasHostOf(native) ? undefined : prefix + url;
}

/** Reports whether a request still has the method, the path and the host that it had then. */
export function isUnchanged(native: ExpressRequest, then: ExpressCorsRequest): boolean {
  const { method, url = '' } = native;
  const prefix = mountOf(native, then);
  return (
    then.method === method &&
    then.hasHostOf(native) &&
    (prefix === ''
      ? then.target === url || then.path === new ExpressCorsRequest(native, undefined, undefined).path
      : isBelow(url, then.target, prefix))
  );
}

/**
 * The part of the address that a mount of this app has cut off. An app around this one may have cut off a part before.
 */
function mountOf({ baseUrl = '' }: ExpressRequest, { around }: ExpressCorsRequest): string {
  return baseUrl.startsWith(around) ? baseUrl.slice(around.length) : '';
}

/** As the router cuts a mount's path off. A whole address (`http://host/path`) stays whole. */
function isBelow(url: string, target: string, prefix: string): boolean {
  if (target.charCodeAt(0) !== SLASH) {
    return url.charCodeAt(0) !== SLASH;
  }
  const rest = target.slice(prefix.length);
  return target.startsWith(prefix) && url === (rest.charCodeAt(0) === SLASH ? rest : `/${rest}`);
}

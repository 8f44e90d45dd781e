import { quote } from '../../core/issues/text.js';
import type { ExplainedFacts, ExplainReason } from './explanation.js';

const BECAUSE: Partial<Record<ExplainReason, string>> = {
  'no-policy': 'no policy reaches it',
  'no-route': 'no entry of routes and no defaultPolicy applies to a path that no route serves',
  'no-cors': '@NoCors() closes it to other origins',
  'origin-not-allowed': 'its policy does not allow this origin',
  'origin-null': 'its policy does not allow pages without an origin of their own',
  'origin-malformed': 'the value of Origin is not an origin',
  'method-not-allowed': 'its policy does not allow this method',
  'header-not-allowed': 'its policy does not allow a header that the script sets',
  'headers-unreadable': 'the script sets more headers than are read (128 names, 4096 bytes)',
  'beyond-own-grant': 'its own policy refuses what the preflight granted for another route',
  'credentials-not-allowed': 'its policy does not allow cookies',
  'provider-failing': 'a provider that its policy asks cannot answer',
  'not-routable': 'the framework itself refuses such an address, before any hook runs',
};

/** Why a request is allowed or blocked, in a sentence. */
export function summaryOf({ request, route, policy, preflight, response, verdict, reason }: ExplainedFacts): string {
  const { method, url, origin } = request;
  const { pathname } = new URL(url);
  const what = `${method} ${quotedPath(pathname)} from ${origin === undefined ? 'a caller that is not a page' : quote(origin)}`;
  const at = route === null ? 'no route serves it' : `${route.handler} serves it`;
  if (reason === 'no-origin') {
    return `${what} is allowed: CORS applies to pages only, and a request without an Origin is not one of theirs (${at}).`;
  }
  if (reason === 'same-origin') {
    return `${what} is allowed: the page is of the same origin, so CORS does not apply (${at}).`;
  }
  if (request.webSocket === true) {
    return socketSummary(what, at, { policy, verdict, reason });
  }
  const under = policy === null || policy.noCors ? '' : ` (policy ${policy.name})`;
  if (verdict === 'unknown') {
    return `${what} may be allowed or blocked: its policy asks a provider that this preview does not create${under}; ${at}.`;
  }
  if (verdict === 'allowed') {
    const first = preflight === undefined ? 'without a preflight' : 'after a preflight';
    return `${what} is allowed, ${first}: ${at} under ${policy?.name ?? 'the headers of the app'}.`;
  }
  const stage =
    preflight !== undefined && !preflight.granted
      ? `the preflight ${preflight.passedOn ? 'passes on to the app, which does not answer it' : 'is refused'}`
      : response.status === 403
        ? 'the server answers 403'
        : 'the browser withholds the response';
  return `${what} is blocked, ${stage}: ${BECAUSE[reason] ?? `the answer fails the browser's check (${reason})`}${under}; ${at}.`;
}

function socketSummary(
  what: string,
  at: string,
  { policy, verdict, reason }: Pick<ExplainedFacts, 'policy' | 'verdict' | 'reason'>,
): string {
  if (verdict === 'unknown') {
    return `${what} may open a WebSocket or not: its policy asks a provider that this preview does not create; ${at}.`;
  }
  if (verdict === 'allowed') {
    const under = policy === null ? 'no policy reaches it, and any site may open it' : `under ${policy.name}`;
    return `${what} opens a WebSocket: ${at}, ${under}.`;
  }
  const why = reason === 'no-route' ? 'no gateway and no entry of routes is there' : (BECAUSE[reason] ?? reason);
  return `${what} opens no WebSocket: ${why}${policy === null || policy.noCors ? '' : ` (policy ${policy.name})`}; ${at}.`;
}

function quotedPath(path: string): string {
  const quoted = quote(path);
  return quoted.slice(1, quoted.lastIndexOf('"')) + quoted.slice(quoted.lastIndexOf('"') + 1);
}

import { quote } from '../../core/problems/quote.js';
import type { ExplainReason, Explanation } from './explanation.js';

type Facts = Omit<Explanation, 'summary' | 'advice'>;

const BECAUSE: Partial<Record<ExplainReason, string>> = {
  'no-policy': 'no policy reaches it',
  'no-cors': '@NoCors() closes it to other origins',
  'origin-not-allowed': 'its policy does not admit this origin',
  'origin-null': 'its policy does not admit pages without an origin of their own',
  'origin-malformed': 'what stands in Origin is no origin',
  'method-not-allowed': 'its policy does not admit this method',
  'header-not-allowed': 'its policy does not grant a header that the script sets',
  'headers-unreadable': 'the script sets more headers than are read (128 names, 4096 bytes)',
  'beyond-own-grant': 'its own policy refuses what the preflight granted for another version of it',
  'credentials-not-allowed': 'its policy does not admit cookies',
  'provider-failing': 'the list of origins that its policy asks cannot answer',
  'not-routable': 'the framework itself refuses such an address, before any hook runs',
};

/** Why a request is allowed or blocked, in a sentence. */
export function summaryOf({ request, route, policy, preflight, response, verdict, reason }: Facts): string {
  const { method, url, origin } = request;
  const { pathname } = new URL(url);
  const what = `${method} ${quotedPath(pathname)} from ${origin === undefined ? 'a caller that is no page' : quote(origin)}`;
  const at = route === null ? 'no route serves it' : `${route.handler} serves it`;
  if (reason === 'no-origin') {
    return `${what} is allowed: CORS holds for pages only, and a request without an Origin is refused nothing (${at}).`;
  }
  if (reason === 'same-origin') {
    return `${what} is allowed: the page is of the same origin, so that CORS has no say (${at}).`;
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
  const under = policy === null || policy.noCors ? '' : ` (policy ${policy.name})`;
  return `${what} is blocked, ${stage}: ${BECAUSE[reason] ?? `the answer fails the browser's check (${reason})`}${under}; ${at}.`;
}

function quotedPath(path: string): string {
  const quoted = quote(path);
  return quoted.slice(1, quoted.lastIndexOf('"')) + quoted.slice(quoted.lastIndexOf('"') + 1);
}

import type { Explanation } from '../../../lib/inspect/explain/explanation.js';
import { fetchOf, curlOf, preflightCurl } from '../../../lib/tooling/devtools/page/panel/copies.js';
import { preflightWire, requestWire, type WireExchange } from '../../../lib/tooling/devtools/page/panel/wire.js';

/** One exchange between the browser and the server. */
export interface Exchange extends WireExchange {
  readonly title: string;
  /** False if the browser does not send it. */
  readonly isSent: boolean;
}

/** The exchanges of a request, in the order in which they are sent. */
export function wireOf(explanation: Explanation): readonly Exchange[] {
  const preflight = preflightWire(explanation);
  const isSent = explanation.preflight?.granted !== false;
  return [
    ...(preflight === undefined ? [] : [{ title: 'Preflight', isSent: true, ...preflight }]),
    { title: 'Request', isSent, ...requestWire(explanation) },
  ];
}

/** The request as code of a page and as commands, with a name for each. */
export function codeOf({ request, preflight }: Explanation): readonly (readonly [name: string, code: string])[] {
  return [
    ['On the page', fetchOf(request)],
    ...(preflight === undefined
      ? []
      : [['The preflight in a terminal', preflightCurl(request.url, preflight.asks)] as const]),
    ['In a terminal', curlOf(request)],
  ];
}

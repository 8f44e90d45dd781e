import { expectFields } from '../../core/issues/fields.js';
import { browser, DEFAULT_URL } from './browser.js';
import type { BrowserTarget } from './browser-target.js';
import { adviceOf } from './explained-advice.js';
import type { MatcherOutcome } from './matcher-outcome.js';
import type { BrowserWebSocketInit } from './web-socket.js';
import type { BlockedWebSocket } from './web-socket-result.js';

/**
 * A WebSocket of a page, as `toAllowWebSocket()` takes it.
 *
 * @example
 * await expect(app).toAllowWebSocket({ from: 'https://app.example', path: '/socket.io/', namespace: '/chat' });
 */
export interface WebSocketExpectation extends BrowserWebSocketInit {
  /** The page's origin. */
  readonly from: string;
  /** The path, or the whole URL; `/` by default. */
  readonly path?: string;
  /** As in `BrowserOptions`: the URL that an app is reached under. */
  readonly url?: string;
}

const FIELDS = ['from', 'path', 'url', 'protocols', 'namespace'];
const MATCHER = 'toAllowWebSocket()';
/** The words of socket.io where no gateway serves a namespace. */
const NO_NAMESPACE = 'Invalid namespace';

/** The outcome of `toAllowWebSocket()`. */
export async function judgeWebSocket(target: BrowserTarget, expected: WebSocketExpectation): Promise<MatcherOutcome> {
  expectFields(expected, FIELDS, MATCHER);
  const { from, path = '/', protocols, namespace } = expected;
  const url = expected.url ?? (typeof target === 'string' ? target : DEFAULT_URL);
  const address = new URL(path, url).href.replace(/^http/, 'ws');
  const title = `the WebSocket ${path}${namespace === undefined ? '' : `, namespace ${namespace},`} to a page of ${from}`;
  if (new URL(address.replace(/^ws/, 'http')).origin === from) {
    throw new TypeError(
      `${MATCHER}: ${from} is the origin of the API itself, whose pages may open any WebSocket there`,
    );
  }
  const page = browser(target, { origin: from, url });
  try {
    const result = await page.webSocket(path, {
      ...(protocols !== undefined && { protocols }),
      ...(namespace !== undefined && { namespace }),
    });
    if (!result.blocked) {
      return { pass: true, message: () => `The server opens ${title}, and was expected to refuse it.` };
    }
    if (!isRefusal(result)) {
      throw new Error(
        `${MATCHER}: no policy refused ${title}, so nothing was judged (${result.reason}: ${result.message})`,
      );
    }
    const question = { webSocket: true, url: address, origin: from, credentials: true };
    const advice = await adviceOf(target, namespace === undefined ? question : { ...question, namespace });
    const message = [
      `The server refuses ${title} (${result.reason}):`,
      `  ${result.message}`,
      `To allow it: ${advice.length > 0 ? advice.join(' ') : `have the server accept handshakes with Origin: ${from}.`}`,
    ].join('\n');
    return { pass: false, message: () => message };
  } finally {
    page.close();
  }
}

/**
 * Reports whether a policy refused the page. A path without a gateway, or a server that fails, is not such a result.
 */
function isRefusal({ reason, message, answer }: BlockedWebSocket): boolean {
  return reason === 'namespace-refused'
    ? message !== NO_NAMESPACE
    : reason === 'handshake-refused' && answer?.status === 403;
}

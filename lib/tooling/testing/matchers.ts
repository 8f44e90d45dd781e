import { adviceForPolicy } from '../../core/browser/advice.js';
import type { BlockReason } from '../../core/browser/block.js';
import { expectFields } from '../../core/issues/fields.js';
import { browser, DEFAULT_URL } from './browser.js';
import { explainedAdvice } from './explained-advice.js';
import type { BrowserFetchInit } from './fetch-members.js';
import type { MatcherOutcome } from './matcher-outcome.js';
import type { AnswerHead, BlockedResult, FetchResult } from './result.js';
import type { BrowserTarget } from './browser-target.js';
import { judgeWebSocket, type WebSocketExpectation } from './web-socket-matcher.js';

/**
 * A request of a page, as `toAllowCors()` takes it.
 *
 * @example
 * await expect(app).toAllowCors({ from: 'https://app.example', method: 'PUT', path: '/orders/7', credentials: true });
 */
export interface CorsExpectation extends Pick<BrowserFetchInit, 'method' | 'headers' | 'body'> {
  /** The page's origin. */
  readonly from: string;
  /** The path, or the whole URL; `/` by default. */
  readonly path?: string;
  /** True if cookies go along: `credentials: 'include'`. `false` by default. */
  readonly credentials?: boolean;
  /** As in `BrowserOptions`: the URL that an app is reached under. */
  readonly url?: string;
}

/** The matchers that {@link corsMatchers} adds to `expect(app)`. */
export interface CorsMatchers<R = unknown, _T = unknown> {
  /**
   * Passes where the page gets the server's answer, whatever its status: a 401 that it can read is one. The request is
   * sent, and its handler runs, unless a preflight is refused. It is to be awaited.
   *
   * It fails, with `.not` too, where nothing was judged: the server does not answer, the app does not boot, the request
   * is one that `fetch()` refuses, or the page is of the API's own origin.
   */
  toAllowCors(expected: CorsExpectation): Promise<R>;
  /**
   * Passes where a WebSocket of the page opens, and of a gateway on socket.io its namespace. The handshake is made, with
   * the gateway's `handleConnection()`, and the connection is closed again. It is to be awaited.
   *
   * It fails, with `.not` too, where nothing was judged: no gateway serves the path or the namespace, the server answers
   * with an error other than 403, the app does not boot, or the page is of the API's own origin.
   */
  toAllowWebSocket(expected: WebSocketExpectation): Promise<R>;
}

declare global {
  // Where @types/jest and Vitest up to version 4 look for matchers; without either it is an unused name.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- theirs is one
  namespace jest {
    interface Matchers<R, T> extends CorsMatchers<R, T> {}
  }
  // Where Vitest looks for them, of version 5 too. Its own `Matchers` has other type parameters from version to
  // version.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- theirs is one
  namespace Chai {
    interface Assertion extends CorsMatchers<void> {}
  }
}

/**
 * Matchers for Jest and Vitest: `expect.extend(corsMatchers)` once, in a set-up file or at the top of a test; then
 * `await expect(app).toAllowCors({ from: 'https://app.example', method: 'PUT', path: '/orders/1' })`.
 *
 * @example
 * expect.extend(corsMatchers);
 * await expect(app).not.toAllowCors({ from: 'https://evil.example', path: '/orders' });
 */
export const corsMatchers = {
  async toAllowCors(received: unknown, expected: CorsExpectation): Promise<MatcherOutcome> {
    const target = targetOf(received, 'toAllowCors()');
    check(expected);
    const { from, path = '/', credentials = false, method = 'GET', headers, body } = expected;
    const url = expected.url ?? (typeof target === 'string' ? target : DEFAULT_URL);
    const request = `${method} ${path}`;
    if (new URL(path, url).origin === from) {
      throw new TypeError(
        `toAllowCors(): ${from} is the origin of the API itself, where CORS decides nothing about ${request}`,
      );
    }
    const page = browser(target, { origin: from, url });
    const init = {
      method,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
      credentials: credentials ? 'include' : 'same-origin',
    } as const;
    try {
      const result = await page.fetch(path, init);
      if (result.blocked && UNANSWERED.has(result.reason)) {
        throw new Error(
          `toAllowCors(): ${new URL(path, url).origin} did not answer ${request}, so nothing was judged (${result.reason}: ${result.message})`,
        );
      }
      const title = `${request} from ${from}${credentials ? ' with credentials' : ''}`;
      const message = result.blocked
        ? whyBlocked(title, result, await adviceOn(target, result, { from, url, path, init }))
        : whyAllowed(title, result);
      return { pass: !result.blocked, message: () => message };
    } finally {
      page.close();
    }
  },

  async toAllowWebSocket(received: unknown, expected: WebSocketExpectation): Promise<MatcherOutcome> {
    return judgeWebSocket(targetOf(received, 'toAllowWebSocket()'), expected);
  },
};

/** Blocks that say nothing of CORS. */
const UNANSWERED: ReadonlySet<string> = new Set<BlockReason>(['no-answer', 'unsafe-port', 'unsupported-scheme']);

const FIELDS = ['from', 'path', 'credentials', 'url', 'method', 'headers', 'body'];

/** A field that is spelled wrongly, or of another type, would have another request judged. */
function check(expected: CorsExpectation): void {
  expectFields(expected, FIELDS, 'toAllowCors()');
  if (!['undefined', 'boolean'].includes(typeof expected.credentials)) {
    throw new TypeError(
      `toAllowCors(): credentials is ${JSON.stringify(expected.credentials)}; it is true (credentials: 'include') or false`,
    );
  }
}

function targetOf(received: unknown, matcher: string): BrowserTarget {
  if (
    typeof received === 'string' ||
    typeof (received as { getHttpServer?: unknown } | null)?.getHttpServer === 'function'
  ) {
    return received as BrowserTarget;
  }
  const example = `expect(app).${matcher.replace('()', '({ … })')}`;
  throw new TypeError(`${matcher} is asked of a Nest app, or of the URL of a server: ${example}`);
}

interface Asked {
  readonly from: string;
  readonly url: string;
  readonly path: string;
  readonly init: BrowserFetchInit;
}

/** The app's own advice about its policies or, where there is none, the advice for the reason. */
async function adviceOn(target: BrowserTarget, result: BlockedResult, asked: Asked): Promise<string> {
  const advice = await explainedAdvice(target, asked);
  return advice.length > 0 ? advice.join(' ') : remedyFor(result, asked.from);
}

function whyBlocked(title: string, result: BlockedResult, advice: string): string {
  return [
    `A browser blocks ${title} (${result.reason}):`,
    `  ${result.message.trimEnd()}`,
    ...exchangesOf(result),
    `To allow it: ${advice}`,
  ].join('\n');
}

function whyAllowed(title: string, result: FetchResult): string {
  return [`A browser allows ${title}, and was expected to block it:`, ...exchangesOf(result)].join('\n');
}

function exchangesOf({ preflight, answer }: FetchResult): string[] {
  const asked = preflight === 'cached' ? undefined : preflight?.answer;
  return [
    ...(asked === undefined ? [] : [`  The preflight was answered ${headOf(asked)}`]),
    ...(answer === undefined ? ['  The request was not sent.'] : [`  The request was answered ${headOf(answer)}`]),
  ];
}

function headOf({ status, headers }: AnswerHead): string {
  const fields = [...headers].filter(([name]) => name.startsWith('access-control-'));
  const lines = fields.map(([name, value]) => `\n    ${name}: ${value}`);
  return `${status}, ${lines.length === 0 ? 'without any Access-Control-* header' : `with${lines.join('')}`}`;
}

/**
 * Advises how to allow what blocks a page, in terms of this library. A sentence or two.
 *
 * @example
 * const result = await page.fetch('/orders');
 * if (result.blocked) console.log(remedyFor(result, page.origin));
 */
export function remedyFor(result: BlockedResult, origin: string): string {
  const { preflight, answer, stage } = result;
  const asked = preflight === 'cached' ? undefined : preflight?.answer;
  const head = stage === 'preflight' ? asked : answer;
  return adviceForPolicy({
    block: result,
    origin,
    // The advice for policies does not depend on it.
    credentials: false,
    answer: head && { status: head.status, headers: [...head.headers] },
  });
}

import { browser } from './browser.js';
import type { BrowserFetchInit } from './fetch-init.js';
import { remedyFor } from './remedy.js';
import type { AnswerHead, FetchResult } from './result.js';
import type { BrowserTarget } from './target.js';

/** A request of a page, as `toAllowCors()` takes it. */
export interface CorsExpectation extends Pick<BrowserFetchInit, 'method' | 'headers' | 'body'> {
  /** The page's origin. */
  readonly from: string;
  /** The path, or the whole URL; `/` by default. */
  readonly path?: string;
  /** Whether cookies go along: `credentials: 'include'`. `false` by default. */
  readonly credentials?: boolean;
  /** As in `BrowserOptions`: the URL that an app is reached under. */
  readonly url?: string;
}

/** What {@link corsMatchers} adds to `expect(app)`. */
export interface CorsMatchers<R = unknown, _T = unknown> {
  /**
   * Passes where the page gets the server's answer, whatever its status: a 401 that it can read is one. The request is
   * sent, and its handler runs, unless a preflight is refused. It is to be awaited.
   */
  toAllowCors(expected: CorsExpectation): Promise<R>;
}

/** What a matcher answers to its test runner. */
export interface MatcherOutcome {
  readonly pass: boolean;
  message(): string;
}

declare global {
  // Where @types/jest and Vitest look for matchers; without either it is a name that nobody uses.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- theirs is one
  namespace jest {
    interface Matchers<R, T> extends CorsMatchers<R, T> {}
  }
}

/**
 * Matchers for Jest and Vitest: `expect.extend(corsMatchers)` once, in a set-up file or at the top of a test; then
 * `await expect(app).toAllowCors({ from: 'https://app.example', method: 'PUT', path: '/orders/1' })`.
 */
export const corsMatchers = {
  async toAllowCors(received: unknown, expected: CorsExpectation): Promise<MatcherOutcome> {
    const { from, path = '/', credentials = false, url, method = 'GET', headers, body } = expected;
    const page = browser(targetOf(received), { origin: from, ...(url !== undefined && { url }) });
    const init = { method, ...(headers !== undefined && { headers }), ...(body !== undefined && { body }) };
    try {
      const result = await page.fetch(path, { ...init, credentials: credentials ? 'include' : 'same-origin' });
      const title = `${method} ${path} from ${from}${credentials ? ' with credentials' : ''}`;
      return { pass: !result.blocked, message: () => messageOf(title, from, result) };
    } finally {
      page.close();
    }
  },
};

function targetOf(received: unknown): BrowserTarget {
  if (
    typeof received === 'string' ||
    typeof (received as { getHttpServer?: unknown } | null)?.getHttpServer === 'function'
  ) {
    return received as BrowserTarget;
  }
  throw new TypeError(
    'toAllowCors() is asked of a Nest app, or of the URL of a server: expect(app).toAllowCors({ … })',
  );
}

function messageOf(title: string, from: string, result: FetchResult): string {
  const exchanges = exchangesOf(result);
  return result.blocked
    ? [
        `A browser blocks ${title} (${result.reason}):`,
        `  ${result.message.trimEnd()}`,
        ...exchanges,
        `To allow it: ${remedyFor(result, from)}`,
      ].join('\n')
    : [`A browser allows ${title}, and was expected to block it:`, ...exchanges].join('\n');
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

import type { BrowserFetchInit } from '../../../lib/testing.js';

/** The pages that send requests, each with its own origin. `opaque` is sandboxed and sends `Origin: null`. */
export const pages = ['app', 'sub', 'evil', 'local', 'home', 'opaque'] as const;
export type PageName = (typeof pages)[number];

/** Options of `fetch()` that JSON can express. */
export type CaseInit = Pick<BrowserFetchInit, 'method' | 'mode' | 'credentials' | 'redirect'> & {
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** Options that JSON cannot express, as an expression that the page evaluates: `{ mode: 'CORS' }`. */
export interface SourceInit {
  readonly source: string;
}

/** Header fields. A list means several fields with the same name. */
export type Fields = Readonly<Record<string, string | string[]>>;

/** Status and headers of an answer. `$ORIGIN` is replaced by the page's origin; `$API` and so on by other origins. */
export type RawAnswer = readonly [status: number, headers?: Fields];

/** The answers of the raw route: to a preflight, to the request, and to the redirected request. */
export interface RawAnswers {
  readonly preflight?: RawAnswer;
  readonly answer?: RawAnswer;
  readonly next?: RawAnswer;
}

export interface Case {
  readonly title: string;
  readonly page: PageName;
  /** A path of the API, unless it begins with another server: `$OTHER/raw`. */
  readonly path: string;
  readonly init: CaseInit | SourceInit;
  readonly raw?: RawAnswers;
  /** Further requests to the same URL, one after the other. */
  readonly then?: readonly CaseInit[];
  /** The reason why Chromium differs from the kit, which follows the standard. The test expects this difference. */
  readonly differs?: string;
}

export const raw = (title: string, init: Case['init'], answers: RawAnswers, more: Partial<Case> = {}): Case => ({
  title,
  page: 'app',
  path: '/raw',
  init,
  raw: answers,
  ...more,
});

export const ORIGIN = 'Access-Control-Allow-Origin';
export const CREDENTIALS = 'Access-Control-Allow-Credentials';
export const METHODS = 'Access-Control-Allow-Methods';
export const HEADERS = 'Access-Control-Allow-Headers';
export const EXPOSE = 'Access-Control-Expose-Headers';
export const MAX_AGE = 'Access-Control-Max-Age';
export const granted = { [ORIGIN]: '$ORIGIN' };
export const trusted = { ...granted, [CREDENTIALS]: 'true' };
export const ok: RawAnswer = [200, granted];
export const include: CaseInit = { credentials: 'include' };
export const put: CaseInit = { method: 'PUT' };

import type { Block } from '../../core/browser/block.js';

/** The head of a server's answer, whole: what the network saw, not what the page may read. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Headers;
}

/** A preflight that was sent, and what the server answered. */
export interface PreflightExchange {
  readonly request: { readonly method: string; readonly url: string; readonly headers: Headers };
  /** Missing where the connection failed. */
  readonly answer?: AnswerHead;
}

interface Exchanged {
  /** The preflight ahead of the request (of several, by redirects, the last), or that the cache had its answer. */
  readonly preflight?: PreflightExchange | 'cached';
  /**
   * The head of the server's answer to the request itself. It is there although the page is blocked where the request
   * was sent and a handler has run: CORS hides answers, it does not stop simple requests.
   */
  readonly answer?: AnswerHead;
}

/** The page got its answer, whatever its status. */
export interface SeenResult extends Exchanged {
  readonly blocked: false;
  /**
   * As the page sees it: `type`, `url`, `redirected`, the status, the headers that a script may read, and the body. Of
   * `mode: 'no-cors'` and `redirect: 'manual'` it is opaque, with status 0.
   */
  readonly response: Response;
  readonly reason?: undefined;
  readonly message?: undefined;
}

/** The page's `fetch()` failed; in a browser it learns no more than `TypeError: Failed to fetch`. */
export interface BlockedResult extends Exchanged, Block {
  readonly blocked: true;
  readonly response?: undefined;
}

/** The result of a `fetch()`. */
export type FetchResult = SeenResult | BlockedResult;

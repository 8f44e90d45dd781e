import { type AnswerHead, type BlockReason, browser, type BrowserPage } from 'nestjs-cors-policy/testing';
import type { Headers, ServerResponse } from './http.js';
import type { PageRequest } from './scenario.js';

/** What a page sees of its `fetch()`. */
export type Seen =
  | { readonly blocked: true; readonly reason: BlockReason; readonly message: string }
  | { readonly blocked: false; readonly status: number; readonly headers: Headers; readonly body: string };

/** One `fetch()` of a page, on the wire and as the page sees it. */
export interface Exchange {
  readonly preflight?: ServerResponse;
  /** Missing where the preflight kept the request from being sent. */
  readonly response?: ServerResponse;
  readonly seen: Seen;
}

/** One browser, several pages: they share the cookies of `localhost`, as cookies do not know ports. */
export class Browser {
  private readonly home: BrowserPage;

  constructor(api: string) {
    this.home = browser(api, { origin: api });
  }

  async fetch(origin: string, { path, ...init }: PageRequest): Promise<Exchange> {
    // A new page for each request, so that no preflight is left to the cache.
    const result = await this.home.open(origin).fetch(path, init);
    const preflight = typeof result.preflight === 'object' ? result.preflight.answer : undefined;
    return {
      ...(preflight && { preflight: onWire(preflight) }),
      ...(result.answer && { response: onWire(result.answer) }),
      seen: result.blocked ? blocked(result.reason, result.message) : await seen(result.response),
    };
  }
}

function blocked(reason: BlockReason, message: string): Seen {
  // Which page and which URL it is about stands beside it in the report.
  return { blocked: true, reason, message: message.replace(/^.* has been blocked by CORS policy: /, '') };
}

async function seen(response: Response): Promise<Seen> {
  const { status, headers } = response;
  return { blocked: false, status, headers: Object.fromEntries(headers), body: await response.text() };
}

function onWire({ status, headers }: AnswerHead): ServerResponse {
  return { status, headers: Object.fromEntries(headers) };
}

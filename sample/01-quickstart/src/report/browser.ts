import { type AnswerHead, type BlockReason, browser, type BrowserPage } from 'nestjs-cors-policy/testing';
import type { Headers, ServerResponse } from './http.js';
import type { PageRequest } from './scenario.js';

/** The result of `fetch()` for a page. */
export type Seen =
  | { readonly blocked: true; readonly reason: BlockReason; readonly message: string }
  | { readonly blocked: false; readonly status: number; readonly headers: Headers; readonly body: string };

/** One `fetch()` of a page: the messages that were sent, and the result for the page. */
export interface Exchange {
  readonly preflight?: ServerResponse;
  /** Missing if the preflight failed and the request was not sent. */
  readonly response?: ServerResponse;
  readonly seen: Seen;
}

/** One browser with several pages. They share the cookies of `localhost`, because cookies do not depend on the port. */
export class Browser {
  private readonly home: BrowserPage;

  constructor(api: string) {
    this.home = browser(api, { origin: api });
  }

  async fetch(origin: string, { path, ...init }: PageRequest): Promise<Exchange> {
    // Each request has a new page, so that no preflight comes from the cache.
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
  // The report shows the page and the URL next to this text.
  return { blocked: true, reason, message: message.replace(/^.* has been blocked by CORS policy: /, '') };
}

async function seen(response: Response): Promise<Seen> {
  const { status, headers } = response;
  return { blocked: false, status, headers: Object.fromEntries(headers), body: await response.text() };
}

function onWire({ status, headers }: AnswerHead): ServerResponse {
  return { status, headers: Object.fromEntries(headers) };
}

import type { IncomingMessage } from 'node:http';
import { block, type Block } from '../core/browser/block.js';
import {
  type BrowserRequest,
  carriesCredentials,
  isCrossOrigin,
  originOfUrl,
  serializedOrigin,
  type ServerAnswer,
} from '../core/browser/browser-request.js';
import { checkResponse } from '../core/browser/cors-check.js';
import { PreflightCache } from '../core/browser/preflight-cache.js';
import { checkPreflight, grantOf, preflightFields } from '../core/browser/preflight.js';
import { followRedirect, isRedirect } from '../core/browser/redirect.js';
import { type CookieJar } from './cookie-jar.js';
import { type BrowserFetchInit, readInit } from './fetch-init.js';
import { answerOf, redirectResponse, responseOf } from './page-response.js';
import type { FetchResult, PreflightExchange } from './result.js';
import type { Send } from './server.js';
import { fartherOf, isTrustworthy, relationOf, type SiteRelation } from './site.js';

/** What the pages of one browser share. */
export interface BrowserState {
  /** The URL that a relative one is resolved against. */
  readonly base: URL;
  /** How each origin is reached. */
  readonly servers: ReadonlyMap<string, Send>;
  readonly cookies: CookieJar;
  /** Milliseconds. */
  now(): number;
}

/** A request on its way, over all its redirects. */
interface Journey {
  readonly init: BrowserFetchInit;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
  readonly site: SiteRelation;
  readonly preflight: FetchResult['preflight'];
}

/** One page and its `fetch()`: what the standard asks for, step by step, over real HTTP. */
export class Page {
  private readonly cache = new PreflightCache();
  private readonly open = new Set<IncomingMessage>();

  constructor(
    readonly origin: string,
    private readonly browser: BrowserState,
  ) {}

  async fetch(input: string | URL, init: BrowserFetchInit): Promise<FetchResult> {
    const url = new URL(input, this.browser.base);
    const { request, body } = await readInit(this.origin, url, init);
    const signal = init.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    const site = relationOf(this.origin, url.origin);
    return this.go(request, { init, body, signal, site, preflight: undefined });
  }

  /** Hangs up on every answer that is still being read. */
  close(): void {
    this.open.forEach((incoming) => incoming.destroy());
  }

  /** Main fetch and HTTP fetch (Fetch, 4.1 and 4.3). */
  private async go(request: BrowserRequest, journey: Journey): Promise<FetchResult> {
    if (request.mode === 'same-origin' && isCrossOrigin(request)) {
      return blockedBy(block(request, 'response', 'mode-same-origin'), journey.preflight);
    }
    const asked = await this.ask(request, journey);
    if (asked?.blocked !== undefined) {
      this.cache.clear(request);
      return blockedBy(asked.blocked, asked.preflight);
    }
    const preflight = asked?.preflight ?? journey.preflight;
    const incoming = await this.send(request, journey);
    if (incoming === undefined) {
      return blockedBy(block(request, 'response', 'no-answer'), preflight);
    }
    const answer = answerOf(incoming);
    this.keepCookies(request, journey, incoming);
    const refusal = checkResponse(request, answer);
    if (refusal !== undefined) {
      this.cache.clear(request);
      incoming.destroy();
      return blockedBy(refusal, preflight, answer);
    }
    if (isRedirect(answer)) {
      incoming.destroy();
      return this.redirect(request, answer, { ...journey, preflight });
    }
    this.open.add(incoming);
    incoming.on('close', () => this.open.delete(incoming));
    return {
      blocked: false,
      response: responseOf(request, answer, incoming),
      answer: readable(answer),
      ...given(preflight),
    };
  }

  private async redirect(request: BrowserRequest, answer: ServerAnswer, journey: Journey): Promise<FetchResult> {
    const { preflight, init } = journey;
    switch (init.redirect) {
      case 'error':
        return blockedBy(block(request, 'response', 'redirect-refused'), preflight, answer);
      case 'manual':
        return { blocked: false, response: redirectResponse(request), answer: readable(answer), ...given(preflight) };
      default: {
        const next = followRedirect(request, answer);
        if ('blocked' in next) {
          return blockedBy(next.blocked, preflight, answer);
        }
        const body = next.keepsBody ? journey.body : undefined;
        const site = fartherOf(journey.site, relationOf(this.origin, originOfUrl(next.request.url)));
        return this.go(next.request, { ...journey, body, site });
      }
    }
  }

  /** CORS-preflight fetch (Fetch, 4.8), unless the cache has the answer; `undefined` where none is needed. */
  private async ask(
    request: BrowserRequest,
    journey: Journey,
  ): Promise<{ preflight: PreflightExchange | 'cached'; blocked?: Block } | undefined> {
    const fields = preflightFields(request);
    if (fields === undefined) {
      return undefined;
    }
    const now = this.browser.now();
    if (this.cache.covers(request, now)) {
      return { preflight: 'cached' };
    }
    const headers = { ...Object.fromEntries(fields), ...this.metadata(request, journey), 'Sec-Fetch-Mode': 'cors' };
    const sent = { method: 'OPTIONS', url: request.url, headers: new Headers(headers) };
    const incoming = await this.over(request.url, 'OPTIONS', headers, undefined, journey.signal);
    if (incoming === undefined) {
      return { preflight: { request: sent }, blocked: block(request, 'preflight', 'no-answer') };
    }
    incoming.destroy();
    const answer = answerOf(incoming);
    const blocked = checkPreflight(request, answer);
    if (blocked === undefined) {
      this.cache.keep(request, grantOf(answer), now);
    }
    return { preflight: { request: sent, answer: readable(answer) }, ...(blocked && { blocked }) };
  }

  /** HTTP-network-or-cache fetch (Fetch, 4.5), with an empty HTTP cache. */
  private send(request: BrowserRequest, journey: Journey): Promise<IncomingMessage | undefined> {
    const { url, method } = request;
    const cookies = carriesCredentials(request) ? this.browser.cookies.get(this.cookieContext(request, journey)) : [];
    const showsOrigin = isCrossOrigin(request) && (request.mode ?? 'cors') === 'cors';
    const headers = {
      Accept: '*/*',
      ...(showsOrigin || (method !== 'GET' && method !== 'HEAD') ? { Origin: serializedOrigin(request) } : {}),
      ...this.metadata(request, journey),
      ...this.storageAccess(request, journey),
      ...Object.fromEntries(request.headers),
      ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
    };
    const { body } = journey;
    const empty = body === undefined && (method === 'POST' || method === 'PUT') ? new Uint8Array() : undefined;
    return this.over(url, method, headers, body ?? empty, journey.signal);
  }

  private async over(
    href: string,
    method: string,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage | undefined> {
    const url = new URL(href);
    const send = this.browser.servers.get(url.origin);
    if (send === undefined) {
      throw new Error(`The page asks for ${url.origin}, which no server stands for: name it in \`servers\``);
    }
    try {
      return await send({ url, method, headers, body }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isConnectionError(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** What a browser says of where a request comes from (Fetch Metadata; Referrer Policy, its default). */
  private metadata({ url, mode }: BrowserRequest, { site }: Journey): Record<string, string> {
    const target = new URL(url);
    const downgrades = this.origin.startsWith('https:') && !isTrustworthy(target);
    return {
      'User-Agent': 'Mozilla/5.0 (nestjs-cors-policy/testing)',
      ...(this.origin !== 'null' && !downgrades && { Referer: `${this.origin}/` }),
      ...(isTrustworthy(target) && {
        'Sec-Fetch-Site': site,
        'Sec-Fetch-Mode': mode ?? 'cors',
        'Sec-Fetch-Dest': 'empty',
      }),
    };
  }

  /** Whether a server of another site may have its cookies (Storage Access Headers; Chromium sends it). */
  private storageAccess({ url, credentials }: BrowserRequest, { site }: Journey): Record<string, string> {
    const applies = site === 'cross-site' && credentials === 'include' && isTrustworthy(new URL(url));
    const access = this.browser.cookies.blocksThirdParties ? 'none' : 'active';
    return applies ? { 'Sec-Fetch-Storage-Access': access } : {};
  }

  private keepCookies(request: BrowserRequest, journey: Journey, incoming: IncomingMessage): void {
    if (carriesCredentials(request)) {
      const context = this.cookieContext(request, journey);
      incoming.headers['set-cookie']?.forEach((line) => this.browser.cookies.set(line, context));
    }
  }

  private cookieContext({ url }: BrowserRequest, { site }: Journey): Parameters<CookieJar['get']>[0] {
    return { url: new URL(url), page: this.origin, now: this.browser.now(), sameSite: site !== 'cross-site' };
  }
}

function blockedBy(blocked: Block, preflight: FetchResult['preflight'], answer?: ServerAnswer): FetchResult {
  return { blocked: true, ...blocked, ...given(preflight), ...(answer && { answer: readable(answer) }) };
}

function given(preflight: FetchResult['preflight']): Pick<FetchResult, 'preflight'> {
  return preflight === undefined ? {} : { preflight };
}

function readable({ status, headers }: ServerAnswer): NonNullable<FetchResult['answer']> {
  return { status, headers: new Headers(headers.map(([name, value]): [string, string] => [name, value])) };
}

/** What the network may do to a request; an app that does not boot is another matter. */
function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^(E[A-Z]+|HPE_.+)$/.test(code);
}

import type { IncomingMessage } from 'node:http';
import { block, type Block } from '../../core/browser/block.js';
import {
  type BrowserRequest,
  carriesCredentials,
  originOfUrl,
  sendsOrigin,
  serializedOrigin,
  type ServerAnswer,
} from '../../core/browser/request.js';
import { fetchAsBrowser } from '../../core/browser/fetch.js';
import { PreflightCache } from '../../core/browser/preflight-cache.js';
import { grantOf } from '../../core/browser/preflight.js';
import { checkRequest } from '../../core/browser/request-check.js';
import type { HeaderField } from '../../core/http/headers.js';
import type { BrowserState } from './browser-state.js';
import { type BrowserFetchInput, type PageRequest, readInit } from './fetch-init.js';
import { ConnectionFailure, reach, USER_AGENT } from './network.js';
import { answerOf, readable, redirectResponse, responseOf } from './page-response.js';
import { hidesOrigin, redirectedPolicy, refererOf } from './referrer.js';
import { checkResourcePolicy } from './resource-policy.js';
import type { FetchResult, PreflightExchange } from './result.js';
import { type BrowserWebSocketInit, openWebSocket } from './web-socket.js';
import type { WebSocketResult } from './web-socket-result.js';
import { fartherOf, isTrustworthy, relationOf, type SiteRelation } from './site.js';

/**
 * Most bytes that requests with `keepalive` may carry together
 * (https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch).
 */
const MAX_KEEPALIVE_BYTES = 65_536;

const CONDITIONAL: ReadonlySet<string> = new Set([
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'if-match',
  'if-range',
]);

/** A request on its way, over all its redirects. */
interface Journey extends Omit<PageRequest, 'request'> {
  readonly site: SiteRelation;
}

/** One page, its `fetch()` and its WebSockets: what the standards ask for, step by step, over real HTTP. */
export class Page {
  private readonly cache = new PreflightCache();
  private readonly open = new Set<IncomingMessage>();
  private closing = new AbortController();

  constructor(
    readonly origin: string,
    private readonly browser: BrowserState,
  ) {}

  async fetch(input: BrowserFetchInput, init: unknown): Promise<FetchResult> {
    const { request, ...asked } = await readInit(this.origin, this.browser.base, input, init);
    asked.signal.throwIfAborted();
    if (asked.keepalive && (asked.body?.byteLength ?? 0) > MAX_KEEPALIVE_BYTES) {
      return blockedBy(block(request, 'response', 'body-too-large'), undefined);
    }
    const site = relationOf(this.origin, originOfUrl(request.url));
    return this.go(request, { ...asked, site });
  }

  async webSocket(input: string | URL, init: BrowserWebSocketInit): Promise<WebSocketResult> {
    return openWebSocket(this.origin, this.browser, input, init, this.closing.signal);
  }

  /** Hangs up on every answer that is still being read, and on every WebSocket that is still being opened. */
  close(): void {
    this.open.forEach((incoming) => incoming.destroy());
    this.closing.abort();
    this.closing = new AbortController();
  }

  private async go(first: BrowserRequest, started: Journey): Promise<FetchResult> {
    let journey = started;
    let preflight: FetchResult['preflight'];
    let incoming: IncomingMessage | undefined;
    const {
      end,
      request,
      answer,
      block: blocked,
    } = await fetchAsBrowser(
      first,
      {
        check: (asked) => checkRequest(asked, journey.redirect) ?? this.checkCache(asked, journey),
        preflight: async (asked, fields) => {
          if (this.cache.covers(asked, this.browser.now())) {
            preflight = 'cached';
            return 'cached';
          }
          const exchange = await this.ask(asked, fields, journey);
          preflight = exchange.preflight;
          return exchange.answer;
        },
        granted: (asked, reply) => this.cache.keep(asked, grantOf(reply), this.browser.now()),
        send: async (asked) => {
          incoming = await this.send(asked, journey);
          if (incoming !== undefined) {
            this.keepCookies(asked, journey, incoming);
          }
          return incoming && answerOf(incoming);
        },
        judge: checkResourcePolicy,
        refused: (asked) => this.cache.clear(asked),
        follow: (next, reply) => {
          incoming?.destroy();
          journey = {
            ...journey,
            body: next.keepsBody ? journey.body : undefined,
            site: fartherOf(journey.site, relationOf(this.origin, originOfUrl(next.request.url))),
            referrerPolicy: redirectedPolicy(journey.referrerPolicy, reply),
          };
          return true;
        },
      },
      { redirect: journey.redirect },
    );
    if (end !== 'answered' || answer === undefined || incoming === undefined) {
      incoming?.destroy();
    }
    if (blocked !== undefined || answer === undefined || incoming === undefined) {
      return blockedBy(blocked ?? block(request, 'response', 'no-answer'), preflight, answer);
    }
    if (end === 'redirected') {
      return { blocked: false, response: redirectResponse(request), answer: readable(answer), ...given(preflight) };
    }
    const kept = incoming;
    this.open.add(kept);
    kept.on('close', () => this.open.delete(kept));
    return {
      blocked: false,
      response: responseOf(request, answer, kept),
      answer: readable(answer),
      ...given(preflight),
    };
  }

  /** Sends a preflight. The answer is missing where the connection failed. */
  private async ask(
    request: BrowserRequest,
    fields: readonly HeaderField[],
    journey: Journey,
  ): Promise<{ readonly preflight: PreflightExchange; readonly answer?: ServerAnswer }> {
    const headers = { ...Object.fromEntries(fields), ...this.metadata(request, journey), 'Sec-Fetch-Mode': 'cors' };
    const sent = { method: 'OPTIONS', url: request.url, headers: new Headers(headers) };
    const incoming = await this.over(request.url, 'OPTIONS', headers, undefined, journey.signal);
    if (incoming === undefined) {
      return { preflight: { request: sent } };
    }
    incoming.destroy();
    const answer = answerOf(incoming);
    return { preflight: { request: sent, answer: readable(answer) }, answer };
  }

  /**
   * HTTP-network-or-cache fetch (https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch), with an empty
   * HTTP cache.
   */
  private send(request: BrowserRequest, journey: Journey): Promise<IncomingMessage | undefined> {
    const { url, method } = request;
    const cookies = carriesCredentials(request) ? this.browser.cookies.get(this.cookieContext(request, journey)) : [];
    const headers = {
      Accept: '*/*',
      ...originField(request, journey),
      ...this.metadata(request, journey),
      ...this.storageAccess(request, journey),
      ...cacheFields(request, journey),
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
    try {
      return await reach(this.browser.servers, { url: new URL(href), method, headers, body }, signal);
    } catch (error) {
      if (error instanceof ConnectionFailure) {
        return undefined;
      }
      throw error;
    }
  }

  /** The HTTP cache is always empty. */
  private checkCache(request: BrowserRequest, { cache }: Journey): Block | undefined {
    return cache === 'only-if-cached' ? block(request, 'response', 'not-cached') : undefined;
  }

  /** The headers by which a browser tells where a request comes from (Fetch Metadata; Referrer Policy). */
  private metadata({ url, mode }: BrowserRequest, journey: Journey): Record<string, string> {
    const target = new URL(url);
    const referer = refererOf(journey.referrer, journey.referrerPolicy, target);
    return {
      'User-Agent': USER_AGENT,
      ...(referer !== undefined && { Referer: referer }),
      ...(isTrustworthy(target) && {
        'Sec-Fetch-Site': journey.site,
        'Sec-Fetch-Mode': mode ?? 'cors',
        'Sec-Fetch-Dest': 'empty',
      }),
    };
  }

  /** Reports whether a server of another site may have its cookies (Storage Access Headers; Chromium sends it). */
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

  private cookieContext({ url }: BrowserRequest, { site }: Journey): Parameters<BrowserState['cookies']['get']>[0] {
    return { url: new URL(url), page: this.origin, now: this.browser.now(), sameSite: site !== 'cross-site' };
  }
}

/** `Origin`, unless the referrer policy hides it (https://fetch.spec.whatwg.org/#append-a-request-origin-header). */
function originField(request: BrowserRequest, { referrerPolicy }: Journey): Record<string, string> {
  if (!sendsOrigin(request)) {
    return {};
  }
  const { mode = 'cors', url } = request;
  const hidden = mode !== 'cors' && hidesOrigin(referrerPolicy, request.origin, new URL(url));
  return { Origin: hidden ? 'null' : serializedOrigin(request) };
}

/** The headers that the cache mode adds, unless the script sets them. A conditional request bypasses the cache. */
function cacheFields({ headers }: BrowserRequest, { cache }: Journey): Record<string, string> {
  const conditional = cache === 'default' && headers.some(([name]) => CONDITIONAL.has(name.toLowerCase()));
  switch (conditional ? 'no-store' : cache) {
    case 'no-cache':
      return { 'cache-control': 'max-age=0' };
    case 'no-store':
    case 'reload':
      return { 'cache-control': 'no-cache', pragma: 'no-cache' };
    default:
      return {};
  }
}

function blockedBy(blocked: Block, preflight: FetchResult['preflight'], answer?: ServerAnswer): FetchResult {
  return { blocked: true, ...blocked, ...given(preflight), ...(answer && { answer: readable(answer) }) };
}

function given(preflight: FetchResult['preflight']): Pick<FetchResult, 'preflight'> {
  return preflight === undefined ? {} : { preflight };
}

import { CookieJar } from './cookies.js';
import type { BrowserFetchInput } from './fetch-init.js';
import type { BrowserFetchInit } from './fetch-members.js';
import type { BrowserState } from './browser-state.js';
import { Page } from './page.js';
import type { FetchResult } from './result.js';
import type { BrowserTarget } from './browser-target.js';
import { senderTo } from './server.js';
import { relationOf } from './site.js';
import type { BrowserWebSocketInit } from './web-socket.js';
import type { WebSocketResult } from './web-socket-result.js';

/** The address of an app that does not listen. */
export const DEFAULT_URL = 'https://api.test';

/**
 * Which page it is that calls, and how the API is reached.
 *
 * @example
 * browser(app, { origin: 'https://app.example', servers: { 'https://auth.test': authApp } });
 */
export interface BrowserOptions {
  /** The page's origin: `https://app.example`, or `null` for that of a sandboxed frame or a `file:` URL. */
  readonly origin: string;
  /**
   * The URL under which the page reaches an app: `https://api.test` by default. Relative URLs are resolved against it;
   * its host is what host filters and `Host` see, its scheme decides over `Secure` cookies. Of a target that is a URL,
   * it is that URL.
   */
  readonly url?: string;
  /**
   * True if cookies are refused where page and API are of different sites, unless they are `Partitioned`: as Safari,
   * private windows, and many users' settings have it. Chromium's default, and the one here, is `false`.
   */
  readonly blockThirdPartyCookies?: boolean;
  /** Further servers by their origin, for redirects and absolute URLs: `{ 'https://auth.test': authApp }`. */
  readonly servers?: Readonly<Record<string, BrowserTarget>>;
}

/**
 * One open page of a browser that has no window. It has a preflight cache of its own, and shares the browser's cookies.
 */
export interface BrowserPage {
  readonly origin: string;
  /**
   * Does what `fetch()` of this page would do (https://fetch.spec.whatwg.org/#fetch-method), over real HTTP. It does
   * not reject where a browser would block: that is a result.
   *
   * @param input absolute, or relative to the API's URL
   * @throws TypeError for what `fetch()` refuses before anything is sent: a value that the standard does not know
   *   (`mode: 'CORS'`, `credentials: true`), a forbidden method, a `GET` with a body; the signal's reason where it
   *   aborts; an Error if the origin has no server, or the app does not start
   */
  fetch(input: BrowserFetchInput, init?: BrowserFetchInit): Promise<FetchResult>;
  /**
   * Opens a WebSocket as this page would (https://websockets.spec.whatwg.org/#the-websocket-interface), over real HTTP,
   * and closes it again. The browser's cookies go along. It does not reject where the connection is refused: that is a
   * result.
   *
   * @param url absolute, or relative to the API's URL: `/chat`; of a gateway on socket.io, the transport's: `/socket.io/`
   * @throws DOMException (`SyntaxError`) for what `new WebSocket()` refuses before anything is sent: a URL with a fragment,
   *   a subprotocol that is none; TypeError for an unknown field of `init`; an Error where the origin is
   *   not a known server, or the app does not boot. A gateway on a port of its own is a server of its own: name it in `servers`
   */
  webSocket(url: string | URL, init?: BrowserWebSocketInit): Promise<WebSocketResult>;
  /** Another page of the same browser: what it is told to keep as cookies is there for this one too. */
  open(origin: string): BrowserPage;
  /** Keeps a cookie as if the API had set it for a page of its own: `sid=1; SameSite=None; Secure`. */
  setCookie(line: string): void;
  /** The cookies that this page's next request to the API with `credentials: 'include'` would carry: `['sid=1']`. */
  cookies(path?: string): readonly string[];
  /** Lets time pass for the preflight cache and the cookies of all pages of this browser; nothing waits. */
  advance(seconds: number): void;
  /** Hangs up on answers that are still streaming, and on WebSockets that are not open yet: to be called before the app is closed. */
  close(): void;
}

/**
 * Opens a page on another origin, for tests: `await browser(app, { origin: 'https://app.example' }).fetch('/orders')`
 * says what that page would see, and why.
 *
 * An app need not listen, and is initialised at the first request; Express and Fastify over HTTP/1.1. What it is sent
 * is real HTTP, over connections that do not leave the process.
 *
 * Not modelled: the HTTP cache (it is always empty), compression, HTTP authentication by dialog, mixed content, Local
 * Network Access, service workers, and Content-Security-Policy.
 *
 * @throws TypeError if the origin is none
 *
 * @example
 * const page = browser(app, { origin: 'https://app.example' });
 * const { blocked, reason, response } = await page.fetch('/orders', { credentials: 'include' });
 */
export function browser(target: BrowserTarget, options: BrowserOptions): BrowserPage {
  const { origin, url = DEFAULT_URL, servers = {}, blockThirdPartyCookies = false } = options;
  const base = new URL(typeof target === 'string' ? target : url);
  let passed = 0;
  const state: BrowserState = {
    base,
    servers: new Map([
      ...Object.entries(servers).map(([at, each]) => [originOf(at), senderTo(each)] as const),
      [base.origin, senderTo(target)],
    ]),
    cookies: new CookieJar(blockThirdPartyCookies),
    now: () => Date.now() + passed,
  };
  const open = (at: string): BrowserPage => {
    const page = new Page(originOf(at), state);
    const context = (path: string): Parameters<CookieJar['get']>[0] => {
      const sameSite = relationOf(page.origin, base.origin) !== 'cross-site';
      return { url: new URL(path, base), page: page.origin, now: state.now(), sameSite };
    };
    return {
      origin: page.origin,
      fetch: (input, init) => page.fetch(input, init),
      webSocket: (url, init = {}) => page.webSocket(url, init),
      open,
      setCookie: (line) => state.cookies.set(line, { ...context('/'), sameSite: true }),
      cookies: (path = '/') => state.cookies.get(context(path)),
      advance: (seconds) => void (passed += seconds * 1000),
      close: () => page.close(),
    };
  };
  return open(origin);
}

function originOf(text: string): string {
  if (text === 'null' || (URL.canParse(text) && new URL(text).origin === text)) {
    return text;
  }
  throw new TypeError(`${JSON.stringify(text)} is not an origin; an origin looks like https://app.example`);
}

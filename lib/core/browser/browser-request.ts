import type { HeaderField } from '../protocol/fields.js';

/** `omit`, `same-origin` (what `fetch()` does by itself) or `include` (Fetch, 2.2.5, credentials mode). */
export type BrowserCredentials = 'omit' | 'same-origin' | 'include';

/** What a page may ask of `fetch()` (Fetch, 2.2.5, mode). */
export type BrowserMode = 'cors' | 'no-cors' | 'same-origin';

/** One request of a page, as it stands before it is sent (Fetch, 2.2.5). Plain data; nothing here sends it. */
export interface BrowserRequest {
  /** The page's origin: `https://app.example`, or `null` for an opaque one. */
  readonly origin: string;
  /** Absolute, as `new URL(…).href` writes it. */
  readonly url: string;
  /** Normalised by {@link normalizeMethod}. */
  readonly method: string;
  /** What the script sets and, where there is a body, its `Content-Type`; nothing that a browser adds by itself. */
  readonly headers: readonly HeaderField[];
  readonly credentials: BrowserCredentials;
  /** `cors` by default. */
  readonly mode?: BrowserMode;
  /** What the redirects so far have left behind; missing on the first request. */
  readonly redirected?: RedirectHistory;
}

/** What a request remembers of the redirects that it has followed. */
export interface RedirectHistory {
  /** The URL that the page asked for. */
  readonly from: string;
  /** How many redirects have been followed; 20 is the limit. */
  readonly count: number;
  /** Whether another origin redirected away from itself: from there on `Origin` is `null` (Fetch, redirect-taint). */
  readonly tainted: boolean;
  /** Whether another origin was asked already: its rules go on to hold on the way back (response tainting `cors`). */
  readonly crossed: boolean;
}

/** The head of a server's answer. Fields of one name may stand several times, in any case of letters. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: readonly HeaderField[];
}

/** Methods that `fetch()` turns into upper case; others, `patch` among them, stay as they are (Fetch, 2.2.1). */
const NORMALIZED_METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/** Normalises a method as `fetch()` does (Fetch, 2.2.1, normalize). */
export function normalizeMethod(method: string): string {
  const upper = method.toUpperCase();
  return NORMALIZED_METHODS.has(upper) ? upper : method;
}

/** The value of a field by its lower-case name, several joined by `, ` (Fetch, 2.2.2, get). */
export function fieldOf(headers: readonly HeaderField[], name: string): string | undefined {
  const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The origin of an absolute URL, serialized; `null` for an opaque one. */
export function originOfUrl(url: string): string {
  return new URL(url).origin;
}

/** Reports whether the CORS protocol decides over this request: what it is sent to is of another origin, or was. */
export function isCrossOrigin(request: BrowserRequest): boolean {
  return request.redirected?.crossed === true || originOfUrl(request.url) !== request.origin;
}

/** What stands in `Origin` (Fetch, 2.2.5, serializing a request origin). */
export function serializedOrigin(request: BrowserRequest): string {
  return request.redirected?.tainted === true ? 'null' : request.origin;
}

/** Reports whether cookies and HTTP authentication go with the request (Fetch, 4.6, includeCredentials). */
export function carriesCredentials(request: BrowserRequest): boolean {
  const { credentials } = request;
  return credentials === 'include' || (credentials === 'same-origin' && !isCrossOrigin(request));
}

import { isSafelistedMethod } from '../http/methods.js';
import { type BrowserRequest, serializedOrigin } from './request.js';
import type { PreflightGrant } from './preflight.js';
import { NON_WILDCARD_HEADER, unsafeHeaderNames } from './safelist.js';

/**
 * A grant for one method or for one header (https://fetch.spec.whatwg.org/#cors-preflight-cache). Entries for headers
 * have no method.
 */
interface CachedGrant {
  readonly origin: string;
  readonly url: string;
  readonly credentials: boolean;
  readonly kind: 'method' | 'header';
  /** A method, a lower-case header name, or `*`. */
  readonly name: string;
  expiresAt: number;
}

/**
 * The CORS-preflight cache of one page (https://fetch.spec.whatwg.org/#cors-preflight-cache). It has no clock of its
 * own: `now` is in milliseconds. The key of an entry is origin, URL (query included), credentials, and method or header
 * name, as in the standard. Chromium keeps one answer for each origin, URL and credentials mode, and the next answer
 * replaces it as a whole.
 *
 * @example
 * const cache = new PreflightCache();
 * cache.keep(request, grantOf(answer), Date.now());
 * cache.covers(request, Date.now()); // true: no preflight is needed
 */
export class PreflightCache {
  private entries: CachedGrant[] = [];

  /** Reports whether the kept grants let the browser send this request without a preflight. */
  covers(request: BrowserRequest, now: number): boolean {
    const { method } = request;
    return (
      (isSafelistedMethod(method) || this.find(request, 'method', method, now) !== undefined) &&
      unsafeHeaderNames(request.headers).every((name) => this.find(request, 'header', name, now) !== undefined)
    );
  }

  /** Keeps the grant of a preflight for this request. */
  keep(request: BrowserRequest, grant: PreflightGrant, now: number): void {
    this.entries = this.entries.filter(({ expiresAt }) => expiresAt > now);
    const expiresAt = now + grant.maxAge * 1000;
    grant.methods.forEach((name) => this.keepOne(request, 'method', name, expiresAt, now));
    grant.headers.forEach((name) => this.keepOne(request, 'header', name, expiresAt, now));
  }

  /** Forgets the grants for this request's origin and URL: after a failed request a new preflight is sent. */
  clear(request: BrowserRequest): void {
    this.entries = this.entries.filter((entry) => !concerns(entry, request));
  }

  private keepOne(
    request: BrowserRequest,
    kind: CachedGrant['kind'],
    name: string,
    expiresAt: number,
    now: number,
  ): void {
    const found = this.find(request, kind, name, now);
    if (found !== undefined) {
      found.expiresAt = expiresAt;
      return;
    }
    const credentials = request.credentials === 'include';
    this.entries.push({ origin: serializedOrigin(request), url: keyOf(request), credentials, kind, name, expiresAt });
  }

  private find(request: BrowserRequest, kind: CachedGrant['kind'], name: string, now: number): CachedGrant | undefined {
    const withCredentials = request.credentials === 'include';
    return this.entries.find(
      (entry) =>
        concerns(entry, request) &&
        entry.kind === kind &&
        entry.expiresAt > now &&
        (entry.credentials || !withCredentials) &&
        (entry.name === name || (entry.name === '*' && !entry.credentials && name !== NON_WILDCARD_HEADER)),
    );
  }
}

function concerns(entry: CachedGrant, request: BrowserRequest): boolean {
  return entry.origin === serializedOrigin(request) && entry.url === keyOf(request);
}

/** A fragment is not sent. */
function keyOf({ url }: BrowserRequest): string {
  return url.split('#', 1)[0]!;
}

import { isSafelistedMethod } from '../protocol/methods.js';
import { type BrowserRequest, serializedOrigin } from './browser-request.js';
import type { PreflightGrant } from './preflight.js';
import { NON_WILDCARD_HEADER, unsafeHeaderNames } from './request-safelist.js';

/** What was granted for one method or one header (Fetch, 4.9, cache entry): header entries know no method. */
interface Entry {
  readonly origin: string;
  readonly url: string;
  readonly credentials: boolean;
  readonly kind: 'method' | 'header';
  /** A method, a lower-case header name, or `*`. */
  readonly name: string;
  expiresAt: number;
}

/**
 * The CORS-preflight cache of one page (Fetch, 4.9). It has no clock of its own: `now` is in milliseconds. Entries are
 * told apart by origin, URL (query included), credentials, and method or header name, as the standard has it; Chromium
 * keeps one answer for each origin, URL and credentials mode, which the next answer replaces whole.
 */
export class PreflightCache {
  private entries: Entry[] = [];

  /** Reports whether what is kept lets the browser send this request without asking again. */
  covers(request: BrowserRequest, now: number): boolean {
    const { method } = request;
    return (
      (isSafelistedMethod(method) || this.find(request, 'method', method, now) !== undefined) &&
      unsafeHeaderNames(request.headers).every((name) => this.find(request, 'header', name, now) !== undefined)
    );
  }

  /** Keeps what a preflight of this request was granted. */
  keep(request: BrowserRequest, grant: PreflightGrant, now: number): void {
    this.entries = this.entries.filter(({ expiresAt }) => expiresAt > now);
    const expiresAt = now + grant.maxAge * 1000;
    grant.methods.forEach((name) => this.keepOne(request, 'method', name, expiresAt, now));
    grant.headers.forEach((name) => this.keepOne(request, 'header', name, expiresAt, now));
  }

  /** Forgets what is kept for this request's origin and URL: a request that failed asks again. */
  clear(request: BrowserRequest): void {
    this.entries = this.entries.filter((entry) => !concerns(entry, request));
  }

  private keepOne(request: BrowserRequest, kind: Entry['kind'], name: string, expiresAt: number, now: number): void {
    const found = this.find(request, kind, name, now);
    if (found !== undefined) {
      found.expiresAt = expiresAt;
      return;
    }
    const credentials = request.credentials === 'include';
    this.entries.push({ origin: serializedOrigin(request), url: keyOf(request), credentials, kind, name, expiresAt });
  }

  private find(request: BrowserRequest, kind: Entry['kind'], name: string, now: number): Entry | undefined {
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

function concerns(entry: Entry, request: BrowserRequest): boolean {
  return entry.origin === serializedOrigin(request) && entry.url === keyOf(request);
}

/** A fragment is not sent. */
function keyOf({ url }: BrowserRequest): string {
  return url.split('#', 1)[0]!;
}

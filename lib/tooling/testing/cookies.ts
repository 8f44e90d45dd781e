import { type Cookie, type CookieSource, domainMatches, parseCookie, pathMatches } from './cookie.js';
import { isTrustworthy, siteOf } from './site.js';

/** A request that cookies may go with, or an answer that may set some. */
export interface CookieContext extends CookieSource {
  /** True if page and URL, and whatever redirected in between, are of one site. */
  readonly sameSite: boolean;
}

/** The cookies of one browser (RFC 6265bis). */
export class CookieJar {
  private readonly cookies: Cookie[] = [];

  /** @param blocksThirdParties whether cookies of other sites are refused unless they are `Partitioned` */
  constructor(readonly blocksThirdParties: boolean) {}

  /** Keeps the cookie of a `Set-Cookie` line, or deletes the one that it says has expired. */
  set(line: string, context: CookieContext): void {
    const cookie = parseCookie(line, context);
    if (cookie === undefined || !(context.sameSite || this.crossesSites(cookie))) {
      return;
    }
    const at = this.cookies.findIndex((each) => isSame(each, cookie));
    const expired = cookie.expiresAt !== undefined && cookie.expiresAt <= context.now;
    if (at < 0) {
      this.cookies.push(...(expired ? [] : [cookie]));
    } else {
      this.cookies.splice(at, 1, ...(expired ? [] : [cookie]));
    }
  }

  /** The `name=value` pairs that go with a request: those with the longest path first, then the oldest. */
  get({ url, page, now, sameSite }: CookieContext): readonly string[] {
    return this.cookies
      .filter(
        (cookie) =>
          (cookie.expiresAt ?? Infinity) > now &&
          (cookie.hostOnly ? url.hostname === cookie.domain : domainMatches(url.hostname, cookie.domain)) &&
          pathMatches(url.pathname, cookie.path) &&
          (!cookie.secure || isTrustworthy(url)) &&
          (sameSite || this.crossesSites(cookie)) &&
          (cookie.partition ?? siteOf(page)) === siteOf(page),
      )
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`));
  }

  private crossesSites({ sameSite, partition }: Cookie): boolean {
    return sameSite === 'none' && (partition !== undefined || !this.blocksThirdParties);
  }
}

function isSame(a: Cookie, b: Cookie): boolean {
  const parts = ['name', 'domain', 'hostOnly', 'path', 'partition'] as const;
  return parts.every((part) => a[part] === b[part]);
}

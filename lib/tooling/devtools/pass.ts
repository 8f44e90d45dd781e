import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { authorityOf } from './access.js';
import { randomSecret } from './kept-secret.js';

/**
 * The secrets of the page. The address that the log prints has the token, and opening that address exchanges it for a
 * cookie. Other users of this machine, and its other programs, have neither. The cookie is another secret than the
 * token: it may be valid for further starts, and a token that is in a log never is.
 */
export class Pass {
  private readonly token: string;
  private readonly hash: Buffer;
  private readonly session: string;
  private readonly sessionHash: Buffer;

  /**
   * @param fixed the token of the options; without it a random one for this start of the app
   * @param session the value of the cookie; without it a random one for this start, or a fixed token
   */
  constructor(
    private readonly fixed: string | undefined,
    session?: string,
  ) {
    this.token = fixed ?? randomSecret();
    this.hash = hashOf(this.token);
    this.session = fixed ?? session ?? randomSecret();
    this.sessionHash = hashOf(this.session);
  }

  /** The query of the address in the log. A token of the options stays out of logs, because it lasts. */
  get query(): string {
    return `?token=${this.fixed === undefined ? this.token : '<the option token>'}`;
  }

  /** Compares in constant time, whatever the length. */
  isToken(text: string | null | undefined): boolean {
    return typeof text === 'string' && timingSafeEqual(hashOf(text), this.hash);
  }

  private isSession(value: string): boolean {
    return timingSafeEqual(hashOf(value), this.sessionHash);
  }

  /** Reports whether a request has the cookie, or the token as `Authorization: Bearer …`, which tools send. */
  isIn(headers: IncomingHttpHeaders): boolean {
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return this.isToken(bearer) || cookiesOf(headers, cookieName(headers)).some((value) => this.isSession(value));
  }

  /**
   * The cookie that replaces the token in the address. It ends with the browser's session.
   *
   * @param path the path of the page
   */
  cookie(headers: IncomingHttpHeaders, path: string, secure: boolean): string {
    const scope = path.replace(/\/+$/, '').replaceAll(';', '%3B');
    return `${cookieName(headers)}=${this.session}; Path=${scope}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }
}

/** Cookies are shared by all ports of a host, so each port has a name of its own. */
function cookieName(headers: IncomingHttpHeaders): string {
  return `cors-devtools-${/:(\d+)$/.exec(authorityOf(headers) ?? '')?.[1] ?? 'default'}`;
}

function cookiesOf({ cookie = '' }: IncomingHttpHeaders, name: string): readonly string[] {
  return cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import type { CookieJar } from './cookies.js';
import type { Send } from './server.js';

/** The state that the pages of one browser share. */
export interface BrowserState {
  /** The URL that a relative one is resolved against. */
  readonly base: URL;
  /** The server of each origin. */
  readonly servers: ReadonlyMap<string, Send>;
  readonly cookies: CookieJar;
  /** Milliseconds. */
  now(): number;
}

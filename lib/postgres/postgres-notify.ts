import { Logger } from '@nestjs/common';
import { FeedLink } from '../allowlists/feed-link.js';
import { checkChannel, type FeedTimes, resolveFeedTimes } from '../allowlists/feed-options.js';
import { FeedWatchers } from '../allowlists/feed-watchers.js';
import type { AllowlistLog } from '../allowlists/log.js';
import type { ChangeFeed } from '../allowlists/ports.js';
import type { PostgresConnection } from './connection.js';
import { listen } from './listener.js';

/** How `PostgresNotify` listens. */
export interface PostgresNotifyOptions extends FeedTimes {
  /**
   * The server, as a `postgres://` URL or as the fields that `pg` takes. The connection must reach the server itself, or
   * a pooler in session mode: through one in transaction mode (PgBouncer, Supavisor) no message arrives.
   */
  readonly connection: string | PostgresConnection;
  /** The channel to listen on, as the trigger names it. 1 to 63 bytes; default `nestjs_cors_policy`. */
  readonly channel?: string;
  /** How often the connection is asked for a sign of life (`SELECT 1`). Default 10,000. */
  readonly checkMs?: number;
  /** Where changes of its state are told, a line each. Default: Nest's `Logger`. */
  readonly log?: AllowlistLog;
}

/** How often the connection is asked for a sign of life, in milliseconds. */
const CHECK_MS = 10_000;

/**
 * Hears of changes from PostgreSQL (`LISTEN`), as the trigger of the migration of `nestjs-cors-policy/typeorm`, or one
 * of `postgresNotifyTrigger()`, sends them (`NOTIFY`): with the commit of the change, whoever makes it.
 *
 * The message is a hint: the payload is the name of the allowlist that changed (none stands for all), and who watches it
 * reads the list again. What was missed is made good: watchers look for themselves once it listens, after each
 * reconnection, and at each try that fails (after 250 ms, doubling up to 5 s, each up to a fifth less). A connection that
 * is dead without a word is noticed within `checkMs` and `checkTimeoutMs`.
 *
 * One connection of its own per instance of this class, made with the first watch and closed with the last; it does not
 * keep the process alive. Needs the package `pg`.
 *
 * @example
 * { provide: PostgresNotify, useFactory: () => new PostgresNotify({ connection: process.env.DATABASE_URL }) }
 */
export class PostgresNotify implements ChangeFeed {
  readonly #watchers = new FeedWatchers();
  readonly #newLink: () => FeedLink;
  #link: FeedLink | undefined;

  /** @throws AllowlistError where an option is out of its range */
  constructor(options: PostgresNotifyOptions) {
    const { connection, log = new Logger('PostgresNotify') } = options;
    const times = resolveFeedTimes('PostgresNotify', options, CHECK_MS);
    const channel = checkChannel('PostgresNotify', options.channel);
    const missed = () => this.#watchers.tell();
    this.#newLink = () =>
      new FeedLink({
        label: 'PostgresNotify',
        log,
        times,
        missed,
        connect: async (lost, signal) => {
          // An empty payload speaks of all allowlists.
          const heard = (payload: string) => this.#watchers.tell(payload === '' ? undefined : payload);
          const listener = await listen({ connection, channel, heard, lost, signal });
          missed();
          return listener;
        },
      });
  }

  watch(changed: () => void, allowlist?: string): () => Promise<void> {
    const remove = this.#watchers.add(changed, allowlist);
    if (this.#link === undefined) {
      this.#link = this.#newLink();
      this.#link.start();
    }
    return async () => {
      remove();
      if (this.#watchers.isEmpty) {
        const link = this.#link;
        this.#link = undefined;
        await link?.stop();
      }
    };
  }
}

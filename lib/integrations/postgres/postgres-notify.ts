import { Logger } from '@nestjs/common';
import { FeedLink } from '../../providers/feed/feed-link.js';
import { checkChannel, type FeedTimes, resolveFeedTimes } from '../../providers/feed/feed-options.js';
import { FeedWatchers } from '../../providers/feed/watchers.js';
import type { AllowlistLog } from '../../providers/log.js';
import type { ChangeFeed, ChangeListener } from '../../providers/ports.js';
import type { PostgresConnection } from './connection.js';
import { listen, type Listener } from './listener.js';

/**
 * Options of `PostgresNotify`.
 *
 * @example
 * new PostgresNotify({ connection: 'postgres://app@db.example/shop', channel: 'origins' });
 */
export interface PostgresNotifyOptions extends FeedTimes {
  /**
   * The server, as a `postgres://` URL or as the fields that `pg` takes. The connection must reach the server itself, or
   * a pooler in session mode: through one in transaction mode (PgBouncer, Supavisor) no message arrives.
   */
  readonly connection: string | PostgresConnection;
  /** The channel to listen on, as in the trigger. 1 to 63 bytes; default `nestjs_cors_policy`. */
  readonly channel?: string;
  /** Interval of the check that the connection is alive (`SELECT 1`). Default 10,000. */
  readonly checkMs?: number;
  /** The log for changes of its state, a line each. Default: Nest's `Logger`. */
  readonly log?: AllowlistLog;
}

/** Interval of the check that the connection is alive, in milliseconds. */
const CHECK_MS = 10_000;

/**
 * Receives messages about changes from PostgreSQL (`LISTEN`). A trigger sends them (`NOTIFY`) with the commit of a
 * change, whichever client makes it: the trigger of the migration of `nestjs-cors-policy/typeorm`, or one of
 * `postgresNotifyTrigger()`.
 *
 * A message only says that an allowlist changed: the payload is its name (empty for all), and its watchers read the
 * list again. Missed messages do no harm: watchers also reload when it begins to listen, after each reconnection, and
 * at each failed try (after 250 ms, doubling up to 5 s, each up to a fifth less). A connection that died silently is
 * noticed within `checkMs` and `checkTimeoutMs`.
 *
 * Each instance of this class has one connection, opened with the first watch and closed with the last; it does not
 * keep the process alive. Needs the package `pg`.
 *
 * @example
 * { provide: PostgresNotify, useFactory: () => new PostgresNotify({ connection: process.env.DATABASE_URL }) }
 */
export class PostgresNotify implements ChangeFeed {
  readonly #watchers: FeedWatchers;
  #listener: Listener | undefined;

  /** @throws AllowlistError where an option is out of its range */
  constructor(options: PostgresNotifyOptions) {
    const { connection, log = new Logger('PostgresNotify') } = options;
    const times = resolveFeedTimes('PostgresNotify', options, CHECK_MS);
    const channel = checkChannel('PostgresNotify', options.channel);
    const missed = () => this.#watchers.tell(undefined, 'perhaps');
    const newLink = () =>
      new FeedLink({
        label: 'PostgresNotify',
        log,
        times,
        missed,
        connect: async (lost, signal) => {
          // An empty payload is about all allowlists.
          const heard = (payload: string) => this.#watchers.tell(payload === '' ? undefined : payload);
          const listener = await listen({ connection, channel, heard, lost, signal });
          this.#listener = listener;
          signal.addEventListener('abort', () => (this.#listener = undefined), { once: true });
          missed();
          return listener;
        },
      });
    this.#watchers = new FeedWatchers(newLink);
  }

  watch(changed: ChangeListener, allowlist?: string): () => Promise<void> {
    return this.#watchers.watch(changed, allowlist);
  }

  /**
   * Reports a change of an allowlist, or of all: to the watchers of this instance at once, and to other instances over
   * the connection that it listens on, if there is one. If a trigger reports the change too, the second message is
   * harmless. Without a trigger (`synchronize`, another channel) it is the only one.
   *
   * @throws the error of `pg` (a rejection) if the message could not be sent
   */
  async announce(allowlist = ''): Promise<void> {
    this.#watchers.tell(allowlist === '' ? undefined : allowlist, 'perhaps');
    await this.#listener?.announce(allowlist);
  }
}

import { Logger } from '@nestjs/common';
import type { RedisOptions } from 'ioredis';
import { FeedLink } from '../../providers/feed/feed-link.js';
import { checkChannel, type FeedTimes, resolveFeedTimes } from '../../providers/feed/feed-options.js';
import { FeedWatchers } from '../../providers/feed/watchers.js';
import { AllowlistError, type AllowlistLog, errorText } from '../../providers/log.js';
import type { ChangeFeed, ChangeListener } from '../../providers/ports.js';
import { withTimeout } from '../../providers/time.js';
import { type Announcement, publish, publishOnce } from './announcements.js';
import { OwedAnnouncements } from './owed-announcements.js';
import { type Subscription, subscribe } from './subscription.js';
import { SeenVersion } from './seen-version.js';

/**
 * Options of `RedisNotify`.
 *
 * @example
 * new RedisNotify({ connection: 'redis://cache.example:6379', channel: 'origins' });
 */
export interface RedisNotifyOptions extends FeedTimes {
  /** The server, as a `redis://` or `rediss://` URL or as options of `ioredis` (Sentinel included, Cluster not). */
  readonly connection: string | RedisOptions;
  /** The channel; `CHANNEL:version` is the key of the version. 1 to 63 bytes; default `nestjs_cors_policy`. */
  readonly channel?: string;
  /** Interval of reading the version and of the check that the connection is alive (`PING`). Default 5,000. */
  readonly checkMs?: number;
  /** The log for changes of its state, a line each. Default: Nest's `Logger`. */
  readonly log?: AllowlistLog;
}

/** Interval of reading the version, in milliseconds. */
const CHECK_MS = 5_000;

/**
 * Receives changes from Redis, and announces them there: for databases that cannot report changes themselves.
 *
 * Each announcement increments a version and publishes it with the name of the allowlist (empty for all), in one step.
 * A client that is not connected misses a message. So the version is read on each connection and every `checkMs`. If it
 * is not that of the last message, messages were missed and every watcher reloads. A version that is gone or went back
 * (a restart without persistence, a failover) has the same effect. Without a connection, watchers reload at each failed
 * try (after 250 ms, doubling up to 5 s, each up to a fifth less).
 *
 * Each instance of this class has two connections, one to subscribe and one for commands, opened with the first watch
 * and closed with the last. Without Redis nothing waits: changes are then found by polling. Needs the package
 * `ioredis`.
 *
 * @example
 * { provide: RedisNotify, useFactory: () => new RedisNotify({ connection: process.env.REDIS_URL }) }
 */
export class RedisNotify implements ChangeFeed {
  readonly #options: RedisNotifyOptions;
  readonly #log: AllowlistLog;
  readonly #times: Required<FeedTimes>;
  readonly #channel: string;
  readonly #watchers = new FeedWatchers(() => this.#newLink());
  readonly #owed = new OwedAnnouncements();
  #subscription: Subscription | undefined;

  /** @throws AllowlistError where an option is out of its range */
  constructor(options: RedisNotifyOptions) {
    this.#options = options;
    this.#log = options.log ?? new Logger('RedisNotify');
    this.#times = resolveFeedTimes('RedisNotify', options, CHECK_MS);
    this.#channel = checkChannel('RedisNotify', options.channel);
  }

  watch(changed: ChangeListener, allowlist?: string): () => Promise<void> {
    return this.#watchers.watch(changed, allowlist);
  }

  /**
   * Announces a change of an allowlist, or of all. Call it when the change is committed. It needs no watch.
   *
   * @throws AllowlistError (a rejection, within `connectTimeoutMs`) if Redis cannot be reached. The change itself is
   *   kept: this instance reloads at once, the others at their next poll. If this instance watches, the announcement is
   *   repeated when Redis is back
   */
  async announce(allowlist?: string): Promise<void> {
    const announcement: Announcement = { channel: this.#channel, allowlist };
    const { connectTimeoutMs } = this.#times;
    // The watchers of this instance do not wait for Redis.
    this.#watchers.tell(allowlist, 'perhaps');
    try {
      await (this.#subscription === undefined
        ? publishOnce(this.#options.connection, announcement, connectTimeoutMs)
        : withTimeout(publish(this.#subscription.commands, announcement), connectTimeoutMs, 'no answer'));
    } catch (error) {
      this.#owed.add(allowlist);
      throw new AllowlistError(
        `RedisNotify: a change could not be announced: ${errorText(error)}; other instances see it at their next poll`,
        { cause: error },
      );
    }
  }

  #newLink(): FeedLink {
    const channel = this.#channel;
    // Kept across connections, so that a change between two of them is found.
    const seen = new SeenVersion((allowlist, reason) => this.#watchers.tell(allowlist, reason));
    return new FeedLink({
      label: 'RedisNotify',
      log: this.#log,
      times: this.#times,
      missed: () => this.#watchers.tell(undefined, 'perhaps'),
      connect: async (lost, signal) => {
        const { connection } = this.#options;
        const subscription = await subscribe({ connection, channel, seen, lost, signal });
        this.#subscription = subscription;
        signal.addEventListener('abort', () => this.#forget(subscription), { once: true });
        await this.#owed.pay((allowlist) => publish(subscription.commands, { channel, allowlist }));
        return {
          check: () => subscription.check(),
          close: () => {
            this.#forget(subscription);
            return subscription.close();
          },
        };
      },
    });
  }

  #forget(subscription: Subscription): void {
    if (this.#subscription === subscription) {
      this.#subscription = undefined;
    }
  }
}

import { Logger } from '@nestjs/common';
import type { RedisOptions } from 'ioredis';
import { FeedLink } from '../allowlists/feed-link.js';
import { checkChannel, type FeedTimes, resolveFeedTimes } from '../allowlists/feed-options.js';
import { FeedWatchers } from '../allowlists/feed-watchers.js';
import { AllowlistError, type AllowlistLog, errorText } from '../allowlists/log.js';
import type { ChangeFeed } from '../allowlists/ports.js';
import { withTimeout } from '../allowlists/with-timeout.js';
import { type Announcement, publish, publishOnce } from './announcements.js';
import { OwedAnnouncements } from './owed-announcements.js';
import { type Subscription, subscribe } from './subscription.js';
import { SeenVersion } from './seen-version.js';

/** How `RedisNotify` listens and announces. */
export interface RedisNotifyOptions extends FeedTimes {
  /** The server, as a `redis://` or `rediss://` URL or as options of `ioredis` (Sentinel included, Cluster not). */
  readonly connection: string | RedisOptions;
  /** The channel; `CHANNEL:version` is the key of the version. 1 to 63 bytes; default `nestjs_cors_policy`. */
  readonly channel?: string;
  /** How often the version is read and the connection asked for a sign of life (`PING`). Default 5,000. */
  readonly checkMs?: number;
  /** Where changes of its state are told, a line each. Default: Nest's `Logger`. */
  readonly log?: AllowlistLog;
}

/** How often the version is read, in milliseconds. */
const CHECK_MS = 5_000;

/**
 * Hears of changes from Redis, and announces them there: for databases that cannot tell by themselves.
 *
 * Each announcement counts up a version and publishes it with the name of the allowlist (none stands for all), at once.
 * Publishing alone is lost on whoever is not connected; so the version is read on each connection and every `checkMs`, and
 * where it is not the one that was heard last, messages were missed and every watcher looks for itself. A version that
 * is gone or went back (a restart without persistence, a failover) counts as missed messages too. While there is no
 * connection, watchers look at each try that fails (after 250 ms, doubling up to 5 s, each up to a fifth less).
 *
 * Two connections per instance of this class, one to subscribe and one to ask, made with the first watch and closed with
 * the last. Without Redis nothing waits: lists are then found by looking for changes. Needs the package `ioredis`.
 *
 * @example
 * { provide: RedisNotify, useFactory: () => new RedisNotify({ connection: process.env.REDIS_URL }) }
 */
export class RedisNotify implements ChangeFeed {
  readonly #options: RedisNotifyOptions;
  readonly #log: AllowlistLog;
  readonly #times: Required<FeedTimes>;
  readonly #channel: string;
  readonly #watchers = new FeedWatchers();
  readonly #owed = new OwedAnnouncements();
  #link: FeedLink | undefined;
  #subscription: Subscription | undefined;

  /** @throws AllowlistError where an option is out of its range */
  constructor(options: RedisNotifyOptions) {
    this.#options = options;
    this.#log = options.log ?? new Logger('RedisNotify');
    this.#times = resolveFeedTimes('RedisNotify', options, CHECK_MS);
    this.#channel = checkChannel('RedisNotify', options.channel);
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

  /**
   * Says that an allowlist changed, or all of them. Call it once the change is committed. It needs no watch.
   *
   * @throws AllowlistError (a rejection, within `connectTimeoutMs`) where Redis could not be told. The change itself
   *   stands: this instance looks for it at once, the others at their next look; and where this instance watches, the
   *   announcement is made up for once Redis is back
   */
  async announce(allowlist?: string): Promise<void> {
    const announcement: Announcement = { channel: this.#channel, allowlist };
    const { connectTimeoutMs } = this.#times;
    try {
      await (this.#subscription === undefined
        ? publishOnce(this.#options.connection, announcement, connectTimeoutMs)
        : withTimeout(publish(this.#subscription.commands, announcement), connectTimeoutMs, 'no answer'));
    } catch (error) {
      this.#owed.add(allowlist);
      this.#watchers.tell(allowlist);
      throw new AllowlistError(
        `RedisNotify: a change could not be announced: ${errorText(error)}; other instances see it at their next look`,
        { cause: error },
      );
    }
  }

  #newLink(): FeedLink {
    const channel = this.#channel;
    // Kept across connections: what changed between two of them is then known.
    const seen = new SeenVersion((allowlist) => this.#watchers.tell(allowlist));
    return new FeedLink({
      label: 'RedisNotify',
      log: this.#log,
      times: this.#times,
      missed: () => this.#watchers.tell(),
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

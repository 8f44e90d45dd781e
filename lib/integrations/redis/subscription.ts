import type { Redis, RedisOptions } from 'ioredis';
import type { FeedConnection } from '../../providers/feed/feed-link.js';
import { versionKey } from './announcements.js';
import { connect, createClient, disconnect } from './client.js';
import type { SeenVersion } from './seen-version.js';

/** The parts that a subscription is made of. */
export interface SubscriptionSetup {
  readonly connection: string | RedisOptions;
  readonly channel: string;
  /** Gets messages and versions. */
  readonly seen: SeenVersion;
  readonly lost: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** A subscription, and a second connection for commands: one that subscribes accepts no other commands. */
export interface Subscription extends FeedConnection {
  readonly commands: Redis;
}

/** Connects and subscribes; resolves when no message can be missed any more. */
export async function subscribe({ connection, channel, seen, lost, signal }: SubscriptionSetup): Promise<Subscription> {
  const subscriber = createClient(connection);
  const commands = createClient(connection);
  const both = [subscriber, commands];
  const close = async () => both.forEach(disconnect);
  signal.addEventListener('abort', () => void close(), { once: true });
  for (const client of both) {
    client.on('error', lost);
    client.on('close', () => lost(new Error('the server has closed the connection')));
  }
  subscriber.on('message', (_channel: string, message: string) => seen.hear(message));
  // Subscribed first, so that an announcement after the reading of the version is received.
  const look = () => seen.look(() => commands.get(versionKey(channel)));
  try {
    await Promise.all(both.map(connect));
    await subscriber.subscribe(channel);
    await look();
  } catch (error) {
    void close();
    throw error;
  }
  return {
    commands,
    check: async () => {
      await Promise.all([subscriber.ping(), look()]);
    },
    close,
  };
}

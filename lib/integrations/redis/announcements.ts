import { randomInt } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';
import { withTimeout } from '../../providers/time.js';
import { connect, createClient, disconnect } from './client.js';

/** The message that an allowlist changed; without a name, all of them. */
export interface Announcement {
  readonly channel: string;
  readonly allowlist: string | undefined;
}

/**
 * Increments and publishes in one step. A missing version begins at a random number, so that a lost version is not
 * taken for the earlier one.
 */
const SCRIPT = `
redis.call('SET', KEYS[1], ARGV[3], 'NX')
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
redis.call('PUBLISH', ARGV[1], version .. ' ' .. ARGV[2])
return version`;

/** The first version. Lua has doubles, which are exact up to 2^53. */
const FIRST_VERSION = 2 ** 40;

/** The key of a channel's version. */
export function versionKey(channel: string): string {
  return `${channel}:version`;
}

/** Increments the version, and publishes it with the name of the allowlist. */
export async function publish(client: Redis, { channel, allowlist = '' }: Announcement): Promise<void> {
  const first = String(randomInt(FIRST_VERSION));
  await client.eval(SCRIPT, 1, versionKey(channel), channel, allowlist, first);
}

/** The same over a connection made for it, within `ms` milliseconds. */
export async function publishOnce(
  connection: string | RedisOptions,
  announcement: Announcement,
  ms: number,
): Promise<void> {
  const client = createClient(connection);
  try {
    await withTimeout(
      connect(client).then(() => publish(client, announcement)),
      ms,
      'no answer',
    );
  } finally {
    disconnect(client);
  }
}

/** Reads the version and the allowlist of a message; `undefined` for a message of other code. */
export function readMessage(message: string): { version: number; allowlist: string | undefined } | undefined {
  const [, version, allowlist] = /^(\d{1,16}) (.*)$/s.exec(message) ?? [];
  return version === undefined ? undefined : { version: Number(version), allowlist: allowlist || undefined };
}

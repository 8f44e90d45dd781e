import { randomInt } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';
import { withTimeout } from '../allowlists/with-timeout.js';
import { connect, createClient, disconnect } from './client.js';

/** That an allowlist changed; where none is named, all of them. */
export interface Announcement {
  readonly channel: string;
  readonly allowlist: string | undefined;
}

/**
 * Counts up and publishes as one step. A version that is not there begins at a number by chance, so that one which was
 * lost is not taken for the one that was there before.
 */
const SCRIPT = `
redis.call('SET', KEYS[1], ARGV[3], 'NX')
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
redis.call('PUBLISH', ARGV[1], version .. ' ' .. ARGV[2])
return version`;

/** Where a version may begin. Doubles, in which Lua counts, are exact up to 2^53. */
const FIRST_VERSION = 2 ** 40;

/** The key that a channel's version is kept by. */
export function versionKey(channel: string): string {
  return `${channel}:version`;
}

/** Counts up the version, and publishes it with the name of the allowlist. */
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

/** What a message says: the version, and the allowlist; `undefined` where it is none of ours. */
export function readMessage(message: string): { version: number; allowlist: string | undefined } | undefined {
  const [, version, allowlist] = /^(\d{1,16}) (.*)$/s.exec(message) ?? [];
  return version === undefined ? undefined : { version: Number(version), allowlist: allowlist || undefined };
}

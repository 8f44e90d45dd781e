import { AllowlistError } from '../log.js';
import { LONGEST_TIMER } from '../time.js';

/** Options for the connection of a feed. Times are in milliseconds, and whole numbers. */
export interface FeedTimes {
  /**
   * Interval of the check that the connection is alive, up to a fifth less at random. A connection can die silently: a
   * firewall forgets it, a host is gone. Until that is noticed, messages are missed.
   */
  readonly checkMs?: number;
  /** Longest time of such a check before the connection is given up. Default 2,000. */
  readonly checkTimeoutMs?: number;
  /** Longest time to connect. Default 5,000. */
  readonly connectTimeoutMs?: number;
}

/** The longest name that PostgreSQL takes for a channel, in bytes; the same for all feeds. */
const LONGEST_CHANNEL = 63;

/** The channel of a feed where none is given. */
const DEFAULT_CHANNEL = 'nestjs_cors_policy';

/**
 * The times with their defaults.
 * @param label what the message names the feed by
 * @throws AllowlistError on a time that is no whole number from 1 to 2,147,483,647
 */
export function resolveFeedTimes(label: string, given: FeedTimes, checkMs: number): Required<FeedTimes> {
  const times = {
    checkMs: given.checkMs ?? checkMs,
    checkTimeoutMs: given.checkTimeoutMs ?? 2_000,
    connectTimeoutMs: given.connectTimeoutMs ?? 5_000,
  };
  for (const [field, value] of Object.entries(times)) {
    if (!Number.isInteger(value) || value < 1 || value > LONGEST_TIMER) {
      throw new AllowlistError(`${label}: ${field} must be a whole number from 1 to ${LONGEST_TIMER}`);
    }
  }
  return times;
}

/**
 * The name of a channel, checked.
 * @throws AllowlistError where it is empty, over 63 bytes, or has a NUL
 */
export function checkChannel(label: string, channel: string = DEFAULT_CHANNEL): string {
  const holds = channel !== '' && Buffer.byteLength(channel) <= LONGEST_CHANNEL && !channel.includes('\0');
  if (!holds) {
    throw new AllowlistError(`${label}: channel must be a name of 1 to ${LONGEST_CHANNEL} bytes, without NUL`);
  }
  return channel;
}

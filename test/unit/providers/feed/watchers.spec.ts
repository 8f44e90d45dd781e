import { checkChannel, resolveFeedTimes } from '../../../../lib/providers/feed/feed-options.js';
import { FeedWatchers } from '../../../../lib/providers/feed/watchers.js';

describe('4.5: watchers', () => {
  const told: string[] = [];
  const link: string[] = [];
  const watchers = new FeedWatchers(() => ({
    start: () => void link.push('start'),
    stop: async () => void link.push('stop'),
  }));
  const end = watchers.watch(() => told.push('partners'), 'partners');
  const others = [
    watchers.watch(() => told.push('all'), undefined),
    watchers.watch(() => {
      throw new Error('a watcher of the app');
    }, undefined),
    watchers.watch(() => told.push('tenants'), 'tenants'),
  ];
  beforeEach(() => told.splice(0));

  it('are called for the allowlist that they watch, or for each without a name', () => {
    watchers.tell('partners');
    expect(told).toEqual(['partners', 'all']);
  });

  it('are called for a message without a name, even if another one throws', () => {
    watchers.tell();
    expect(told).toEqual(['partners', 'all', 'tenants']);
  });

  it('are not called after they have ended', async () => {
    await end();
    await end();
    watchers.tell();
    expect(told).toEqual(['all', 'tenants']);
  });

  it('share one link, which ends with the last of them', async () => {
    expect(link).toEqual(['start']);
    await Promise.all(others.map((each) => each()));
    expect(link).toEqual(['start', 'stop']);
    await end();
    expect(link).toEqual(['start', 'stop']);
    watchers.watch(() => undefined, undefined);
    expect(link).toEqual(['start', 'stop', 'start']);
  });
});

describe('the options of a feed', () => {
  it('have default values', () => {
    expect(resolveFeedTimes('Feed', {}, 10_000)).toEqual({
      checkMs: 10_000,
      checkTimeoutMs: 2_000,
      connectTimeoutMs: 5_000,
    });
    expect(checkChannel('Feed')).toBe('nestjs_cors_policy');
  });

  it.each([1, 2 ** 31 - 1])('may be %i ms', (ms) => {
    const times = { checkMs: ms, checkTimeoutMs: ms, connectTimeoutMs: ms };
    expect(resolveFeedTimes('Feed', times, 10_000)).toEqual(times);
  });

  it.each(['checkMs', 'checkTimeoutMs', 'connectTimeoutMs'])('reject a %s that no timer takes', (field) => {
    for (const ms of [0, 1.5, NaN, 2 ** 31]) {
      expect(() => resolveFeedTimes('Feed', { [field]: ms }, 1)).toThrow(
        `Feed: ${field} must be a whole number from 1 to 2147483647`,
      );
    }
  });

  it.each(['x', 'x'.repeat(63)])('may have the channel %j', (channel) => {
    expect(checkChannel('Feed', channel)).toBe(channel);
  });

  it.each(['', 'x'.repeat(64), 'é'.repeat(32), 'a\0b'])('reject the channel %j', (channel) => {
    expect(() => checkChannel('Feed', channel)).toThrow('Feed: channel must be a name of 1 to 63 bytes, without NUL');
  });
});

import { checkChannel, resolveFeedTimes } from '../../../lib/allowlists/feed-options.js';
import { FeedWatchers } from '../../../lib/allowlists/feed-watchers.js';

describe('watchers', () => {
  const told: string[] = [];
  const watchers = new FeedWatchers();
  const remove = watchers.add(() => told.push('partners'), 'partners');
  watchers.add(() => told.push('all'), undefined);
  watchers.add(() => {
    throw new Error('a watcher of the app');
  }, undefined);
  watchers.add(() => told.push('tenants'), 'tenants');
  beforeEach(() => told.splice(0));

  it('hear of the allowlist that they watch; without a name, of each', () => {
    watchers.tell('partners');
    expect(told).toEqual(['partners', 'all']);
  });

  it('hear of each, where no allowlist is named, whatever another one throws', () => {
    watchers.tell();
    expect(told).toEqual(['partners', 'all', 'tenants']);
  });

  it('hear no more once they are taken away', () => {
    remove();
    remove();
    watchers.tell();
    expect(told).toEqual(['all', 'tenants']);
    expect(watchers.isEmpty).toBe(false);
  });
});

describe('the options of a feed', () => {
  it('have defaults', () => {
    expect(resolveFeedTimes('Feed', {}, 10_000)).toEqual({
      checkMs: 10_000,
      checkTimeoutMs: 2_000,
      connectTimeoutMs: 5_000,
    });
    expect(checkChannel('Feed')).toBe('nestjs_cors_policy');
  });

  it.each([0, 1.5, NaN, 2 ** 31])('take no time of %p', (checkMs) => {
    expect(() => resolveFeedTimes('Feed', { checkMs }, 1)).toThrow(
      'Feed: checkMs must be a whole number from 1 to 2147483647',
    );
  });

  it.each(['', 'x'.repeat(64), 'é'.repeat(32), 'a\0b'])('take no channel %j', (channel) => {
    expect(() => checkChannel('Feed', channel)).toThrow('Feed: channel must be a name of 1 to 63 bytes, without NUL');
  });
});

import { jest } from '@jest/globals';
import { Health } from '../../../lib/providers/health.js';
import { RecordingLog } from './fakes.js';

describe('Health', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const failed = (text: string) => `failing: ${text}`;
  const succeeded = () => 'works again';

  it('reports each change once', () => {
    const log = new RecordingLog();
    const health = new Health(log);
    health.succeeded(succeeded);
    health.failed('a', failed);
    health.failed('b', failed);
    expect(health.lastError).toBe('"b"');
    health.succeeded(succeeded);
    health.succeeded(succeeded);
    expect(health.lastError).toBeUndefined();
    expect(log.lines).toEqual(['error failing: "a"', 'log works again']);
  });

  it('writes two lines in all if failures and successes alternate', () => {
    const log = new RecordingLog();
    const health = new Health(log, 5_000);
    for (let i = 0; i < 1_000; i++) {
      health.failed('a', failed);
      jest.advanceTimersByTime(10);
      health.succeeded(succeeded);
    }
    expect(log.lines).toHaveLength(1);
    jest.advanceTimersByTime(5_000);
    health.succeeded(succeeded);
    expect(log.lines).toEqual(['error failing: "a"', 'log works again']);
  });
});

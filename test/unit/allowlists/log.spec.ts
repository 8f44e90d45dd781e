import { Health } from '../../../lib/allowlists/health.js';
import { AllowlistError, errorText, quietly } from '../../../lib/allowlists/log.js';
import { jest } from '@jest/globals';
import { RecordingLog } from './fakes.js';

describe('errorText', () => {
  const unreadable = new Proxy(new Error('x'), {
    get() {
      throw new Error('no');
    },
  });
  it.each<[what: string, error: unknown, text: string]>([
    ['an error', new TypeError('bad'), '"TypeError: bad"'],
    ['line breaks', new Error('a\nlog: forged'), String.raw`"Error: a\nlog: forged"`],
    ['one of our own as it is', new AllowlistError('no answer'), 'no answer'],
    [
      'the first part of an AggregateError',
      new AggregateError([new Error('ECONNREFUSED')], ''),
      '"AggregateError: ECONNREFUSED"',
    ],
    ['a string', 'gone', '"gone"'],
    ['undefined', undefined, 'undefined'],
    ['what cannot be read', unreadable, 'an error that cannot be read'],
  ])('shows %s', (_, error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('is bounded', () => {
    expect(errorText(new Error('x'.repeat(100_000))).length).toBeLessThan(200);
  });
});

describe('quietly', () => {
  it('swallows what a log throws', () => {
    const fail = () => {
      throw new Error('disk full');
    };
    const log = quietly({ log: fail, warn: fail, error: fail });
    expect(() => {
      log.log('a');
      log.warn('b');
      log.error('c');
    }).not.toThrow();
  });

  it('calls the log as a method', () => {
    const log = new RecordingLog();
    quietly(log).warn('x');
    expect(log.lines).toEqual(['warn x']);
  });
});

describe('Health', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const failed = (text: string) => `failing: ${text}`;
  const succeeded = () => 'works again';

  it('tells each change once', () => {
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

  it('writes two lines, not two a pair, where failures and successes alternate', () => {
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

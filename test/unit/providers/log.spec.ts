import { AllowlistError, errorText, quietly } from '../../../lib/providers/log.js';
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
  it('swallows an exception of the log', () => {
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

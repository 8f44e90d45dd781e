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
    [
      'an AggregateError of its own words',
      new AggregateError([new Error('x')], 'all failed'),
      '"AggregateError: all failed"',
    ],
    ['an AggregateError of no errors', new AggregateError([], ''), '"AggregateError: "'],
    ['an error without a message', new Error(''), '"Error: "'],
    ['a string', 'gone', '"gone"'],
    ['undefined', undefined, 'undefined'],
    ['what cannot be read', unreadable, 'an error that cannot be read'],
  ])('shows %s', (_, error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('gives its own errors a name of their own', () => {
    expect(String(new AllowlistError('no answer'))).toBe('AllowlistError: no answer');
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
    const { log: write, warn, error } = quietly(log);
    write('x');
    warn('y');
    error('z');
    expect(log.lines).toEqual(['log x', 'warn y', 'error z']);
  });
});

import { jest } from '@jest/globals';
import { beginProgress } from '../../../../../lib/tooling/cli/text/progress.js';

describe('the line of progress', () => {
  let written: string;
  const err = (text: string | Uint8Array): void => void (written += Buffer.from(text as string).toString());

  /** What a terminal shows: its lines, the last one being that of the cursor. */
  const screen = (): string[] =>
    written.split('\n').map((line) => {
      const last = line.split('\r').at(-1)!;
      return last.replace('\x1b[K', '');
    });

  beforeEach(() => {
    jest.useFakeTimers();
    written = '';
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is not there where the standard error is no terminal', () => {
    expect(beginProgress({ err, errorColumns: undefined })).toBeUndefined();
  });

  it('is not there for a boot of less than a second', () => {
    const progress = beginProgress({ err, errorColumns: 80 })!;
    progress.say('The app is being imported');
    jest.advanceTimersByTime(900);
    progress.say('The app is being created');
    progress.end();
    jest.advanceTimersByTime(5_000);
    expect(written).toBe('');
  });

  it('says what is waited for and how long, and is gone at the end', () => {
    const progress = beginProgress({ err, errorColumns: 80 })!;
    progress.say('The app is being imported');
    jest.advanceTimersByTime(2_100);
    expect(screen()).toEqual(['The app is being imported (2 s)']);
    progress.say('The app is being created');
    expect(screen()).toEqual(['The app is being created (2 s)']);
    progress.end();
    expect(screen()).toEqual(['']);
    jest.advanceTimersByTime(5_000);
    expect(screen()).toEqual(['']);
  });

  it('stays below what the app writes, whose own lines are whole', () => {
    const progress = beginProgress({ err, errorColumns: 80 })!;
    progress.say('The app is being created');
    jest.advanceTimersByTime(1_100);
    progress.above(Buffer.from('conn'));
    expect(screen()).toEqual(['conn']);
    jest.advanceTimersByTime(1_000);
    progress.above(Buffer.from('ected\n'));
    expect(screen()).toEqual(['connected', 'The app is being created (2 s)']);
    progress.end();
    expect(screen()).toEqual(['connected', '']);
  });

  it('is never as wide as the terminal, which would begin another line', () => {
    const progress = beginProgress({ err, errorColumns: 20 })!;
    progress.say('The app is being created');
    jest.advanceTimersByTime(1_000);
    expect(screen()).toEqual(['The app is being cr']);
    progress.end();
  });
});

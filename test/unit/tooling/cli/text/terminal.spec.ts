import { WriteStream } from 'node:tty';
import { harmless, jsonText, terminalOf } from '../../../../../lib/tooling/cli/text/terminal.js';

describe('the terminal', () => {
  const stream = (fields: object): NodeJS.WriteStream => ({ write: () => true, ...fields }) as never;
  const { hasColors, getColorDepth } = WriteStream.prototype;
  const of = (fields: object, env: NodeJS.ProcessEnv = {}): ReturnType<typeof terminalOf> =>
    terminalOf({ stdout: stream({ hasColors, getColorDepth, ...fields }) as never, stderr: stream({}) as never, env });

  it('has colours if the output is a terminal, unless NO_COLOR is set', () => {
    expect(of({ isTTY: true, columns: 100 }, { TERM: 'xterm' }).colour).toBe(true);
    expect(of({ isTTY: true, columns: 100 }, { TERM: 'xterm', NO_COLOR: '1' }).colour).toBe(false);
    expect(of({ isTTY: true, columns: 100 }, { TERM: 'dumb' }).colour).toBe(false);
    expect(of({}).colour).toBe(false);
    expect(of({}, { FORCE_COLOR: '1' }).colour).toBe(true);
  });

  it('decides about the standard error by itself: the output of one of them may go to a file', () => {
    const both = (out: object, err: object, env: NodeJS.ProcessEnv = { TERM: 'xterm' }): object => {
      const found = terminalOf({
        stdout: stream({ hasColors, getColorDepth, ...out }) as never,
        stderr: stream({ hasColors, getColorDepth, ...err }) as never,
        env,
      });
      const { colour, errorColour, columns, errorColumns } = found;
      return { colour, errorColour, columns, errorColumns, clears: found.clear !== undefined };
    };
    const tty = { isTTY: true, columns: 120 };
    const none = { colour: false, errorColour: false, columns: undefined, errorColumns: undefined, clears: false };
    expect(both(tty, {})).toEqual({ ...none, colour: true, columns: 120, clears: true });
    expect(both({}, tty)).toEqual({ ...none, errorColour: true, errorColumns: 120 });
    expect(both({}, {})).toEqual(none);
    expect(both(tty, tty, { TERM: 'dumb' })).toEqual({ ...none, columns: 120 });
    expect(both(tty, tty, { TERM: 'xterm', CI: 'true', NO_COLOR: '1' })).toEqual({
      ...none,
      columns: 120,
      clears: true,
    });
  });

  it('takes COLUMNS for its width, but only if it is a terminal and COLUMNS is a number', () => {
    const width = (fields: object, COLUMNS: string): number | undefined => of(fields, { COLUMNS }).columns;
    expect(width({ isTTY: true, columns: 120 }, '90')).toBe(90);
    expect(width({ isTTY: true, columns: 120 }, '20')).toBe(60);
    expect(['', '0', 'wide', '-5', '1e9'].map((each) => width({ isTTY: true, columns: 120 }, each))).toEqual(
      Array(5).fill(120),
    );
    expect(width({}, '90')).toBeUndefined();
  });

  it('has a width if the output is a terminal', () => {
    expect([of({ isTTY: true, columns: 100 }).columns, of({ isTTY: true }).columns, of({}).columns]).toEqual([
      100,
      80,
      undefined,
    ]);
  });
});

describe('text', () => {
  it('from elsewhere cannot control the terminal', () => {
    expect(harmless('a\x1b[31mb\u009bc\u202ed\r\n')).toBe('a\\u001b[31mb\\u009bc\\u202ed\\u000d\\u000a');
    expect(harmless('a'.repeat(500))).toHaveLength(401);
  });

  it('as JSON cannot control it either, and is still the same data', () => {
    const data = { a: ['\x1b[31m', '\u009b', '\u202e', 'é\n'] };
    expect(jsonText(data)).not.toMatch(/[^\x20-\x7e\né]/);
    expect(JSON.parse(jsonText(data))).toEqual(data);
  });
});

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
